import { readRfc3339 } from "../../event/time.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { HookRequest } from "../argument.ts";
import type { PayloadObject } from "../payload.ts";
import { textAt } from "../payload-at.ts";
import { decodeBase64 } from "./body-signature.ts";
import type { SnsEntry } from "./caller-entry.ts";

/** A message of Amazon SNS that says the right things; its signature is still to be verified. */
export interface SnsMessage {
  /** Where the certificate is that its signature is verified with: at SNS's own host in the region of the hook's topic. */
  readonly certificateUrl: string;
  readonly signed: string;
  readonly algorithm: "RSA-SHA1" | "RSA-SHA256";
  readonly signature: Buffer;
}

// What is signed of each type, in this order, as AWS documents it; Subject only where there is one.
const CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
const SIGNED: ReadonlyMap<string, readonly string[]> = new Map([
  ["Notification", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]],
  ["SubscriptionConfirmation", CONFIRMATION],
  ["UnsubscribeConfirmation", CONFIRMATION],
]);
const ALGORITHMS: ReadonlyMap<string, SnsMessage["algorithm"]> = new Map([
  ["1", "RSA-SHA1"],
  ["2", "RSA-SHA256"],
]);
const TOLERANCE_MS = 3_600_000;
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]{1,64}\.pem$/;

/** Tells a message by which SNS asks for its subscription to be confirmed. */
export const isSubscription = (body: PayloadObject | null): body is PayloadObject =>
  body !== null && textAt(body, "Type") === "SubscriptionConfirmation";

/** Reads what a request must say to be of an entry's topic; no certificate is fetched for any other. */
export function readSnsMessage(entry: SnsEntry, request: HookRequest, now: Date): Result<SnsMessage, string> {
  if (request.headers.get("x-amz-sns-rawdelivery")?.[0] === "true")
    return fail("SNS signs no raw message: switch raw message delivery off in the subscription");
  const body = request.payload() ?? new Map();
  const fields = SIGNED.get(textAt(body, "Type"));
  if (fields === undefined) return fail("the body is no message of SNS");
  if (textAt(body, "TopicArn") !== entry.topicArn) return fail("the message is of another topic, or names none");
  const signed = signedText(body, fields);
  if (signed === null) return fail("a signed field of the message is missing, or has a line break");
  if (!isOfNow(textAt(body, "Timestamp"), now)) return fail("the message is more than an hour off this clock");
  return signatureOf(body, { host: entry.host, signed });
}

function signatureOf(
  body: PayloadObject,
  { host, signed }: { readonly host: string; readonly signed: string },
): Result<SnsMessage, string> {
  const certificateUrl = certificateUrlOf(body, host);
  if (certificateUrl === null) return fail("SigningCertURL is not at SNS's own host in the topic's region");
  const algorithm = ALGORITHMS.get(textAt(body, "SignatureVersion"));
  const signature = decodeBase64(textAt(body, "Signature"));
  if (algorithm === undefined || signature === null) return fail("the message has no signature of version 1 or 2");
  return ok({ certificateUrl, signed, algorithm, signature });
}

// A line break would let one field's text be taken for the next field; the message stands first, and may have some.
function signedText(body: PayloadObject, fields: readonly string[]): string | null {
  const present = fields.filter((name) => name !== "Subject" || textAt(body, name) !== "");
  const isWhole = present.every((name) => {
    const text = textAt(body, name);
    return text !== "" && (name === "Message" || !text.includes("\n"));
  });
  return isWhole ? present.map((name) => `${name}\n${textAt(body, name)}\n`).join("") : null;
}

function isOfNow(timestamp: string, now: Date): boolean {
  const time = readRfc3339(timestamp);
  return time !== null && Math.abs(new Date(time).getTime() - now.getTime()) <= TOLERANCE_MS;
}

function certificateUrlOf(body: PayloadObject, host: string): string | null {
  const text = textAt(body, "SigningCertURL");
  const origin = `https://${host}`;
  return text.startsWith(origin) && CERTIFICATE.test(text.slice(origin.length)) ? text : null;
}
