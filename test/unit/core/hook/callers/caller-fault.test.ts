import assert from "node:assert/strict";
import type { CallerEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { parseAddressRanges } from "../../../../../src/core/hook/address-range.ts";
import { faultOf, FILE, OLDER, SECRET } from "./requests.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const NONE = "what came is none of the secrets";

interface Way {
  readonly what: string;
  readonly entry: CallerEntry;
  /** A request that brings these values in the entry's place. */
  readonly bring: (...values: readonly string[]) => Parameters<typeof faultOf>[1];
  readonly place: string;
}

const authorized = (...values: readonly string[]): Parameters<typeof faultOf>[1] => ({
  headers: { authorization: values },
});
const ways: readonly Way[] = [
  {
    what: "a token in the URL",
    entry: { kind: "token", name: "token", file: FILE },
    bring: (...token) => ({ query: { token } }),
    place: 'url "token"',
  },
  {
    what: "a token in the URL by another name",
    entry: { kind: "token", name: "k e y", file: FILE },
    bring: (...values) => ({ query: { "k e y": values, token: "x" } }),
    place: 'url "k e y"',
  },
  {
    what: "a header's value",
    entry: { kind: "header", name: "X-Registry-Secret", file: FILE },
    bring: (...values) => ({ headers: { "x-registry-secret": values } }),
    place: 'header "X-Registry-Secret"',
  },
  {
    what: "Authorization as it is",
    entry: { kind: "header", name: "authorization", file: FILE },
    bring: authorized,
    place: 'header "authorization"',
  },
  {
    what: "Authorization: Bearer",
    entry: { kind: "bearer", file: FILE },
    bring: (...values) => authorized(...values.map((value) => `Bearer ${value}`)),
    place: 'header "Authorization"',
  },
];

for (const { what, entry, bring, place } of ways) {
  describe(`callerFault(entry, request, surroundings) of ${what}`, () => {
    const cases: readonly { when: string; values: readonly string[]; fault: string | null }[] = [
      { when: "the secret", values: [SECRET], fault: null },
      { when: "an older one", values: [OLDER], fault: null },
      { when: "another", values: ["another secret"], fault: NONE },
      { when: "all but the last character", values: [SECRET.slice(0, -1)], fault: NONE },
      { when: "one character more", values: [`${SECRET}x`], fault: NONE },
      { when: "upper case", values: [SECRET.toUpperCase()], fault: NONE },
      { when: "both secrets in one", values: [`${SECRET}\n${OLDER}`], fault: NONE },
      { when: "nothing in its place", values: [""], fault: NONE },
      { when: "nothing", values: [], fault: `${place} is not in the request` },
      { when: "the secret twice", values: [SECRET, SECRET], fault: `${place} is given more than once` },
      { when: "another before it", values: ["x", SECRET], fault: `${place} is given more than once` },
      { when: "another behind it", values: [SECRET, "x"], fault: `${place} is given more than once` },
    ];
    for (const { when, values, fault } of cases) {
      it(`${fault === null ? "takes" : "refuses"} ${when}`, () => {
        assert.equal(faultOf(entry, bring(...values)), fault);
      });
    }

    it("lets nobody in while the file holds no secret", () => {
      const fault = `${FILE} is not here, or holds no secret`;
      for (const value of [SECRET, "", "undefined"]) assert.equal(faultOf(entry, bring(value), []), fault);
    });
  });
}

describe("callerFault(entry, request, surroundings) of Authorization by its scheme", () => {
  const bearer: CallerEntry = { kind: "bearer", file: FILE };
  const basic: CallerEntry = { kind: "basic", file: FILE };
  const logins = ["registry:a:password", "other:second", "nobody:", ":no-user", "no-colon"];
  const notBearer = 'header "Authorization" is not Bearer';
  const notBasic = 'header "Authorization" is not Basic';
  const cases: readonly { when: string; entry: CallerEntry; value: string; fault: string | null }[] = [
    { when: "the scheme in lower case", entry: bearer, value: `bearer ${SECRET}`, fault: null },
    { when: "two blanks behind it", entry: bearer, value: `BEARER  ${SECRET}`, fault: null },
    { when: "no scheme", entry: bearer, value: SECRET, fault: notBearer },
    { when: "no blank behind the scheme", entry: bearer, value: "Bearer", fault: notBearer },
    { when: "another scheme", entry: bearer, value: `Basic ${SECRET}`, fault: notBearer },
    { when: "nothing behind the scheme", entry: bearer, value: "Bearer ", fault: NONE },
    { when: "user and password", entry: basic, value: `Basic ${base64("registry:a:password")}`, fault: null },
    { when: "another user's", entry: basic, value: `basic ${base64("other:second")}`, fault: null },
    { when: "no user", entry: basic, value: `Basic ${base64(":no-user")}`, fault: null },
    { when: "another password", entry: basic, value: `Basic ${base64("registry:a:Password")}`, fault: NONE },
    { when: "the password alone", entry: basic, value: `Basic ${base64("a:password")}`, fault: NONE },
    {
      when: "one user's name, another's password",
      entry: basic,
      value: `Basic ${base64("registry:second")}`,
      fault: NONE,
    },
    { when: "a line without a password", entry: basic, value: `Basic ${base64("nobody:")}`, fault: NONE },
    { when: "a line without a colon", entry: basic, value: `Basic ${base64("no-colon")}`, fault: NONE },
    { when: "the login not encoded", entry: basic, value: "Basic registry:a:password", fault: NONE },
    { when: "nothing behind Basic", entry: basic, value: "Basic ", fault: NONE },
    { when: "a bearer", entry: basic, value: `Bearer ${base64("registry:a:password")}`, fault: notBasic },
  ];
  for (const { when, entry, value, fault } of cases) {
    it(`${fault === null ? "takes" : "refuses"} ${when}`, () => {
      const lines = entry.kind === "basic" ? logins : [SECRET];
      assert.equal(faultOf(entry, { headers: { authorization: value } }, lines), fault);
    });
  }

  it("refuses two logins of which one is right", () => {
    const authorization = [`Basic ${base64("other:second")}`, "Basic x"];
    assert.equal(
      faultOf(basic, { headers: { authorization } }, logins),
      'header "Authorization" is given more than once',
    );
  });
});

describe("callerFault(entry, request, surroundings) of networks", () => {
  const { ranges } = parseAddressRanges("192.0.2.0/24 2001:db8:1::/48");
  const entry: CallerEntry = { kind: "networks", ranges, written: [] };
  const cases: readonly { address: string; isInside: boolean }[] = [
    { address: "192.0.2.7:40000", isInside: true },
    { address: "192.0.3.7:40000", isInside: false },
    { address: "[2001:db8:1:2::3]:443", isInside: true },
    { address: "[2001:db8:2::3]:443", isInside: false },
    { address: "[::ffff:192.0.2.7]:443", isInside: true },
    { address: ":0", isInside: false },
    { address: "", isInside: false },
  ];
  for (const { address, isInside } of cases) {
    it(`${isInside ? "takes" : "refuses"} ${address}`, () => {
      const fault = faultOf(entry, { remoteAddress: address, headers: { "x-forwarded-for": "192.0.2.7" } });
      assert.equal(fault, isInside ? null : "the client's address is in none of the networks");
    });
  }
});
