import assert from "node:assert/strict";
import { aHook, anEvent } from "../../support/builders.ts";
import { changed, deliver, outcomeOf, rule, TOKEN, type Sent } from "./push-kit.ts";

describe("createPush(proofs, upgrade)", () => {
  it("hands the push on with all that the upgrade needs, and gives its outcome", async () => {
    const hook = aHook({ rule });
    const { outcome, upgraded } = await deliver({}, hook);
    assert.deepEqual(outcome, { kind: "upgrade", hook, outcome: changed });
    assert.deepEqual(
      upgraded.map(({ hook: by, events, network, requestId }) => ({ by: by.id, events, network, requestId })),
      [
        {
          by: "website",
          events: [anEvent("2.0")],
          network: "keep",
          requestId: "request-1",
        },
      ],
    );
  });

  it("takes any of several valid tokens", async () => {
    const { outcome } = await deliver({ query: "token=an-older-token-that-still-counts" });
    assert.deepEqual(outcomeOf(outcome), changed);
  });

  it("needs no rule where the hook has none", async () => {
    assert.deepEqual(outcomeOf((await deliver({ query: "" }, aHook())).outcome), changed);
  });

  const empty = { kind: "mismatch", missing: null };
  const missing = { kind: "mismatch", missing: "url token" };
  const repeated = (field: string) => ({
    kind: "bad-request",
    field,
    reason: "is given more than once in the URL",
  });
  const forOther = {
    kind: "not-allowed",
    reason:
      "this hook is for deployment/website in namespace shop: take ns and workload out of the URL, or correct them",
  };
  const token = `token=${TOKEN}`;
  const refusals: readonly { readonly when: string; readonly sent: Sent; readonly is: object }[] = [
    { when: "the hook is not there", sent: { id: "other" }, is: { kind: "unknown-hook" } },
    { when: "the id is one that every object has", sent: { id: "__proto__" }, is: { kind: "unknown-hook" } },
    { when: "the method is GET", sent: { method: "GET" }, is: { kind: "method-not-allowed" } },
    { when: "the method is HEAD", sent: { method: "HEAD" }, is: { kind: "method-not-allowed" } },
    { when: "the token is given twice", sent: { query: `${token}&${token}` }, is: repeated("token") },
    { when: "ns is given twice", sent: { query: `${token}&ns=shop&ns=shop` }, is: repeated("ns") },
    { when: "workload is given twice", sent: { query: `${token}&workload=a&workload=b` }, is: repeated("workload") },
    { when: "container is given twice", sent: { query: `${token}&container=&container=` }, is: repeated("container") },
    {
      when: "repo_type is given twice",
      sent: { query: `${token}&repo_type=a&repo_type=b` },
      is: repeated("repo_type"),
    },
    {
      when: "net_type is given twice",
      sent: { query: `${token}&net_type=vpc&net_type=vpc` },
      is: repeated("net_type"),
    },
    { when: "there is no token", sent: { query: "" }, is: missing },
    { when: "the token is an array's", sent: { query: `token[]=${TOKEN}` }, is: missing },
    { when: "the token is in another case", sent: { query: `token=${TOKEN.toUpperCase()}` }, is: empty },
    { when: "the token is empty", sent: { query: "token=" }, is: empty },
    { when: "the token is a piece of the right one", sent: { query: `token=${TOKEN.slice(0, -1)}` }, is: empty },
    { when: "the token has more behind it", sent: { query: `token=${TOKEN}%00` }, is: empty },
    { when: "the token is enormous", sent: { query: `token=${"x".repeat(10_000)}` }, is: empty },
    { when: "ns is another", sent: { query: `${token}&ns=other` }, is: forOther },
    { when: "workload is another", sent: { query: `${token}&workload=deploy/other` }, is: forOther },
    { when: "workload is another type", sent: { query: `${token}&workload=sts/website` }, is: forOther },
    { when: "workload is none", sent: { query: `${token}&workload=website` }, is: forOther },
    {
      when: "container is another",
      sent: { query: `${token}&container=web-sidecar` },
      is: { kind: "not-allowed", reason: 'this hook has container "web": take it out of the URL, or change the hook' },
    },
    {
      when: "repo_type is another",
      sent: { query: `${token}&repo_type=aliyun` },
      is: {
        kind: "not-allowed",
        reason: 'this hook has repo_type "custom": take it out of the URL, or change the hook',
      },
    },
    {
      when: "net_type is another",
      sent: { query: `${token}&net_type=vpc` },
      is: { kind: "not-allowed", reason: 'this hook has net_type "keep": take it out of the URL, or change the hook' },
    },
    {
      when: "there is no body",
      sent: { body: "" },
      is: { kind: "bad-request", field: "body", reason: "the body is empty" },
    },
    {
      when: "the body is no JSON",
      sent: { body: "tag=2.0" },
      is: { kind: "bad-request", field: "body" },
    },
    {
      when: "the body is a text",
      sent: { body: '"2.0"' },
      is: { kind: "bad-request", field: "body", reason: "the body is neither a JSON object nor an array" },
    },
    { when: "the body has no tag", sent: { body: "{}" }, is: { kind: "ignored", reason: "no tag" } },
    {
      when: "a field is missing",
      sent: { body: '{"push_data":{"tag":"2.0"},"repository":{"repo_url":"registry.example.com","namespace":"shop"}}' },
      is: { kind: "bad-request", field: "repository.name" },
    },
    {
      when: "the body would reach a prototype",
      sent: { body: '{"__proto__":{"push_data":{"tag":"2.0"}},"constructor":{"prototype":{"x":1}}}' },
      is: { kind: "ignored", reason: "no tag" },
    },
  ];
  for (const { when, sent, is } of refusals) {
    it(`refuses when ${when}`, async () => {
      const { outcome, upgraded } = await deliver(sent);
      assert.partialDeepStrictEqual(outcomeOf(outcome), is);
      assert.deepEqual(upgraded, []);
    });
  }

  it("takes URL parameters that agree with a typed hook, in any spelling", async () => {
    const query = `${token}&ns=SHOP&workload=Deploy/WebSite&container=WEB&repo_type=Custom&net_type=KEEP&other=1&other=2`;
    assert.deepEqual(outcomeOf((await deliver({ query })).outcome), changed);
  });
});

describe("createPush(proofs, upgrade): the order of refusals", () => {
  // Each request has all later faults too: what is answered is the first.
  const faulty = { body: "no JSON", query: "token=wrong&token=wrong&ns=other&net_type=moon" };
  const steps: readonly { readonly first: string; readonly sent: Sent; readonly is: object }[] = [
    { first: "the id", sent: { ...faulty, id: "other", method: "GET" }, is: { kind: "unknown-hook" } },
    { first: "the method", sent: { ...faulty, method: "GET" }, is: { kind: "method-not-allowed" } },
    { first: "a repeated parameter", sent: faulty, is: { kind: "bad-request", field: "token" } },
    { first: "the rule", sent: { ...faulty, query: "token=wrong&ns=other&net_type=moon" }, is: { kind: "mismatch" } },
    {
      first: "the target",
      sent: { ...faulty, query: `token=${TOKEN}&ns=other&net_type=moon` },
      is: { kind: "not-allowed" },
    },
    { first: "the body", sent: { ...faulty, query: `token=${TOKEN}` }, is: { kind: "bad-request", field: "body" } },
  ];
  for (const { first, sent, is } of steps) {
    it(`looks at ${first} first`, async () => {
      assert.partialDeepStrictEqual(outcomeOf((await deliver(sent)).outcome), is);
    });
  }
});
