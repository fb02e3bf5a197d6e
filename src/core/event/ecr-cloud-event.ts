import { isAbsent, textAt } from "../hook/payload-at.ts";
import type { CloudEvent } from "./cloud-event.ts";
import { ecrHost } from "./ecr-host.ts";
import { otherKind } from "./other-kind.ts";
import { ignored, type EventReading } from "./push-event.ts";
import { readImage } from "./read-image.ts";

// The source names the region and the account: urn:aws:ecr:us-east-1:123456789012:repository/website.
const SOURCE = /^(?:urn|arn):aws(?:-[a-z]{1,10}){0,2}:ecr:([^:]{1,40}):([^:]{0,40})(?::|$)/;

/** Reads an event of Amazon ECR that EventBridge's transformer has made a CloudEvent. */
export function readEcrCloudEvent({ type, source, data, ...event }: CloudEvent): EventReading {
  if (type !== "com.amazon.ecr.image.push") return otherKind("type", type);
  if (isAbsent(data, "imageTag")) return ignored("no tag");
  const { dataField, attributeField, time, id } = event;
  const sourceField = attributeField("source");
  const [, region = "", account = ""] = SOURCE.exec(source) ?? [];
  const host = ecrHost(
    isAbsent(data, "registryId")
      ? { field: sourceField, text: account }
      : { field: dataField("registryId"), text: textAt(data, "registryId") },
    { field: sourceField, text: region },
  );
  if (host.kind === "error") return host.error;
  return readImage({
    host: { field: sourceField, text: host.value },
    path: { field: dataField("repositoryName"), text: textAt(data, "repositoryName") },
    tag: { field: dataField("imageTag"), text: textAt(data, "imageTag") },
    digest: textAt(data, "imageDigest"),
    pushedAt: time,
    delivery: id,
  });
}
