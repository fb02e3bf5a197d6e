import assert from "node:assert/strict";
import { outcomeWord } from "../../../../src/core/delivery/outcome-word.ts";
import type { CommandOutcome, SingleOutcome, UpgradeOutcome } from "../../../../src/core/delivery/outcome.ts";
import type { CommandHook } from "../../../../src/core/hook/hook.ts";
import { aChanged, aHook, aSkipped, aTarget } from "../../../support/builders.ts";

const wordOf = (outcome: UpgradeOutcome): string => outcomeWord({ kind: "upgrade", hook: aHook(), outcome });

describe("outcomeWord(outcome)", () => {
  it("has a word for deliveries to no hook", () => {
    assert.equal(outcomeWord({ kind: "unknown-hook" }), "unknown-hook");
  });

  const upgrades: readonly (readonly [UpgradeOutcome, string])[] = [
    [aChanged(), "changed"],
    [aSkipped("duplicate", "shop/website:2.0"), "unchanged"],
    [{ kind: "ignored", reason: "" }, "ignored"],
    [{ kind: "held", until: null, reason: "" }, "held"],
    [{ kind: "ended", set: aChanged(), end: null }, "changed"],
    [{ kind: "handshake", handshake: { kind: "code", code: "1" } }, "handshake"],
    [{ kind: "refused", reason: "" }, "refused"],
    [{ kind: "not-allowed", reason: "" }, "refused"],
    [{ kind: "foreign-repository", reason: "" }, "refused"],
    [{ kind: "unfit", reason: "" }, "refused"],
    [{ kind: "registry-away", reason: "" }, "unavailable"],
    [{ kind: "unavailable", what: "proof", reason: "" }, "unavailable"],
    [{ kind: "cluster", failure: { kind: "unreachable", message: "" } }, "unavailable"],
    [{ kind: "cluster", failure: { kind: "not-found", message: "" } }, "failed"],
    [{ kind: "not-served", reason: "" }, "failed"],
    [{ kind: "mismatch", missing: null }, "unproven"],
    [{ kind: "too-many-failures", retryAfterSeconds: 1 }, "throttled"],
    [{ kind: "bad-request", field: "tag", reason: "" }, "malformed"],
    [{ kind: "not-received", failure: "aborted", maxBytes: 1 }, "malformed"],
    [{ kind: "method-not-allowed", methods: ["POST"] }, "malformed"],
    [{ kind: "dry-run", would: aChanged() }, "dry-run"],
  ];
  for (const [outcome, word] of upgrades) {
    it(`calls ${outcome.kind}${outcome.kind === "cluster" ? ` (${outcome.failure.kind})` : ""} ${word}`, () => {
      assert.equal(wordOf(outcome), word);
    });
  }

  const several: readonly (readonly [readonly SingleOutcome[], string])[] = [
    [[aChanged(), { kind: "ignored", reason: "" }] as readonly SingleOutcome[], "changed"],
    [[aChanged(), { kind: "cluster", failure: { kind: "unreachable", message: "" } }] as const, "unavailable"],
    [[], "ignored"],
  ];
  for (const [outcomes, word] of several) {
    it(`calls several of ${outcomes.map(({ kind }) => kind).join(", ") || "nothing"} ${word}`, () => {
      const workloads = outcomes.map((outcome) => ({ target: aTarget, outcome }));
      assert.equal(wordOf({ kind: "several", workloads }), word);
    });
  }

  const output = Buffer.alloc(0);
  const commands: readonly (readonly [CommandOutcome, string])[] = [
    [{ kind: "accepted" }, "accepted"],
    [{ kind: "gone" }, "gone"],
    [{ kind: "busy", running: 1, waiting: 1 }, "throttled"],
    [{ kind: "mismatch", missing: null }, "unproven"],
    [{ kind: "ended", ending: { kind: "exited", code: 0, output } }, "accepted"],
    [{ kind: "ended", ending: { kind: "exited", code: 1, output } }, "failed"],
    [{ kind: "ended", ending: { kind: "timed-out", afterMs: 1, output } }, "failed"],
  ];
  for (const [outcome, word] of commands) {
    it(`calls a command's ${JSON.stringify(outcome)} ${word}`, () => {
      const hook = { ...aHook(), kind: "command" } as unknown as CommandHook;
      assert.equal(outcomeWord({ kind: "command", hook, outcome }), word);
    });
  }
});
