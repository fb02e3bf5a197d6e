import { digest, type Body } from "./bodies.ts";

export const EVENT_ID = "13cde686-328b-6117-af20-0e5566167482";
export const MESSAGE_ID = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324";

/** An event of Amazon ECR as EventBridge posts it. */
export const BODY = {
  version: "0",
  id: EVENT_ID,
  "detail-type": "ECR Image Action",
  source: "aws.ecr",
  account: "123456789012",
  time: "2026-11-16T01:54:34Z",
  region: "us-west-2",
  resources: ["arn:aws:ecr:us-west-2:123456789012:repository/team/website"],
  detail: {
    result: "SUCCESS",
    "repository-name": "team/website",
    "image-digest": digest("a"),
    "action-type": "PUSH",
    "image-tag": "v7",
    "manifest-media-type": "application/vnd.oci.image.manifest.v1+json",
    "artifact-media-type": "application/vnd.oci.image.config.v1+json",
  },
};

/** SNS's message around a text, or around the JSON of anything else. */
export const sns = (message: unknown): Body => ({
  Type: "Notification",
  MessageId: MESSAGE_ID,
  TopicArn: "arn:aws:sns:us-west-2:123456789012:pushes",
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2012-05-02T00:54:06.655Z",
  SignatureVersion: "2",
  Signature: "x",
  SigningCertURL: "https://sns.us-west-2.amazonaws.com/x.pem",
  UnsubscribeURL: "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
});
