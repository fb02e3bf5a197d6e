import assert from "node:assert/strict";
import { readAs, withValue } from "./bodies.ts";
import { BODY, sns } from "./ecr-bodies.ts";

describe("readEcr(message) of what SNS sends", () => {
  const cases = [
    ["SubscriptionConfirmation", "SNS wants its subscription confirmed: name its topic in the hook's callers, as sns"],
    ["UnsubscribeConfirmation", "SNS has ended its subscription"],
  ] as const;
  for (const [type, reason] of cases) {
    it(`ignores a ${type} and says so`, () => {
      const body = {
        ...sns("You have chosen to subscribe to the topic."),
        Type: type,
        Token: "x",
        SubscribeURL: "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
      };
      for (const name of ["ecr", "auto"]) assert.deepEqual(readAs(name, body), { kind: "ignored", reason });
    });
  }

  for (const value of ["notification", "__proto__", 42, [], {}, true]) {
    it(`rejects a Type of ${JSON.stringify(value)} and names it`, () => {
      const reading = readAs("ecr", withValue(sns(BODY), "Type", value));
      assert.ok(reading.kind === "rejected" && reading.field === "Type", JSON.stringify(reading));
    });
  }

  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const messages = ["", " ", "hello", "42", "null", '"{}"', "{", "{} {}", nested(201), nested(100_000)];
  for (const message of messages) {
    it(`rejects a Message of ${message.slice(0, 10)} and ${String(message.length)} letters and names it`, () => {
      const reading = readAs("ecr", sns(message));
      assert.ok(reading.kind === "rejected" && reading.field === "Message", JSON.stringify(reading));
      assert.ok(reading.reason.startsWith("is ") && reading.reason.length < 150, reading.reason);
    });
  }

  it("rejects a Message that is no text and names it", () => {
    for (const message of [undefined, null, 42, {}, [], BODY]) {
      const reading = readAs("ecr", withValue(sns(BODY), "Message", message));
      assert.deepEqual(reading, { kind: "rejected", field: "Message", reason: "is empty" });
    }
  });

  it("unpacks no message in a message", () => {
    const reading = readAs("ecr", sns(sns(BODY)));
    assert.ok(reading.kind === "rejected" && reading.field === "Message.detail-type", JSON.stringify(reading));
  });

  it("takes the event's id where the message has none", () => {
    const reading = readAs("ecr", withValue(sns(BODY), "MessageId", undefined));
    assert.deepEqual(reading, readAs("ecr", BODY));
  });

  for (const [path, value] of [
    ["TopicArn", "arn:aws:sns:evil"],
    ["Timestamp", "x"],
    ["Signature", undefined],
    ["SigningCertURL", "https://evil.com"],
    ["Subject", "x"],
  ] as const) {
    it(`does not let ${path} change what is read`, () => {
      assert.deepEqual(readAs("ecr", withValue(sns(BODY), path, value)), readAs("ecr", sns(BODY)));
    });
  }
});
