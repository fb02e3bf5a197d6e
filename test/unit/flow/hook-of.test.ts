import assert from "node:assert/strict";
import type { Hook } from "../../../src/core/hook/hook.ts";
import type { Target } from "../../../src/core/rollout/target.ts";
import { createFindHook, type FindHook } from "../../../src/flow/hook-of.ts";
import { aHook, aSelection, aTarget } from "../../support/builders.ts";
import { aCommandHook } from "../../support/command-hook.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-log.ts";

describe("createFindHook(store, clock)", () => {
  let hooks: Map<string, Hook>;
  let isSound: boolean;
  let clock: FakeClock;
  let find: FindHook;
  beforeEach(() => {
    hooks = new Map([["website", aHook()]]);
    isSound = true;
    clock = createFakeClock();
    find = createFindHook({ find: (id) => hooks.get(id), isSound: () => isSound }, clock);
  });

  it("finds the hook of a workload that it names", () => {
    assert.equal(find("website", aTarget), hooks.get("website"));
  });

  const selecting = aHook({ upgrade: { target: aSelection({ kinds: ["deployment", "daemonset"] }) } });
  const targets: readonly (readonly [string, Hook, Target, boolean])[] = [
    ["another name", aHook(), { ...aTarget, name: "api" }, false],
    ["another kind", aHook(), { ...aTarget, kind: "daemonset" }, false],
    ["another namespace", aHook(), { ...aTarget, namespace: "other" }, false],
    ["a kind that it selects", selecting, { ...aTarget, kind: "daemonset", name: "any" }, true],
    ["a kind that it does not select", selecting, { ...aTarget, kind: "cronjob" }, false],
    ["another namespace than it selects in", selecting, { ...aTarget, namespace: "other" }, false],
    ["a hook that runs a command", aCommandHook({ id: "website" }), aTarget, false],
  ];
  for (const [what, hook, target, isFound] of targets) {
    it(`${isFound ? "finds" : "does not find"} the hook for ${what}`, () => {
      hooks.set("website", hook);
      assert.equal(find("website", target) === hook, isFound);
    });
  }

  it("gives a missing one up after a minute, each from its own first miss", () => {
    hooks.clear();
    assert.equal(find("website", aTarget), "unknown");
    clock.advance(59_999);
    assert.equal(find("website", aTarget), "unknown");
    assert.equal(find("other", aTarget), "unknown");
    clock.advance(1);
    assert.equal(find("website", aTarget), "gone");
    assert.equal(find("other", aTarget), "unknown");
  });

  it("begins anew when it came back in between", () => {
    const hook = aHook();
    for (const there of [false, true, false]) {
      if (there) hooks.set("website", hook);
      else hooks.clear();
      find("website", aTarget);
      clock.advance(59_000);
    }
    assert.equal(find("website", aTarget), "unknown");
  });

  it("gives none up while a hooks file cannot be read", () => {
    hooks.clear();
    isSound = false;
    find("website", aTarget);
    clock.advance(600_000);
    assert.equal(find("website", aTarget), "unknown");
    isSound = true;
    assert.equal(find("website", aTarget), "gone");
  });

  it("remembers the misses of a thousand; of more of them none is given up", () => {
    for (let count = 0; count < 1_000; count++) find(`hook-${String(count)}`, aTarget);
    find("one-more", aTarget);
    clock.advance(60_000);
    assert.deepEqual([find("hook-999", aTarget), find("one-more", aTarget)], ["gone", "unknown"]);
  });
});
