import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { CallerEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { faultOf, FILE } from "./requests.ts";

const entry: CallerEntry = { kind: "standard-webhooks", file: FILE };
const KEY = "0123456789abcdefghijklmn";
const toSecret = (key: string): string => `whsec_${Buffer.from(key).toString("base64")}`;
const NOON = Date.UTC(2026, 10, 22, 12) / 1000;
const BODY = '{"tag":  "2.0"}';

// By the specification, and by no line of ours: base64(HMAC-SHA256(key, id "." timestamp "." body)).
function sign(at: number | string = NOON, key = KEY, body = BODY, id = "msg_2KWPBgLl"): string {
  return `v1,${createHmac("sha256", Buffer.from(key))
    .update([id, String(at), body].join("."))
    .digest("base64")}`;
}

const headersOf = (signature: string, at: number | string = NOON): Record<string, string | readonly string[]> => ({
  "webhook-id": "msg_2KWPBgLl",
  "webhook-timestamp": String(at),
  "webhook-signature": signature,
});

const WRONG = "webhook-signature is not that of id, time and body";
const OFF = "webhook-timestamp is more than 5 minutes off this clock";
const NO_TIME = "webhook-timestamp is no number of seconds";

describe("standardWebhookFault(webhook, secrets, now)", () => {
  const many = Array.from({ length: 25 }, () => sign(NOON, "x".repeat(24)));
  const cases: readonly { when: string; headers: ReturnType<typeof headersOf>; fault: string | null }[] = [
    { when: "a signature of now", headers: headersOf(sign()), fault: null },
    { when: "one of five minutes ago", headers: headersOf(sign(NOON - 300), NOON - 300), fault: null },
    { when: "one of a second more ago", headers: headersOf(sign(NOON - 301), NOON - 301), fault: OFF },
    { when: "one of five minutes ahead", headers: headersOf(sign(NOON + 300), NOON + 300), fault: null },
    { when: "one of a second more ahead", headers: headersOf(sign(NOON + 301), NOON + 301), fault: OFF },
    { when: "another time's", headers: headersOf(sign(NOON - 1)), fault: WRONG },
    { when: "a time with a fraction", headers: headersOf(sign("1.5"), "1.5"), fault: NO_TIME },
    { when: "a time in milliseconds", headers: headersOf(sign(NOON * 1000), NOON * 1000), fault: NO_TIME },
    { when: "a time before 1970", headers: headersOf(sign(-1), -1), fault: NO_TIME },
    { when: "a time in words", headers: headersOf(sign("now"), "now"), fault: NO_TIME },
    { when: "no time", headers: headersOf(sign(""), ""), fault: NO_TIME },
    { when: "one of several", headers: headersOf(`v1,AAAA v1a,BBBB ${sign()}`), fault: null },
    { when: "the right one behind twenty others", headers: headersOf([...many, sign()].join(" ")), fault: WRONG },
    { when: "another body's", headers: headersOf(sign(NOON, KEY, "{}")), fault: WRONG },
    { when: "another id's", headers: headersOf(sign(NOON, KEY, BODY, "msg_other")), fault: WRONG },
    { when: "another key's", headers: headersOf(sign(NOON, KEY.toUpperCase())), fault: WRONG },
    { when: "no version", headers: headersOf(sign().slice(3)), fault: WRONG },
    { when: "another version", headers: headersOf(sign().replace("v1,", "v2,")), fault: WRONG },
    { when: "all but the last character", headers: headersOf(sign().slice(0, -1)), fault: WRONG },
    { when: "commas between several", headers: headersOf(`v1,AAAA,${sign()}`), fault: WRONG },
    { when: "nothing", headers: headersOf(""), fault: WRONG },
  ];
  for (const { when, headers, fault } of cases) {
    it(`${fault === null ? "takes" : "refuses"} ${when}`, () => {
      assert.equal(faultOf(entry, { headers, body: BODY }, [toSecret(KEY)]), fault);
    });
  }

  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    it(`refuses a request with ${name} twice, or without it`, () => {
      const headers = headersOf(sign());
      const twice = { ...headers, [name]: [String(headers[name]), String(headers[name])] };
      const without = Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
      const fault = (given: typeof headers): string | null =>
        faultOf(entry, { headers: given, body: BODY }, [toSecret(KEY)]);
      assert.equal(fault(twice), `header "${name}" is given more than once`);
      assert.equal(fault(without), `header "${name}" is not in the request`);
    });
  }

  const files: readonly { when: string; lines: readonly string[]; key: string; fault: string | null }[] = [
    { when: "the second of two secrets", lines: [toSecret("x".repeat(24)), toSecret(KEY)], key: KEY, fault: null },
    { when: "a secret without whsec_", lines: [toSecret(KEY).slice(6)], key: KEY, fault: null },
    {
      when: "a file of other texts, which would be the empty key",
      lines: ["%%%%", "whsec_", "whsec_=", "no base64"],
      key: "",
      fault: "no line of the file is a secret in base64, with or without whsec_",
    },
    { when: "the secret's text as the key", lines: [toSecret(KEY)], key: toSecret(KEY), fault: WRONG },
  ];
  for (const { when, lines, key, fault } of files) {
    it(`${fault === null ? "takes" : "refuses"} ${when}`, () => {
      assert.equal(faultOf(entry, { headers: headersOf(sign(NOON, key)), body: BODY }, lines), fault);
    });
  }
});
