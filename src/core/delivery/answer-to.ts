import { plain, type Answer } from "./answer.ts";
import { commandAnswer } from "./command-answer.ts";
import type { Outcome } from "./outcome.ts";
import { upgradeAnswer } from "./upgrade-answer.ts";

/** Turns what became of a delivery into the answer. */
export function answerTo(outcome: Outcome): Answer {
  switch (outcome.kind) {
    case "unknown-hook":
      return plain(404, "Hook not found.");
    case "upgrade":
      return upgradeAnswer(outcome.hook, outcome.outcome);
    case "command":
      return commandAnswer(outcome.hook, outcome.outcome);
  }
}
