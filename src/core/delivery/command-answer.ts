import type { CommandHook } from "../hook/hook.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import type { CommandEnding, CommandOutcome } from "./outcome.ts";
import { isRefusal, refusalAnswer } from "./refusal.ts";

const RETRY_AFTER_SECONDS = 5;
const FAILED = "Error occurred while executing the hook's command. Please check your logs for more details.";

/** The answer of a hook that runs a command; statuses and texts are adnanh/webhook's where it has the case. */
export function commandAnswer(hook: CommandHook, outcome: CommandOutcome): Answer {
  if (isRefusal(outcome)) return refusalAnswer(hook, outcome);
  const { message, headers, successStatus } = hook.response;
  switch (outcome.kind) {
    case "accepted":
      return { status: successStatus, body: message ?? "", headers };
    case "ended":
      return { ...endingAnswer(hook, outcome.ending), headers };
    case "busy": {
      const { running, waiting } = outcome;
      const body = `this hook's command runs ${String(running)} times and ${String(waiting)} deliveries wait: try again later`;
      return withRetryAfter(plain(429, body), RETRY_AFTER_SECONDS);
    }
    case "gone":
      return plain(503, "");
  }
}

function endingAnswer({ command, response }: CommandHook, ending: CommandEnding): Omit<Answer, "headers"> {
  const showsFailures = command.output === "shown-of-failures-too";
  switch (ending.kind) {
    case "exited":
      if (ending.code === 0) return { status: response.successStatus, body: ending.output };
      return { status: 500, body: showsFailures ? ending.output : FAILED };
    case "killed":
      return { status: 500, body: showsFailures ? ending.output : FAILED };
    case "not-started":
      return { status: 500, body: showsFailures ? "" : FAILED };
    case "timed-out": {
      const why = `the command was ended after ${String(ending.afterMs / 1000)} s (command-timeout)`;
      return { status: 504, body: showsFailures ? Buffer.concat([ending.output, Buffer.from(`\n${why}`)]) : why };
    }
  }
}
