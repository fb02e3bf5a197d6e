import assert from "node:assert/strict";
import { digest, readAs, withValue, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, type DialectTable, type Envelope } from "./dialect-kit.ts";

const NAME = "europe-docker.pkg.dev/acme-prod/apps/website";
const BODY = { action: "INSERT", digest: `${NAME}@${digest("a")}`, tag: `${NAME}:v7` };

const TABLE: DialectTable = {
  type: "gar",
  body: BODY,
  name: NAME,
  tag: "v7",
  more: { digest: digest("a") },
  changes: [
    ["tag", `${NAME}:2026.11`, { tag: "2026.11" }],
    ["digest", `${NAME}@${digest("7")}`, { digest: digest("7") }],
    ["digest", `${NAME}@sha256:6ec128e26cd5...`, { digest: null }],
    ["digest", digest("7"), { digest: digest("7") }],
    ["digest", "", { digest: null }],
    ["digest", undefined, { digest: null }],
    ["digest", 42, { digest: null }],
    ["digest", [BODY.digest], { digest: null }],
  ],
  ignored: [
    ["action", "DELETE", "action DELETE"],
    ["action", "insert", "action insert"],
    ["tag", undefined, "no tag"],
    ["tag", null, "no tag"],
    ["tag", "", "no tag"],
    ["tag", BODY.digest, "pushed by digest, without a tag"],
  ],
  rejected: [
    [
      "tag",
      [
        "v7",
        "website:v7",
        "acme/website:v7",
        NAME,
        `${NAME}:`,
        `${NAME}:.v7`,
        `${NAME}:v7\n`,
        `${NAME}:v 7`,
        `${NAME}:v7:v8`,
        `${NAME}@${digest("b")}`,
        `${NAME}:v7@${digest("b")}`,
        `${NAME}@${digest("b")}:v7`,
        "https://gcr.io/acme/website:v7",
        "//gcr.io/acme/website:v7",
        "evil.com#/acme/website:v7",
        "user@evil.com/acme/website:v7",
        "gcr.io/../website:v7",
        "gcr.io/acme/../website:v7",
        "gcr.io//website:v7",
        "gcr.io/acme/web site:v7",
        "gcr.io/☃:v7",
        "☃.io/acme/website:v7",
        `gcr.io/${"a".repeat(300)}:v7`,
        ":".repeat(10_000),
        "/".repeat(10_000),
      ],
    ],
    [
      "digest",
      [
        `gcr.io/evil/website@${digest("a")}`,
        `${NAME}2@${digest("a")}`,
        `europe-docker.pkg.dev/acme-prod/apps@${digest("a")}`,
        `${NAME}:v7@${digest("a")}`,
        `@${digest("a")}`,
      ],
    ],
  ],
  needed: ["action"],
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const message = (data: unknown): Body => ({
  message: {
    data,
    attributes: {},
    messageId: "2070443601311540",
    message_id: "2070443601311540",
    publishTime: "2026-02-26T19:13:55.749Z",
    publish_time: "2026-02-26T19:13:55.749Z",
  },
  subscription: "projects/acme-prod/subscriptions/pushes",
});
const wrap = (body: Body): Body => message(base64(JSON.stringify(body)));

const fixed = { delivery: "2070443601311540", pushedAt: "2026-02-26T19:13:55.749Z" };
const ENVELOPES: readonly (Envelope & { readonly when: string })[] = [
  { when: "a message of Pub/Sub", wrap, at: "message.data.", fixed },
  {
    when: "a message in the URL's base64",
    wrap: (body) => message(Buffer.from(JSON.stringify(body)).toString("base64url")),
    at: "message.data.",
    fixed,
  },
  {
    when: "a notification alone, with headers",
    wrap: (body) => body,
    at: "",
    fixed,
    beside: {
      headers: {
        "x-goog-pubsub-subscription-name": "projects/acme-prod/subscriptions/pushes",
        "x-goog-pubsub-message-id": fixed.delivery,
        "x-goog-pubsub-publish-time": fixed.pushedAt,
      },
    },
  },
];

describe("readGar(message) of Google's own bodies", () => {
  itReadsItsRecordedBodies("google-pubsub", 3, ["gar"]);
});

for (const envelope of ENVELOPES) {
  describe(`readGar(message) of ${envelope.when}`, () => {
    itKeepsTo({ ...TABLE, ...envelope });
  });
}

describe("readGar(message) of another registry's reference", () => {
  const names = ["us.gcr.io/acme/website", "localhost:5000/website", "gcr.io/google.com/acme/a/b/c", "gcr.io/Acme/App"];
  for (const name of names) {
    it(`reads ${name} out of tag and digest`, () => {
      const body = { action: "INSERT", tag: `${name}:v7`, digest: `${name}@${digest("c")}` };
      const reading = readAs("gar", wrap(body));
      assert.ok(reading.kind === "push");
      const [{ registry, repository, tag, digest: read }] = reading.images;
      assert.deepEqual([`${registry}/${repository}`, tag, read], [name, "v7", digest("c")]);
    });
  }
});

describe("readGar(message) of Pub/Sub's envelope", () => {
  const BODIES = { wrapped: wrap(BODY), expected: readAs("gar", wrap(BODY)) };

  for (const [kept, dropped] of [
    ["messageId", "message_id"],
    ["message_id", "messageId"],
    ["publishTime", "publish_time"],
    ["publish_time", "publishTime"],
  ] as const) {
    it(`reads ${kept} where ${dropped} is missing`, () => {
      assert.deepEqual(readAs("gar", withValue(BODIES.wrapped, `message.${dropped}`, undefined)), BODIES.expected);
    });
  }

  for (const [path, value] of [
    ["subscription", "x"],
    ["deliveryAttempt", 5],
    ["message.attributes", { action: "DELETE" }],
    ["message.orderingKey", "x"],
    ["action", "DELETE"],
    ["tag", "evil.com/x:v1"],
  ] as const) {
    it(`does not let ${path} change anything`, () => {
      assert.deepEqual(readAs("gar", withValue(BODIES.wrapped, path, value)), BODIES.expected);
    });
  }

  it("takes the message's id and time and no header's", () => {
    const headers = { "x-goog-pubsub-message-id": "1", "x-goog-pubsub-publish-time": "2020-01-01T00:00:00Z" };
    assert.deepEqual(readAs("gar", BODIES.wrapped, { headers }), BODIES.expected);
  });

  it("reads a notification alone without headers", () => {
    for (const name of ["gar", "auto"]) {
      const reading = readAs(name, BODY);
      assert.ok(reading.kind === "push");
      assert.deepEqual([reading.images[0].delivery, reading.images[0].pushedAt], [null, null]);
    }
  });

  it("ignores a notification alone of a deletion", () => {
    assert.deepEqual(readAs("auto", { action: "DELETE", tag: BODY.tag }), { kind: "ignored", reason: "action DELETE" });
    assert.deepEqual(readAs("auto", { action: "DELETE", digest: BODY.digest }), {
      kind: "ignored",
      reason: "action DELETE",
    });
  });

  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const broken: readonly (readonly [when: string, data: unknown])[] = [
    ["nothing", undefined],
    ["null", null],
    ["an empty text", ""],
    ["a number", 42],
    ["an object", BODY],
    ["an array", ["e30="]],
    ["JSON that is not encoded", JSON.stringify(BODY)],
    ["blanks in it", "e3 0="],
    ["a line break", "e30=\n"],
    ["too much padding", "e30=="],
    ["padding within", "e3=0e30="],
    ["a letter too many", "e30=e"],
    ["other letters", "☃☃☃☃"],
    ["100 kB and a blank", `${"A".repeat(100_000)} `],
    ["no JSON", base64("hello")],
    ["a number of JSON", base64("42")],
    ["JSON with more behind it", base64(`${JSON.stringify(BODY)}}`)],
    ["bytes that are no text", Buffer.from([0xff, 0xfe]).toString("base64")],
    ["JSON that is too deep", base64(nested(201))],
    ["JSON that is far too deep", base64(nested(60_000))],
  ];
  for (const [when, data] of broken) {
    it(`rejects data of ${when} and names it`, () => {
      const reading = readAs("gar", message(data));
      assert.ok(reading.kind === "rejected" && reading.field === "message.data", JSON.stringify(reading));
      assert.ok(reading.reason.startsWith("is ") && reading.reason.length < 200, reading.reason);
    });
  }

  for (const body of [{}, { message: 42 }, { message: null }, { message: [] }, { ...BODY, message: 42 }, "[]"]) {
    it(`rejects ${JSON.stringify(body).slice(0, 30)} and names the data that it lacks`, () => {
      const reading = readAs("gar", body);
      assert.ok(reading.kind === "rejected" && reading.field === "message.data", JSON.stringify(reading));
    });
  }

  it("rejects data that is an array, and names the action that it lacks", () => {
    const reading = readAs("gar", message(base64(JSON.stringify([BODY]))));
    assert.ok(reading.kind === "rejected" && reading.field === "message.data.action", JSON.stringify(reading));
  });
});
