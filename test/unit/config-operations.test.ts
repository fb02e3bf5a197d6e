import assert from "node:assert/strict";
import { readConfig } from "../../src/config.ts";

function portOf(text: string): number | null {
  const config = readConfig({ OPERATIONS_PORT: text }, []);
  assert.ok(config.kind === "ok", text);
  return config.value.operations.port;
}

function problemsOf(name: string, text: string): string {
  const config = readConfig({ [name]: text }, []);
  return config.kind === "error" ? config.error : "";
}

describe("readConfig(env, flags): the operations port", () => {
  it("has no operations port where that is off, and any free one for 0", () => {
    const ports = ["off", "0"].map((text) => portOf(text));
    assert.deepEqual(ports, [null, 0]);
  });

  for (const [name, text, problem] of [
    ["OPERATIONS_PORT", "no", "must be a port number, or off"],
    ["OPERATIONS_PORT", "65536", "must be a port number, or off"],
    ["PUBLIC_URL", "hooks.example.com", "must be like https://hooks.example.com"],
    ["PUBLIC_URL", "https://hooks.example.com/?a=b", "must be like https://hooks.example.com"],
  ] as const) {
    it(`refuses ${name}=${text}`, () => {
      assert.deepEqual(problemsOf(name, text), `${name}: ${problem}`);
    });
  }
});
