import assert from "node:assert/strict";
import { configurationUrl, hostsOfIssuer, isIssuer, keepMs, keysUrl } from "../../../../src/core/remote/issuer.ts";

describe("isIssuer(text)", () => {
  const issuers = ["https://accounts.google.com", "https://id.example.com:8443/realms/shop", "https://id.example.com/"];
  const others = [
    "",
    "accounts.google.com",
    "http://id.example.com",
    "https://",
    "https://user@id.example.com",
    "https://:secret@id.example.com",
    "https://id.example.com?a=b",
    "https://id.example.com#a",
    "https://id.example.com/a b",
    "https://evil.example.com\\@id.example.com",
    `https://id.example.com/${"x".repeat(500)}`,
  ];
  for (const [expected, texts] of [
    [true, issuers],
    [false, others],
  ] as const) {
    for (const text of texts) {
      it(`${expected ? "takes" : "refuses"} ${JSON.stringify(text.slice(0, 60))}`, () => {
        assert.equal(isIssuer(text), expected);
      });
    }
  }
});

describe("configurationUrl(issuer), hostsOfIssuer(issuer), keysUrl(issuer, configuration)", () => {
  it("finds the configuration below the issuer's path", () => {
    const path = "/.well-known/openid-configuration";
    assert.equal(configurationUrl("https://id.example.com"), `https://id.example.com${path}`);
    assert.equal(configurationUrl("https://id.example.com/"), `https://id.example.com${path}`);
    assert.equal(configurationUrl("https://id.example.com/a"), `https://id.example.com/a${path}`);
  });

  it("asks an issuer's own host, and for Google's keys the host that has them", () => {
    assert.deepEqual(hostsOfIssuer("https://id.example.com:8443/a"), ["id.example.com:8443"]);
    assert.deepEqual(hostsOfIssuer("https://accounts.google.com"), ["accounts.google.com", "www.googleapis.com"]);
  });

  it("takes the address of the keys from the issuer's own configuration alone", () => {
    const issuer = "https://id.example.com";
    const read = (configuration: unknown): unknown => keysUrl(issuer, JSON.stringify(configuration));
    const jwks_uri = "https://id.example.com/keys";
    assert.deepEqual(read({ issuer, jwks_uri }), { kind: "ok", value: jwks_uri });
    assert.deepEqual(read({ issuer }), { kind: "ok", value: "" });
    const error = "its configuration is that of another issuer";
    for (const other of [{ jwks_uri }, { issuer: `${issuer}/`, jwks_uri }, { issuer: [issuer], jwks_uri }])
      assert.deepEqual(read(other), { kind: "error", error });
    assert.deepEqual(keysUrl(issuer, "<html>"), { kind: "error", error: "its configuration is no JSON" });
  });
});

describe("keepMs(cacheControl)", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 15],
    ["no-store", 15],
    ["public, max-age=19845, must-revalidate", 19_845 / 60],
    ["Max-Age=3600", 60],
    ['max-age="3600"', 60],
    ["max-age=0", 5],
    ["max-age=9999999999", 24 * 60],
    ["s-max-age=3600", 15],
    ["max-age=soon", 15],
  ];
  for (const [header, minutes] of cases) {
    it(`keeps for ${String(minutes)} minutes by ${JSON.stringify(header)}`, () => {
      assert.equal(keepMs(header), minutes * 60_000);
    });
  }
});
