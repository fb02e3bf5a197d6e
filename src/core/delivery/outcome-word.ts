import { isFinal } from "../rollout/cluster-failure.ts";
import type { CommandOutcome, Outcome, PushOutcome, Refusal, SingleOutcome, UpgradeOutcome } from "./outcome.ts";
import { isRefusal } from "./refusal.ts";

// What is worst for whoever looks after the hooks stands first: it is what several workloads count as.
const WORDS = [
  "failed",
  "unavailable",
  "refused",
  "malformed",
  "unproven",
  "throttled",
  "changed",
  "held",
  "dry-run",
  "accepted",
  "unchanged",
  "ignored",
  "handshake",
  "gone",
  "unknown-hook",
] as const;

/** What became of a delivery, in one of few words to count by. */
export type OutcomeWord = (typeof WORDS)[number];

/** Says in a word what became of a delivery; of several workloads that which is worst. */
export function outcomeWord(outcome: Outcome): OutcomeWord {
  switch (outcome.kind) {
    case "unknown-hook":
      return "unknown-hook";
    case "upgrade":
      return upgradeWord(outcome.outcome);
    case "command":
      return commandWord(outcome.outcome);
  }
}

const REFUSALS: Readonly<Record<Refusal["kind"], OutcomeWord>> = {
  "method-not-allowed": "malformed",
  "not-received": "malformed",
  "bad-request": "malformed",
  mismatch: "unproven",
  "too-many-failures": "throttled",
  unavailable: "unavailable",
  "not-served": "failed",
};

type Taken = Exclude<SingleOutcome, Refusal | { readonly kind: "cluster" | "ended" }>;

const TAKEN: Readonly<Record<Taken["kind"], OutcomeWord>> = {
  changed: "changed",
  skipped: "unchanged",
  held: "held",
  ignored: "ignored",
  handshake: "handshake",
  refused: "refused",
  "not-allowed": "refused",
  "foreign-repository": "refused",
  unfit: "refused",
  "registry-away": "unavailable",
};

function upgradeWord(outcome: UpgradeOutcome): OutcomeWord {
  if (outcome.kind === "dry-run") return "dry-run";
  return outcome.kind === "several" ? worst(outcome) : singleWord(outcome);
}

function worst({ workloads }: PushOutcome & { readonly kind: "several" }): OutcomeWord {
  const words = new Set(workloads.map(({ outcome }) => singleWord(outcome)));
  return WORDS.find((word) => words.has(word)) ?? "ignored";
}

function singleWord(outcome: SingleOutcome): OutcomeWord {
  if (isRefusal(outcome)) return REFUSALS[outcome.kind];
  if (outcome.kind === "cluster") return isFinal(outcome.failure) ? "failed" : "unavailable";
  // How its rollout ended is counted by itself.
  return TAKEN[outcome.kind === "ended" ? outcome.set.kind : outcome.kind];
}

function commandWord(outcome: CommandOutcome): OutcomeWord {
  if (isRefusal(outcome)) return REFUSALS[outcome.kind];
  switch (outcome.kind) {
    case "accepted":
    case "gone":
      return outcome.kind;
    case "busy":
      return "throttled";
    case "ended":
      return outcome.ending.kind === "exited" && outcome.ending.code === 0 ? "accepted" : "failed";
  }
}
