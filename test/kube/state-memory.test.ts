import assert from "node:assert/strict";
import { emptyState, printState, withPush } from "../../src/core/rollout/state.ts";
import type { StoredState } from "../../src/flow/ports.ts";
import { createStateMemory } from "../../src/kube/state-memory.ts";
import { aPush } from "../support/builders.ts";

describe("createStateMemory()", () => {
  const target = { kind: "deployment", namespace: "web", name: "website" } as const;
  const stored = (version: string) => ({
    state: withPush(emptyState(target), "web", aPush({ key: `of ${version}` })),
    version,
  });
  const asText = ({ state, version }: StoredState) => ({ text: printState(state), version });

  it("recalls the newest version that was seen, whatever came in between", () => {
    const memory = createStateMemory();
    assert.equal(memory.recall("a"), null);
    const cases = [
      ["9", "9"],
      ["10", "10"],
      ["9", "10"],
      ["10", "10"],
      ["99999999999999999999", "99999999999999999999"],
      ["99999999999999999998", "99999999999999999999"],
    ] as const;
    for (const [version, recalled] of cases) {
      memory.see("a", asText(stored(version)));
      assert.deepEqual(memory.recall("a"), stored(recalled));
    }
    assert.equal(memory.recall("b"), null);
  });

  it("keeps what it has of a version, though another text is said to be of it", () => {
    const memory = createStateMemory();
    memory.see("a", asText(stored("9")));
    memory.see("a", { ...asText(stored("10")), version: "9" });
    assert.deepEqual(memory.recall("a"), stored("9"));
  });

  it("forgets what was deleted, and not what was stored after that", () => {
    const memory = createStateMemory();
    memory.see("a", asText(stored("9")));
    memory.forget("a", "10");
    assert.equal(memory.recall("a"), null);
    memory.see("a", asText(stored("12")));
    memory.forget("a", "11");
    assert.deepEqual(memory.recall("a"), stored("12"));
    memory.forget("a");
    assert.equal(memory.recall("a"), null);
    memory.forget("a");
  });

  it("remembers ten thousand", () => {
    const memory = createStateMemory();
    for (let count = 0; count <= 10_000; count++) memory.see(String(count), asText(stored("1")));
    assert.equal(memory.recall("0"), null);
    assert.deepEqual(memory.recall("1"), stored("1"));
  });
});
