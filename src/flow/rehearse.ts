import type { Outcome, UpgradeOutcome } from "../core/delivery/outcome.ts";
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
  const upgrade = (accepted: AcceptedPush): Promise<UpgradeOutcome> => {
    const { repository, hostAliases } = accepted.hook.upgrade;
    const [first, ...others] = accepted.events.filter(
      (event) => repository.kind !== "named" || isSameRepository(repository.repository, event, hostAliases),
    );
    if (first === undefined) {
      const [{ repository: pushed }] = accepted.events;
      const allowed = repository.kind === "named" ? repository.repository : "";
      const reason = `the push brings ${pushed}, this hook allows ${allowed}`;
      return Promise.resolve({ kind: "foreign-repository", reason });
    }
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

function nothing(): void {
  // A rehearsal leaves no trace.
}
