import type { FieldReader } from "../fields.ts";
import type { CallerEntry } from "./caller-entry.ts";

const ARN = /^arn:(aws|aws-us-gov|aws-cn):sns:([a-z0-9-]{1,40}):\d{12}:[\w-]{1,256}$/;

/** Reads `sns`. The topic tells the host of its region, so that no message has a say in who is asked. */
export function readSns(entry: FieldReader): CallerEntry | null {
  const map = entry.map("sns");
  if (map === null) return null;
  map.expectOnly(["topic-arn"], "error");
  const topicArn = map.text("topic-arn", "");
  const [, partition, region] = ARN.exec(topicArn) ?? [];
  if (partition === undefined || region === undefined) {
    map.error("topic-arn", "must be that of a topic, such as arn:aws:sns:us-west-2:123456789012:images");
    return null;
  }
  return { kind: "sns", topicArn, host: `sns.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}` };
}
