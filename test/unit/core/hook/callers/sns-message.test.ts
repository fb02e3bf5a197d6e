import assert from "node:assert/strict";
import type { SnsEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { readSnsMessage } from "../../../../../src/core/hook/callers/sns-message.ts";
import { snsSignatureFault } from "../../../../../src/core/hook/callers/sns-signature.ts";
import { makeAuthority } from "../../../../support/certificate.ts";
import {
  aConfirmation,
  aNotification,
  CERTIFICATE_PATH,
  signMessage,
  SNS_HOST,
  textToSign,
  TOPIC,
  type Fields,
} from "../../../../support/sns-messages.ts";
import { aRequest } from "../requests.ts";

const NOW = new Date();
const entry: SnsEntry = { kind: "sns", topicArn: TOPIC, host: SNS_HOST };
const certificate = makeAuthority().issue({ isRsa: true });
const notification = aNotification(NOW, "a\nMessageId\nb");
function faultOf(
  fields: Fields,
  pem = certificate.cert,
  headers: Readonly<Record<string, string>> = {},
): string | null {
  const message = readSnsMessage(entry, aRequest({ body: JSON.stringify(fields), headers }), NOW);
  if (message.kind === "error") return message.error;
  assert.equal(message.value.certificateUrl, `https://${SNS_HOST}${CERTIFICATE_PATH}`);
  return snsSignatureFault(message.value, pem, NOW);
}

const TOPICS = "the message is of another topic, or names none";
const NO_MESSAGE = "the body is no message of SNS";
const FIELD = "a signed field of the message is missing, or has a line break";
const TIME = "the message is more than an hour off this clock";
const URL_OF = "SigningCertURL is not at SNS's own host in the topic's region";
const NO_SIGNATURE = "the message has no signature of version 1 or 2";
const WRONG = "the message's signature is wrong";
const atMinutes = (minutes: number): Fields => ({
  Timestamp: new Date(NOW.getTime() + minutes * 60_000).toISOString(),
});

describe("readSnsMessage(entry, request, now), snsSignatureFault(message, pem, now)", () => {
  const right: readonly (readonly [string, Fields])[] = [
    ["a notification", notification],
    ["one of version 1", { ...notification, SignatureVersion: "1" }],
    ["one with a subject", { ...notification, Subject: "ECR" }],
    ["one of 59 minutes ago", { ...notification, ...atMinutes(-59) }],
    ["one of a clock that is ahead", { ...notification, ...atMinutes(59) }],
    ["a confirmation", aConfirmation(NOW)],
    ["the end of a subscription", aConfirmation(NOW, "UnsubscribeConfirmation")],
  ];
  for (const [when, fields] of right) {
    it(`takes ${when}`, () => {
      assert.equal(faultOf(signMessage(fields, certificate)), null);
    });
  }

  const wrong: readonly { when: string; over: Fields; of?: Fields; fault: string }[] = [
    { when: "no type", over: { Type: undefined }, fault: NO_MESSAGE },
    { when: "another type", over: { Type: "notification" }, fault: NO_MESSAGE },
    { when: "a type of every object", over: { Type: "constructor" }, fault: NO_MESSAGE },
    { when: "no topic", over: { TopicArn: undefined }, fault: TOPICS },
    { when: "another topic", over: { TopicArn: `${TOPIC}s` }, fault: TOPICS },
    {
      when: "a topic of another account",
      over: { TopicArn: TOPIC.replace("123456789012", "210987654321") },
      fault: TOPICS,
    },
    { when: "no message", over: { Message: undefined }, fault: FIELD },
    { when: "no id", over: { MessageId: undefined }, fault: FIELD },
    { when: "a number for its id", over: { MessageId: 42 }, fault: FIELD },
    { when: "a line break in the subject", over: { Subject: "a\nTimestamp\nb" }, fault: FIELD },
    { when: "no token", of: aConfirmation(NOW), over: { Token: undefined }, fault: FIELD },
    { when: "no address to confirm at", of: aConfirmation(NOW), over: { SubscribeURL: undefined }, fault: FIELD },
    { when: "no time", over: { Timestamp: undefined }, fault: FIELD },
    { when: "a time that is none", over: { Timestamp: "now" }, fault: TIME },
    { when: "a time of an hour ago", over: atMinutes(-61), fault: TIME },
    { when: "a time in an hour", over: atMinutes(61), fault: TIME },
    { when: "version 3", over: { SignatureVersion: "3" }, fault: NO_SIGNATURE },
    { when: "a version as a number", over: { SignatureVersion: 2 }, fault: NO_SIGNATURE },
  ];
  for (const { when, over, of = notification, fault } of wrong) {
    it(`refuses one with ${when}`, () => {
      assert.equal(faultOf(signMessage({ ...of, ...over }, certificate)), fault);
    });
  }

  const origins = [
    "https://sns.us-east-1.amazonaws.com",
    "https://sns.us-west-2.amazonaws.com.cn",
    "https://sns.us-west-2.amazonaws.com.evil.example.com",
    "https://sns.us-west-2.amazonaws.com@evil.example.com",
    "https://sns.us-west-2.amazonaws.com:8443",
    "https://user@sns.us-west-2.amazonaws.com",
    "https://evil.example.com",
    "http://sns.us-west-2.amazonaws.com",
    "",
  ];
  const paths = [
    "/SimpleNotificationService-.pem",
    "/SimpleNotificationService-xyz.pem",
    "/SimpleNotificationService-0a.pem?a=b",
    "/SimpleNotificationService-0a.pem#a",
    "/a/../SimpleNotificationService-0a.pem",
    "/my-bucket/SimpleNotificationService-0a.pem",
    "/SimpleNotificationService-0a.pem\n",
    `/SimpleNotificationService-${"a".repeat(65)}.pem`,
    "/",
  ];
  const addresses = [
    ...origins.map((origin) => `${origin}${CERTIFICATE_PATH}`),
    ...paths.map((path) => `https://${SNS_HOST}${path}`),
  ];
  for (const address of [...addresses, undefined, 42]) {
    it(`refuses a certificate at ${JSON.stringify([address]).slice(0, 90)}`, () => {
      assert.equal(faultOf(signMessage({ ...notification, SigningCertURL: address }, certificate)), URL_OF);
    });
  }

  it("refuses a message that was changed after it was signed, whichever signed field", () => {
    const of = (fields: Fields, over: Fields): string | null =>
      faultOf({ ...signMessage(fields, certificate), ...over });
    const subject = { ...notification, Subject: "ECR" };
    for (const over of [{ Message: "b" }, { MessageId: "b" }, { Subject: "b" }, { Subject: undefined }, atMinutes(1)])
      assert.equal(of(subject, over), WRONG, JSON.stringify(over));
    assert.equal(of(notification, { Subject: "b" }), WRONG);
    assert.equal(of(notification, { SignatureVersion: "1" }), WRONG);
    for (const over of [
      { Token: "b" },
      { SubscribeURL: "https://evil.example.com/" },
      { Type: "UnsubscribeConfirmation" },
    ])
      assert.equal(of(aConfirmation(NOW), over), WRONG, JSON.stringify(over));
  });

  it("refuses a signature that is none, or of another key", () => {
    const other = makeAuthority().issue({ isRsa: true });
    for (const Signature of [undefined, "", "EXAMPLE-not-a-real-signature", 42])
      assert.equal(faultOf({ ...signMessage(notification, certificate), Signature }), NO_SIGNATURE);
    assert.equal(faultOf(signMessage(notification, other)), WRONG);
    assert.equal(faultOf({ ...signMessage(notification, certificate), Signature: "AAAA" }), WRONG);
  });

  it("refuses a certificate that is none, not of RSA, or not valid now", () => {
    const signed = signMessage(notification, certificate);
    const none = "what SigningCertURL holds is no certificate with an RSA key";
    for (const pem of ["", "<html>", makeAuthority().issue().cert]) assert.equal(faultOf(signed, pem), none);
    const [before, after] = [-2, 2].map((days) => new Date(NOW.getTime() + days * 86_400_000));
    const past = makeAuthority().issue({
      isRsa: true,
      notAfter: new Date(NOW.getTime() - 60_000),
      ...(before && { notBefore: before }),
    });
    const future = makeAuthority().issue({
      isRsa: true,
      notBefore: new Date(NOW.getTime() + 60_000),
      ...(after && { notAfter: after }),
    });
    for (const one of [past, future])
      assert.equal(
        faultOf(signMessage(notification, one), one.cert),
        "the certificate of SigningCertURL is not valid at this time",
      );
  });

  it("says that a raw message proves nobody", () => {
    const fault = faultOf(signMessage(notification, certificate), certificate.cert, {
      "x-amz-sns-rawdelivery": "true",
    });
    assert.equal(fault, "SNS signs no raw message: switch raw message delivery off in the subscription");
    const empty = readSnsMessage(entry, { ...aRequest(), payload: () => null }, NOW);
    assert.deepEqual(empty, { kind: "error", error: NO_MESSAGE });
  });

  it("signs what AWS documents", () => {
    assert.equal(
      textToSign({ ...notification, Message: "m", Subject: "s", Timestamp: "t" }),
      `Message\nm\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\nSubject\ns\nTimestamp\nt\nTopicArn\n${TOPIC}\nType\nNotification\n`,
    );
  });
});
