import assert from "node:assert/strict";
import { assertRefused, assertWarned, readServed, typedHook } from "./hooks-files.ts";

describe("readCheck(upgrade)", () => {
  const all = { tag: true, digest: true, platform: true, waitMs: 0, pullSecret: "" };
  const cases: readonly (readonly [image: object | null, check: object | null])[] = [
    [null, null],
    [{}, null],
    [{ digest: "pin" }, null],
    [{ check: {} }, all],
    [{ check: { tag: "true", platform: "false" } }, { ...all, platform: false }],
    [{ check: { tag: false, digest: "no" } }, { ...all, tag: false, digest: false }],
    [{ check: { wait: "30s" } }, { ...all, waitMs: 30_000 }],
    [{ check: { wait: "1.5s", "pull-secret": "my.login-1" } }, { ...all, waitMs: 1_500, pullSecret: "my.login-1" }],
  ];
  for (const [image, check] of cases) {
    it(`reads ${JSON.stringify(image)}`, () => {
      assert.deepEqual(readServed(typedHook(image === null ? {} : { image })).upgrade.check, check);
    });
  }

  const wait = "wait: must be a duration of 30s at most, such as 10s";
  const refused: readonly (readonly [image: object, message: string])[] = [
    [{ check: true }, "check must be a map of keys, not a scalar"],
    [{ check: { tag: "maybe" } }, "tag: must be true or false"],
    [{ check: { wait: "31s" } }, wait],
    [{ check: { wait: "soon" } }, wait],
    [{ check: { wait: "" } }, wait],
    [{ check: { "pull-secret": "../x" } }, 'pull-secret: "../x" is not the name of a Secret'],
    [{ check: { "pull-secret": "Login" } }, 'pull-secret: "Login" is not the name of a Secret'],
    ...[{}, { key: {} }, { key: { file: "" } }].map(
      (signature) =>
        [{ signature }, "key: needs the path of a file with public keys: key: {file: /etc/keys/cosign.pub}"] as const,
    ),
    [
      { repository: "any", signature: { key: { file: "/etc/keys/cosign.pub" } } },
      "signature: cannot stand beside repository: any, where the push would choose which host is asked",
    ],
    [
      { repository: "any", check: {} },
      "check: cannot stand beside repository: any, where the push would choose which host is asked",
    ],
  ];
  for (const [image, message] of refused) {
    it(`refuses ${JSON.stringify(image)}`, () => {
      assertRefused(typedHook({ image }), message);
    });
  }

  it("reads the file of the keys that sign", () => {
    const { check, signatureKeys } = readServed(
      typedHook({ image: { signature: { key: { file: "/etc/keys/cosign.pub" } } } }),
    ).upgrade;
    assert.deepEqual([check, signatureKeys], [null, "/etc/keys/cosign.pub"]);
  });

  it("warns of an unknown key", () => {
    assertWarned(typedHook({ image: { check: { tags: true } } }), "tags: unknown key, ignored; did you mean tag?");
  });
});
