import assert from "node:assert/strict";
import type { SnsEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { isSubscription } from "../../../../../src/core/hook/callers/sns-message.ts";
import { confirmationUrl } from "../../../../../src/core/hook/callers/sns-subscription.ts";
import { parseJsonPayload, type PayloadObject } from "../../../../../src/core/hook/payload.ts";
import { aConfirmation, aNotification, SNS_HOST, TOPIC, type Fields } from "../../../../support/sns-messages.ts";
import { assertRefused, readServed, typedHook } from "../hooks-files.ts";

const NOW = new Date();
const entry: SnsEntry = { kind: "sns", topicArn: TOPIC, host: SNS_HOST };
const notification = aNotification(NOW, "a");
const hookOf = (sns: unknown): object => ({
  ...typedHook({ callers: [{ sns }] }),
  "trigger-rule-mismatch-http-response-code": 403,
});

function payloadOf(fields: Fields): PayloadObject {
  const payload = parseJsonPayload(JSON.stringify(fields));
  assert.ok(payload.kind === "ok");
  return payload.value;
}

describe("confirmationUrl(entry, body), isSubscription(body)", () => {
  const of = (over: Fields): string | null => confirmationUrl(entry, payloadOf({ ...aConfirmation(NOW), ...over }));
  const address = String(aConfirmation(NOW)["SubscribeURL"]);

  it("gives SNS's own address for the hook's topic and the message's token, and nothing else of the message", () => {
    const own = address.replaceAll(
      "arn:aws:sns:us-west-2:123456789012:",
      "arn%3Aaws%3Asns%3Aus-west-2%3A123456789012%3A",
    );
    assert.equal(of({}), own);
    assert.equal(of({ SubscribeURL: `${address}&AuthenticateOnUnsubscribe=true#a` }), own);
  });

  const others = [
    address.replace(SNS_HOST, "evil.example.com"),
    address.replace(SNS_HOST, "sns.us-east-1.amazonaws.com"),
    address.replace(SNS_HOST, `${SNS_HOST}:8443`),
    address.replace(SNS_HOST, `user@${SNS_HOST}`),
    address.replace("https:", "http:"),
    address.replace("/?", "/a?"),
    address.replace("ConfirmSubscription", "Publish"),
    address.replace("Action=ConfirmSubscription&", ""),
    `${address}&Action=DeleteTopic`,
    address.replace(":images", ":others"),
    `${address}&TopicArn=${TOPIC}`,
    `${address}x`,
    `${address}&more=${"x".repeat(4_000)}`,
    "not a URL",
    undefined,
  ];
  for (const SubscribeURL of others) {
    it(`gives none for ${String(SubscribeURL).slice(0, 120)}`, () => {
      assert.equal(of({ SubscribeURL }), null);
    });
  }

  it("gives none without a token", () => {
    assert.equal(of({ Token: undefined, SubscribeURL: address.replace(/Token=.*/, "Token=") }), null);
  });

  it("tells a confirmation from everything else", () => {
    const bodies = [
      payloadOf(aConfirmation(NOW)),
      payloadOf(aConfirmation(NOW, "UnsubscribeConfirmation")),
      payloadOf(notification),
      null,
    ];
    assert.deepEqual(bodies.map(isSubscription), [true, false, false, false]);
  });
});

describe("readCallers(upgrade) of sns", () => {
  const hosts = [
    [TOPIC, SNS_HOST],
    ["arn:aws-cn:sns:cn-north-1:123456789012:images", "sns.cn-north-1.amazonaws.com.cn"],
    ["arn:aws-us-gov:sns:us-gov-west-1:123456789012:images", "sns.us-gov-west-1.amazonaws.com"],
  ] as const;
  for (const [topicArn, host] of hosts) {
    it(`takes ${topicArn}, whose messages come from ${host}`, () => {
      const { callers } = readServed(hookOf({ "topic-arn": topicArn })).upgrade;
      assert.deepEqual(callers, [{ kind: "sns", topicArn, host }]);
    });
  }

  const arns = [
    "",
    "images",
    `${TOPIC}:subscription`,
    TOPIC.replace("sns", "sqs"),
    TOPIC.replace("us-west-2", "evil.example.com/x#"),
    `${TOPIC}\n`,
  ];
  for (const topicArn of arns) {
    it(`refuses the topic ${JSON.stringify(topicArn)}`, () => {
      assertRefused(hookOf({ "topic-arn": topicArn }), /^topic-arn: must be that of a topic/);
    });
  }

  it("refuses another key, and what is no map", () => {
    assertRefused(hookOf({ "topic-arn": TOPIC, host: SNS_HOST }), /^host: unknown key/);
    assertRefused(hookOf(TOPIC), /^sns must be a map/);
  });
});
