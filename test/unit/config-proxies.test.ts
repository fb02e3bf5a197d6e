import assert from "node:assert/strict";
import { readConfig, type Config } from "../../src/config.ts";

function proxiesOf(text: string): Config["http"] {
  const config = readConfig({ TRUSTED_PROXIES: text }, []);
  assert.ok(config.kind === "ok", text);
  return config.value.http;
}

function problemsOf(text: string): readonly string[] {
  const config = readConfig({ TRUSTED_PROXIES: text }, []);
  return config.kind === "error" ? config.error.split("\n") : [];
}

describe("readConfig(env, flags): proxies", () => {
  it("reads the proxies that are trusted, with commas between them", () => {
    const { trustedProxies } = proxiesOf("10.0.0.0/8, 2001:db8::1,");
    const holding = (address: string): number => trustedProxies.filter((range) => range.holds(address)).length;
    assert.equal(trustedProxies.length, 2);
    assert.deepEqual(["10.1.2.3:1", "[2001:db8::1]:1", "[2001:db8::2]:1", "192.0.2.7:1"].map(holding), [1, 1, 0, 0]);
  });

  for (const [text, problem] of [
    ["10.0.0.0/33", '"10.0.0.0/33" is no address or range, such as 10.0.0.0/8'],
    ["10.0.0.1,ingress", '"ingress" is no address or range, such as 10.0.0.0/8'],
    ["true", '"true" is no address or range, such as 10.0.0.0/8'],
  ] as const) {
    it(`refuses the proxies ${text}`, () => {
      assert.deepEqual(problemsOf(text), [`TRUSTED_PROXIES: ${problem}`]);
    });
  }
});
