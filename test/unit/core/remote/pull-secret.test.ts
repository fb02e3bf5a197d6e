import assert from "node:assert/strict";
import { parseRepository, type Repository } from "../../../../src/core/image/reference.ts";
import { readPullSecret } from "../../../../src/core/remote/pull-secret.ts";

const repositoryOf = (name: string): Repository => {
  const parsed = parseRepository(name);
  assert.ok(parsed.kind === "ok");
  return parsed.value;
};
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("readPullSecret(bytes, repository)", () => {
  const read = (auths: unknown, name = "registry.example.com:5000/shop/website") =>
    readPullSecret(Buffer.from(JSON.stringify({ auths })), repositoryOf(name));
  const robot = { username: "robot$a", password: "p:w" };
  const found = { kind: "ok", value: { user: "robot$a", password: "p:w" } };

  const keys: readonly (readonly [key: string, name: string])[] = [
    ["registry.example.com:5000", "registry.example.com:5000/shop/website"],
    ["https://registry.example.com:5000", "registry.example.com:5000/shop/website"],
    ["http://registry.example.com:5000/v2/", "registry.example.com:5000/shop/website"],
    ["registry.example.com:5000/shop", "registry.example.com:5000/shop/website"],
    ["registry.example.com:5000/shop/website", "registry.example.com:5000/shop/website"],
    ["https://index.docker.io/v1/", "nginx"],
    ["docker.io", "team/app"],
    ["registry-1.docker.io", "team/app"],
  ];
  for (const [key, name] of keys) {
    it(`takes the entry ${key} for ${name}`, () => {
      assert.deepEqual(read({ [key]: robot }, name), found);
    });
  }

  const strangers = [
    "registry.example.com",
    "registry.example.com:500",
    "registry.example.com:5000/sho",
    "registry.example.com:5000/shop/website/more",
    "example.com:5000",
    "",
    "https://index.docker.io/v1/",
  ];
  for (const key of strangers) {
    it(`does not take the entry "${key}" for another place`, () => {
      assert.deepEqual(read({ [key]: robot }), { kind: "ok", value: null });
    });
  }

  it("takes the entry that says most", () => {
    const other = { username: "other", password: "x" };
    const auths = { "registry.example.com:5000": other, "registry.example.com:5000/shop": robot };
    assert.deepEqual(read(auths), found);
  });

  it("reads user and password out of auth", () => {
    assert.deepEqual(read({ "registry.example.com:5000": { auth: base64("robot$a:p:w") } }), found);
  });

  const unusable = [
    {},
    { auth: "" },
    { auth: "%%%" },
    { auth: base64("nocolon") },
    { auth: base64(":password") },
    { auth: base64("<token>:"), identitytoken: "x" },
    { username: "robot" },
  ];
  for (const entry of unusable) {
    it(`refuses the entry ${JSON.stringify(entry)} without repeating it`, () => {
      assert.deepEqual(read({ "registry.example.com:5000": entry }), {
        kind: "error",
        error: "its entry for registry.example.com:5000 holds no user with a password",
      });
    });
  }

  it("refuses what Docker does not write", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "{}",
      `{"auths": []}`,
      `{"auths": {"a": "b"}}`,
      `{"auths": {"a": {"auth": 1}}}`,
    ]) {
      assert.deepEqual(readPullSecret(Buffer.from(text), repositoryOf("nginx")), {
        kind: "error",
        error: "its .dockerconfigjson is not as Docker writes it",
      });
    }
  });
});
