import assert from "node:assert/strict";
import { demandsOf, type Demands } from "../../../../../src/core/hook/demands.ts";
import { printTrigger } from "../../../../../src/core/hook/print-trigger.ts";
import { triggerOf } from "../../../../../src/core/hook/trigger-url.ts";
import { readServed, typedHook } from "../hooks-files.ts";
import { FILE } from "./requests.ts";

const file = { file: FILE };
const hookOf = (callers: readonly object[], rule?: object): ReturnType<typeof readServed> =>
  readServed(typedHook({ registry: "custom", callers }, { "trigger-rule": rule }));
const TOKEN_NOTE = `TOKEN stands for a line of the file ${FILE}`;
const nothing: Demands = { parameters: [], headers: [], notes: [], isComplete: true };

describe("demandsOf(hook, isMasked) of callers", () => {
  const cases: readonly { when: string; callers: readonly object[]; demands: Demands }[] = [
    {
      when: "a token",
      callers: [{ token: { ...file, name: "key" } }],
      demands: { ...nothing, parameters: [{ name: "key", value: "TOKEN" }], notes: [TOKEN_NOTE] },
    },
    {
      when: "a bearer",
      callers: [{ bearer: file }],
      demands: { ...nothing, headers: [{ name: "Authorization", value: "Bearer TOKEN" }], notes: [TOKEN_NOTE] },
    },
    {
      when: "a login",
      callers: [{ basic: file }],
      demands: {
        ...nothing,
        headers: [{ name: "Authorization", value: "Basic BASE64" }],
        notes: [`BASE64 stands for the base64 of a line of the file ${FILE}`],
      },
    },
    {
      when: "a header",
      callers: [{ header: { ...file, name: "X-Token" } }],
      demands: { ...nothing, headers: [{ name: "X-Token", value: "TOKEN" }], notes: [TOKEN_NOTE] },
    },
    {
      when: "a signature",
      callers: [{ nexus: file }],
      demands: {
        ...nothing,
        notes: [
          `the request must be signed, which a URL cannot: nexus: header "X-Nexus-Webhook-Signature" is the body's HMAC-SHA1 with a secret of ${FILE}`,
        ],
        isComplete: false,
      },
    },
    {
      when: "a message of SNS",
      callers: [{ sns: { "topic-arn": "arn:aws:sns:us-west-2:123456789012:images" } }],
      demands: {
        ...nothing,
        notes: [
          "the request must be a message that SNS signed, which a URL cannot: sns: the body is a message of arn:aws:sns:us-west-2:123456789012:images that SNS signed",
        ],
        isComplete: false,
      },
    },
    {
      when: "a token of an issuer",
      callers: [
        { oidc: { issuer: "https://id.example.com", audience: "website", subject: "42", email: "a@example.com" } },
      ],
      demands: {
        ...nothing,
        notes: [
          "the sender must bring a token of its own, which a URL cannot: oidc: Authorization is Bearer and a token of https://id.example.com for website, of 42 and a@example.com",
        ],
        isComplete: false,
      },
    },
    {
      when: "a Standard Webhook",
      callers: [{ "standard-webhooks": file }],
      demands: {
        ...nothing,
        notes: [
          `the request must be signed, which a URL cannot: standard-webhooks: webhook-signature is that of id, time and body with a secret of ${FILE}`,
        ],
        isComplete: false,
      },
    },
    {
      when: "networks",
      callers: [{ networks: ["192.0.2.7"] }],
      demands: { ...nothing, notes: ["only the addresses of its networks may call"] },
    },
    {
      when: "several, of which a URL satisfies the last",
      callers: [{ github: file }, { networks: ["192.0.2.7"] }, { bearer: file }, { token: file }],
      demands: {
        ...nothing,
        parameters: [{ name: "token", value: "TOKEN" }],
        notes: [TOKEN_NOTE, "any one of its callers suffices: github, networks, bearer, token"],
      },
    },
    {
      when: "several, of which a header satisfies the last",
      callers: [{ github: file }, { bearer: file }],
      demands: {
        ...nothing,
        headers: [{ name: "Authorization", value: "Bearer TOKEN" }],
        notes: [TOKEN_NOTE, "any one of its callers suffices: github, bearer"],
      },
    },
    {
      when: "several signatures",
      callers: [{ jfrog: file }, { nexus: file }],
      demands: {
        ...nothing,
        notes: [
          `the request must be signed, which a URL cannot: jfrog: header "X-JFrog-Event-Auth" is the body's HMAC-SHA256 with a secret, or the secret itself, of ${FILE}`,
          "any one of its callers suffices: jfrog, nexus",
        ],
        isComplete: false,
      },
    },
  ];
  for (const { when, callers, demands } of cases) {
    it(`says what is asked by ${when}`, () => {
      assert.deepEqual(demandsOf(hookOf(callers), true), demands);
    });
  }

  it("asks for what the rule asks besides", () => {
    const rule = {
      match: { type: "value", value: "0123456789abcdef", parameter: { source: "header", name: "X-Key" } },
    };
    assert.deepEqual(demandsOf(hookOf([{ token: file }], rule), false), {
      ...nothing,
      parameters: [{ name: "token", value: "TOKEN" }],
      headers: [{ name: "X-Key", value: "0123456789abcdef" }],
      notes: [TOKEN_NOTE],
    });
  });
});

describe("printTrigger(hook, trigger) of callers", () => {
  const printed = (callers: readonly object[]): string => {
    const hook = hookOf(callers);
    return printTrigger(hook, triggerOf(hook, "https://hooks.example.com", false));
  };

  it("prints the token's place in the URL", () => {
    assert.match(
      printed([{ token: file }]),
      /\ncustom\n {2}https:\/\/hooks\.example\.com\/hooks\/website\?token=TOKEN\n/,
    );
  });

  it("prints the header for the registry's console, and calls with it", () => {
    const text = printed([{ bearer: file }]);
    assert.match(text, /\nheaders, besides the URL\n {2}Authorization: Bearer TOKEN\n/);
    assert.match(text, / -H 'Authorization: Bearer TOKEN' 'https:/);
  });

  it("prints no call where the body must be signed, and says so", () => {
    const text = printed([{ github: file }]);
    assert.equal(text.includes("curl"), false);
    assert.match(text, /\nnote\n {2}the request must be signed, which a URL cannot: github: /);
  });
});
