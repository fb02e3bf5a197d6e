import assert from "node:assert/strict";
import { assertRefused, readServed, SEED_VALUES, seedEnvironment, seedHook } from "./hooks-files.ts";

const ENVIRONMENT = "pass-environment-to-command";

const withHost = (source: string, name: string): unknown => ({
  ...seedHook(),
  [ENVIRONMENT]: [...seedEnvironment(SEED_VALUES.mailTo), { envname: "APP_REGISTRY_HOST", source, name }],
});

describe("readScriptUpgrade(hook, environment, rule) of the registry's host", () => {
  for (const { name, expected } of [
    { name: "", expected: "" },
    { name: "Registry.example.com:5000", expected: "registry.example.com:5000" },
    { name: "registry-1.docker.io", expected: "docker.io" },
  ]) {
    it(`reads "${name}"`, () => {
      assert.equal(readServed(withHost("string", name)).upgrade.registryHost, expected);
    });
  }

  it("refuses one that a request chooses", () => {
    const message = `${ENVIRONMENT}: APP_REGISTRY_HOST: must be a string: a request may not choose it`;
    assertRefused(withHost("url", "host"), message);
  });

  it("refuses one with a path", () => {
    assertRefused(
      withHost("string", "registry.example.com/team"),
      `${ENVIRONMENT}: APP_REGISTRY_HOST: "registry.example.com/team" is not a registry's host alone, ` +
        "such as registry.example.com:5000",
    );
  });

  it("knows no aliases", () => {
    assert.deepEqual(readServed(seedHook()).upgrade.hostAliases, []);
  });
});
