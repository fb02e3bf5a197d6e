import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CallerEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { readServed, typedHook } from "../hooks-files.ts";
import { faultOf, FILE, OLDER, SECRET } from "./requests.ts";

function entryOf(entry: object): CallerEntry {
  const [read] = readServed(typedHook({ callers: [entry] })).upgrade.callers;
  assert.ok(read !== undefined);
  return read;
}

const BODY = '{ "odd":   "spacing", "ü": 1 }';
const sign = (algorithm: string, secret = SECRET, body = BODY): string =>
  createHmac(algorithm, secret).update(body).digest("hex");
const github = entryOf({ github: { file: FILE } });
const nexus = entryOf({ nexus: { file: FILE } });
const jfrog = entryOf({ jfrog: { file: FILE } });
const own = entryOf({ hmac: { header: "X-Sign", algorithm: "sha512", file: FILE } });
const notSigned = (header: string): string => `header "${header}" is not the body's signature`;

describe("callerFault(entry, request, surroundings) of signatures", () => {
  const cases: readonly {
    when: string;
    entry: CallerEntry;
    headers: Readonly<Record<string, string | readonly string[]>>;
    fault: string | null;
  }[] = [
    { when: "GitHub's", entry: github, headers: { "x-hub-signature-256": `sha256=${sign("sha256")}` }, fault: null },
    {
      when: "GitHub's with an older secret",
      entry: github,
      headers: { "x-hub-signature-256": `sha256=${sign("sha256", OLDER)}` },
      fault: null,
    },
    {
      when: "GitHub's SHA-1 where it is alone",
      entry: github,
      headers: { "x-hub-signature": `sha1=${sign("sha1")}` },
      fault: null,
    },
    {
      when: "GitHub's right SHA-1 beside a wrong SHA-256",
      entry: github,
      headers: { "x-hub-signature": `sha1=${sign("sha1")}`, "x-hub-signature-256": `sha256=${sign("sha256", "x")}` },
      fault: notSigned("X-Hub-Signature-256"),
    },
    {
      when: "GitHub's right SHA-1 beside an empty SHA-256",
      entry: github,
      headers: { "x-hub-signature": `sha1=${sign("sha1")}`, "x-hub-signature-256": "" },
      fault: notSigned("X-Hub-Signature-256"),
    },
    {
      when: "SHA-1 in the place of SHA-256",
      entry: github,
      headers: { "x-hub-signature-256": `sha1=${sign("sha1")}` },
      fault: notSigned("X-Hub-Signature-256"),
    },
    {
      when: "GitHub's with the secret itself",
      entry: github,
      headers: { "x-hub-signature-256": SECRET },
      fault: notSigned("X-Hub-Signature-256"),
    },
    {
      when: "none of GitHub's",
      entry: github,
      headers: {},
      fault: 'header "X-Hub-Signature-256" is not in the request',
    },
    {
      when: "GitHub's twice",
      entry: github,
      headers: { "x-hub-signature-256": [`sha256=${sign("sha256")}`, `sha256=${sign("sha256")}`] },
      fault: 'header "X-Hub-Signature-256" is given more than once',
    },
    { when: "Nexus'", entry: nexus, headers: { "x-nexus-webhook-signature": sign("sha1") }, fault: null },
    {
      when: "Nexus' in SHA-256",
      entry: nexus,
      headers: { "x-nexus-webhook-signature": sign("sha256") },
      fault: notSigned("X-Nexus-Webhook-Signature"),
    },
    { when: "JFrog's HMAC", entry: jfrog, headers: { "x-jfrog-event-auth": sign("sha256") }, fault: null },
    { when: "JFrog's plain secret", entry: jfrog, headers: { "x-jfrog-event-auth": SECRET }, fault: null },
    { when: "JFrog's older plain secret", entry: jfrog, headers: { "x-jfrog-event-auth": OLDER }, fault: null },
    {
      when: "JFrog's wrong secret",
      entry: jfrog,
      headers: { "x-jfrog-event-auth": SECRET.toUpperCase() },
      fault: notSigned("X-JFrog-Event-Auth"),
    },
    {
      when: "JFrog's empty secret",
      entry: jfrog,
      headers: { "x-jfrog-event-auth": "" },
      fault: notSigned("X-JFrog-Event-Auth"),
    },
    {
      when: "JFrog's HMAC of another body",
      entry: jfrog,
      headers: { "x-jfrog-event-auth": sign("sha256", SECRET, "x") },
      fault: notSigned("X-JFrog-Event-Auth"),
    },
    {
      when: "an own header's in base64",
      entry: own,
      headers: { "x-sign": Buffer.from(sign("sha512"), "hex").toString("base64") },
      fault: null,
    },
    {
      when: "an own header's with the empty secret",
      entry: own,
      headers: { "x-sign": sign("sha512", "") },
      fault: notSigned("X-Sign"),
    },
  ];
  for (const { when, entry, headers, fault } of cases) {
    it(`${fault === null ? "takes" : "refuses"} ${when}`, () => {
      assert.equal(faultOf(entry, { headers, body: BODY }), fault);
    });
  }

  it("takes the vector of GitHub's documentation", () => {
    const header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const sent = { headers: { "x-hub-signature-256": header }, body: "Hello, World!" };
    assert.equal(faultOf(github, sent, ["It's a Secret to Everybody"]), null);
    assert.equal(faultOf(github, sent, ["It's a secret to everybody"]), notSigned("X-Hub-Signature-256"));
  });

  it("takes a body of Nexus with the signature that came with it", () => {
    const read = (name: string): string =>
      readFileSync(new URL(`../../../../fixtures/registry/${name}`, import.meta.url), "utf8");
    const rows = JSON.parse(read("expected.json")) as readonly {
      readonly file: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
    const signature = rows.find(({ file }) => file === "nexus.json")?.headers["X-Nexus-Webhook-Signature"] ?? "";
    const key = "gk0qp4u98xy0vntojv81i8zcjr4zw7xd6c4ugzad";
    const sent = { headers: { "x-nexus-webhook-signature": signature }, body: read("nexus.json") };
    assert.equal(faultOf(nexus, sent, [key]), null);
    assert.equal(faultOf(nexus, { ...sent, body: `${sent.body}\n` }, [key]), notSigned("X-Nexus-Webhook-Signature"));
  });
});
