import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createPush } from "../../src/flow/push.ts";
import { ask, deliverTo, serve, storeOf, type HttpKit } from "./http-kit.ts";

const SECRET = "a long enough secret";
const hook = (id: string, rule: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web}
  trigger-rule-mismatch-http-response-code: 403
  trigger-rule: ${rule}
`;
const hmac = `{match: {type: payload-hmac-sha256, secret: ${SECRET}, parameter: {source: header, name: X-Hub-Signature-256}}}`;
const HOOKS = [
  hook("signed", hmac),
  hook("local", '{match: {type: ip-whitelist, ip-range: "127.0.0.0/8"}}'),
  hook("far", '{match: {type: ip-whitelist, ip-range: "198.51.100.0/24"}}'),
];

describe("imageHookRoutes(deliver, log): callers that prove themselves by a signature or their address", () => {
  let kit: HttpKit;
  before(async () => {
    const proofs = { tokensOf: () => [], clock: { now: () => new Date() } };
    const push = createPush(proofs, {
      upgrade: () => Promise.resolve({ kind: "ignored", reason: "let in" }),
      onRefused: () => undefined,
    });
    kit = await serve(deliverTo(storeOf(HOOKS.join("")), push));
  });
  after(() => kit.server.drain());

  // Odd spacing: the signature is over the bytes as they came.
  const body =
    '{"push_data":  {"tag": "2"},\n "repository": {"repo_url": "registry.example.com", "namespace": "shop", "name": "website"}}';
  const sign = (text: string): string => `sha256=${createHmac("sha256", SECRET).update(text).digest("hex")}`;
  const post = (id: string, headers: Readonly<Record<string, string>> = {}): ReturnType<typeof ask> =>
    ask(kit, `/hooks/${id}?repo_type=custom`, { method: "POST", headers, body });
  const cases = [
    {
      when: "the body's signature",
      id: "signed",
      headers: { "x-hub-signature-256": sign(body) },
      seen: [200, "ignored: let in"],
    },
    {
      when: "another body's signature",
      id: "signed",
      headers: { "x-hub-signature-256": sign(`${body} `) },
      seen: [500, "Error occurred while evaluating hook rules."],
    },
    { when: "no signature", id: "signed", headers: {}, seen: [403, "Hook rules were not satisfied."] },
    { when: "an address of the list", id: "local", headers: {}, seen: [200, "ignored: let in"] },
    {
      when: "an address that is not of the list, whatever a header says",
      id: "far",
      headers: { "x-forwarded-for": "198.51.100.7", "x-real-ip": "198.51.100.7" },
      seen: [403, "Hook rules were not satisfied."],
    },
  ];
  for (const { when, id, headers, seen } of cases) {
    it(`answers ${String(seen[0])} to ${when}`, async () => {
      const answer = await post(id, headers);
      assert.deepEqual([answer.status, answer.body], seen);
    });
  }

  it("logs why a signature was refused, and neither it nor the secret", () => {
    const reasons = kit.log().flatMap(({ outcome, reason }) => (outcome === "not-served" ? [reason] : []));
    assert.deepEqual(reasons, ["the signature is not that of the body"]);
    for (const secret of [SECRET, sign(body), sign(`${body} `)]) assert.equal(kit.logText().includes(secret), false);
  });
});
