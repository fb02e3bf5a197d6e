import { createSign } from "node:crypto";
import type { Certificate } from "./certificate.ts";

export const TOPIC = "arn:aws:sns:us-west-2:123456789012:images";
export const SNS_HOST = "sns.us-west-2.amazonaws.com";
export const CERTIFICATE_PATH = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

/** What a message says; fields that are undefined are left out. */
export type Fields = Readonly<Record<string, unknown>>;

/** A notification of the topic that is not signed yet. */
export const aNotification = (now: Date, message: string): Fields => ({
  Type: "Notification",
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: TOPIC,
  Message: message,
  Timestamp: now.toISOString(),
  SignatureVersion: "2",
  SigningCertURL: `https://${SNS_HOST}${CERTIFICATE_PATH}`,
  UnsubscribeURL: `https://${SNS_HOST}/?Action=Unsubscribe&SubscriptionArn=${TOPIC}:c9135db0`,
});

/** A message by which SNS asks for its subscription, or says that it has ended. */
export const aConfirmation = (now: Date, type = "SubscriptionConfirmation"): Fields => ({
  ...aNotification(now, `You have chosen to subscribe to the topic ${TOPIC}.\nTo confirm, visit the SubscribeURL.`),
  Type: type,
  Token: "2336412f37fb687f5d51e6e2425",
  SubscribeURL: `https://${SNS_HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb687f5d51e6e2425`,
});

/** The text that AWS documents as what is signed of a message, written out for each type. */
export function textToSign(fields: Fields): string {
  const line = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? `${name}\n${value}\n` : "";
  };
  const first = `${line("Message")}${line("MessageId")}`;
  const last = `${line("TopicArn")}${line("Type")}`;
  return fields["Type"] === "Notification"
    ? `${first}${line("Subject")}${line("Timestamp")}${last}`
    : `${first}${line("SubscribeURL")}${line("Timestamp")}${line("Token")}${last}`;
}

/** Signs a message by its SignatureVersion with a certificate's key. */
export function signMessage(fields: Fields, { key }: Pick<Certificate, "key">): Fields {
  const signer = createSign(fields["SignatureVersion"] === "1" ? "RSA-SHA1" : "RSA-SHA256");
  return { ...fields, Signature: signer.update(textToSign(fields)).sign(key, "base64") };
}
