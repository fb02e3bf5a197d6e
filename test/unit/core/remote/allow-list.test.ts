import assert from "node:assert/strict";
import { allowedUrl, isAllowance } from "../../../../src/core/remote/allow-list.ts";

describe("allowedUrl(text, allow)", () => {
  const allow = ["keys.example.com", "registry.example.com:5000", "*.amazonaws.com", "plain.example.com:443"];
  const allowed = [
    "https://keys.example.com/jwks?x=y",
    "https://keys.example.com:443/",
    "https://KEYS.example.com/",
    "https://registry.example.com:5000/v2/",
    "https://sns.us-east-1.amazonaws.com/cert.pem",
    "https://plain.example.com/",
  ];
  for (const url of allowed) {
    it(`allows ${url}`, () => {
      const said = allowedUrl(url, allow);
      assert.ok(said.kind === "ok");
      assert.equal(said.value.href, new URL(url).href);
    });
  }

  const refused: readonly (readonly [url: string, why: string])[] = [
    ["", "it is not a URL"],
    ["keys.example.com", "it is not a URL"],
    ["http://keys.example.com/", "only https is asked"],
    ["file:///etc/passwd", "only https is asked"],
    ["https://user@keys.example.com/", "it holds a login"],
    ["https://:secret@keys.example.com/", "it holds a login"],
    ["https://keys.example.com.evil.com/", "keys.example.com.evil.com is not one of the hosts that may be asked"],
    ["https://evil.com/keys.example.com", "evil.com is not one of the hosts that may be asked"],
    ["https://evil.com#@keys.example.com/", "evil.com is not one of the hosts that may be asked"],
    ["https://keys.example.com:8443/", "keys.example.com:8443 is not one of the hosts that may be asked"],
    ["https://registry.example.com/", "registry.example.com is not one of the hosts that may be asked"],
    ["https://amazonaws.com/", "amazonaws.com is not one of the hosts that may be asked"],
    ["https://evilamazonaws.com/", "evilamazonaws.com is not one of the hosts that may be asked"],
    ["https://sns.amazonaws.com:8443/", "sns.amazonaws.com:8443 is not one of the hosts that may be asked"],
    ["https://127.0.0.1/", "127.0.0.1 is not one of the hosts that may be asked"],
    [`https://${"a".repeat(200)}.com/`, `${"a".repeat(100)} is not one of the hosts that may be asked`],
  ];
  for (const [url, why] of refused) {
    it(`refuses ${url.slice(0, 60)}: ${why.slice(0, 40)}`, () => {
      assert.deepEqual(allowedUrl(url, allow), { kind: "error", error: why });
    });
  }

  it("allows plain HTTP at the same hosts where it is told to, and no other scheme", () => {
    const schemeOf = (url: string, host: string): string => {
      const said = allowedUrl(url, [host], true);
      return said.kind === "ok" ? said.value.protocol : said.error;
    };
    assert.equal(schemeOf("http://ops:8080/in", "ops:8080"), "http:");
    assert.equal(schemeOf("https://ops/in", "ops"), "https:");
    assert.equal(schemeOf("ftp://ops/in", "ops"), "only https is asked");
    assert.equal(schemeOf("http://evil/in", "ops"), "evil is not one of the hosts that may be asked");
  });
});

describe("isAllowance(text)", () => {
  for (const text of ["a.example.com", "registry:5000", "*.amazonaws.com", "127.0.0.1:8443"]) {
    it(`takes ${text}`, () => {
      assert.equal(isAllowance(text), true);
    });
  }
  for (const text of [
    "",
    "*",
    "https://a.example.com",
    "a.example.com/",
    "a b",
    "*.*.com",
    "-a.com",
    "A.com",
    ".com",
  ]) {
    it(`refuses "${text}"`, () => {
      assert.equal(isAllowance(text), false);
    });
  }
});
