import type { RolloutParts } from "../../../src/flow/rollouts.ts";

/** The ports of a process that may be killed: from then on nothing that it asks for is done or comes back. */
export function mortal(parts: RolloutParts, life: AbortSignal): RolloutParts {
  const { workloads, states, events, tell } = parts;
  // Nobody holds it, so that whoever waits for it is forgotten.
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  const isOver = (): boolean => life.aborted;
  const answered =
    <A extends readonly unknown[], T>(ask: (...asked: A) => Promise<T>) =>
    async (...asked: A): Promise<T> => {
      if (isOver()) return never();
      const answer = await ask(...asked);
      return isOver() ? never() : answer;
    };
  return {
    ...parts,
    workloads: {
      ...workloads,
      recall: answered(workloads.recall),
      read: answered(workloads.read),
      patch: answered(workloads.patch),
      pods: answered(workloads.pods),
    },
    states: {
      ...states,
      recall: answered(states.recall),
      load: answered(states.load),
      save: answered(states.save),
    },
    events: {
      record: (...said) => {
        if (!life.aborted) events.record(...said);
      },
      recordOnState: (...said) => {
        if (!life.aborted) events.recordOnState(...said);
      },
    },
    tell: answered(tell),
  };
}
