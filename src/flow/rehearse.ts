import type { Outcome, PushOutcome } from "../core/delivery/outcome.ts";
import type { PushEvent } from "../core/event/push-event.ts";
import type { Trial } from "../core/hook/callers/try-callers.ts";
import type { Hook } from "../core/hook/hook.ts";
import type { Invocation } from "../core/hook/invocation.ts";
import type { Judged } from "../core/hook/rule.ts";
import { isSameRepository } from "../core/image/repository.ts";
import { createDeliver, type Delivery } from "./deliver.ts";
import type { Proofs } from "./judge.ts";
import type { Log } from "./ports.ts";
import { createPush, type AcceptedPush } from "./push.ts";
import { createRunCommand } from "./run-command.ts";

/** What a delivery would set off, and how it came to that. */
export interface Rehearsal {
  /** The rules that were evaluated, those inside before the ones around them. */
  readonly judged: readonly Judged[];
  /** The callers that were tried, before any rule. */
  readonly tried: readonly Trial[];
  readonly action: RehearsedAction | null;
  /** What became of the delivery; it means nothing where an action would be taken. */
  readonly outcome: Outcome;
}

/** The action that would be taken. */
type RehearsedAction =
  | { readonly kind: "upgrade"; readonly push: AcceptedPush }
  | { readonly kind: "command"; readonly invocation: Invocation };

/** What a rehearsal knows besides the delivery. */
export interface RehearsalParts {
  readonly find: (id: string) => Hook | undefined;
  readonly proofs: Omit<Proofs, "onJudged" | "onTried">;
  readonly maxBodyBytes: number;
}

/** A log that nothing is written to. */
export const NO_LOG: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Takes a delivery through the very flows that serve it, up to the point where the cluster or a command is due. */
export async function rehearse(delivery: Delivery, { find, proofs, maxBodyBytes }: RehearsalParts): Promise<Rehearsal> {
  const judged: Judged[] = [];
  const tried: Trial[] = [];
  const actions: RehearsedAction[] = [];
  const pending: Promise<void>[] = [];
  const watched: Proofs = {
    ...proofs,
    onJudged: (one) => judged.push(one),
    onTried: (trials) => tried.push(...trials),
  };
  const upgrade = (accepted: AcceptedPush): Promise<PushOutcome> => {
    const { events, refusal } = sift(accepted);
    const [first, ...others] = events;
    if (first === undefined) return Promise.resolve(refusal);
    actions.push({ kind: "upgrade", push: { ...accepted, events: [first, ...others] } });
    return Promise.resolve({ kind: "ignored", reason: "rehearsed" });
  };
  const push = createPush(watched, { upgrade, onRefused: nothing });
  const runCommand = createRunCommand({
    run: (invocation) => {
      actions.push({ kind: "command", invocation });
      return Promise.resolve({ kind: "exited", code: 0, output: Buffer.alloc(0) });
    },
    proofs: watched,
    background: {
      run: (_name, task) => pending.push(task(new AbortController().signal)),
      count: () => pending.length,
      stop: () => Promise.resolve(),
    },
    log: NO_LOG,
    limits: { concurrency: 1, queue: 0, timeoutMs: 0 },
    maxBodyBytes,
  });
  const outcome = await createDeliver({ find }, { methods: [], push, runCommand })(delivery);
  await Promise.all(pending);
  return { judged, tried, action: actions[0] ?? null, outcome };
}

// The pushes that may be carried out, as far as that can be told without the workload; and what is said where none may.
function sift({ hook, events }: AcceptedPush): {
  readonly events: readonly PushEvent[];
  readonly refusal: PushOutcome;
} {
  const { repository, hostAliases, tags } = hook.upgrade;
  const allowed = repository.kind === "named" ? repository.repository : null;
  const meant = events.filter((event) => allowed === null || isSameRepository(allowed, event, hostAliases));
  const judged = meant.map((event) => ({ event, reason: tags.refusal(event.tag, null) }));
  const [reason] = judged.flatMap((one) => one.reason ?? []);
  const foreign = `the push brings ${events[0].repository}, this hook allows ${String(allowed)}`;
  return {
    events: judged.flatMap((one) => (one.reason === null ? [one.event] : [])),
    refusal: reason === undefined ? { kind: "foreign-repository", reason: foreign } : { kind: "ignored", reason },
  };
}

function nothing(): void {
  // A rehearsal leaves no trace.
}
