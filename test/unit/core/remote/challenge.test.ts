import assert from "node:assert/strict";
import { readChallenge, tokenUrl } from "../../../../src/core/remote/challenge.ts";

describe("readChallenge(header)", () => {
  const bearer = { kind: "bearer", realm: "https://auth.example.com/token", service: "registry.example.com" };
  const cases: readonly (readonly [header: string, challenge: object])[] = [
    ["", { kind: "none" }],
    ["Negotiate", { kind: "none" }],
    ["Bearerish realm=x", { kind: "none" }],
    ["Basic", { kind: "basic" }],
    [`basic realm="Registry"`, { kind: "basic" }],
    [`Bearer realm="${bearer.realm}",service="${bearer.service}",scope="repository:a/b:pull"`, bearer],
    [`bearer Service="${bearer.service}", REALM="${bearer.realm}"`, bearer],
    ["Bearer", { kind: "bearer", realm: "", service: "" }],
    [`Bearer realm="${"x".repeat(2_000)}"`, { kind: "bearer", realm: "", service: "" }],
  ];
  for (const [header, challenge] of cases) {
    it(`reads ${header.slice(0, 60)}`, () => {
      assert.deepEqual(readChallenge(header), challenge);
    });
  }
});

describe("tokenUrl(challenge, path)", () => {
  const urlOf = (realm: string, service = "") => tokenUrl({ kind: "bearer", realm, service }, "shop/website");

  it("asks for the right to pull the repository, and no more", () => {
    assert.deepEqual(urlOf("https://auth.example.com/token?x=1", "a&b"), {
      kind: "ok",
      value: "https://auth.example.com/token?x=1&service=a%26b&scope=repository%3Ashop%2Fwebsite%3Apull",
    });
  });

  it("names no service where the registry names none", () => {
    assert.deepEqual(urlOf("https://auth.example.com/"), {
      kind: "ok",
      value: "https://auth.example.com/?scope=repository%3Ashop%2Fwebsite%3Apull",
    });
  });

  it("refuses what is no address", () => {
    for (const realm of ["", "auth.example.com", "/token"]) assert.equal(urlOf(realm).kind, "error");
  });
});
