import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { openRollouts } from "../../../src/core/rollout/rollouts.ts";
import { waitingNotices } from "../../../src/core/rollout/outbox.ts";
import { isOpen, pushesOf } from "../../../src/core/rollout/state.ts";
import type { RolloutParts } from "../../../src/flow/rollouts.ts";
import { anEvent, aTarget, digest } from "../../support/builders.ts";
import { makeRolloutsKit, rest, type Process, type RolloutsKit } from "./rollouts-kit.ts";
import { UNREACHABLE } from "./upgrade-kit.ts";

/** One thing that happens. */
type Step =
  /** Pushes that arrive at once at replicas of their own; a minute is how long ago each was pushed. */
  | { readonly kind: "push"; readonly minutes: readonly number[] }
  /** An earlier push is delivered again. */
  | { readonly kind: "again"; readonly which: number }
  /** Someone sets an image of their own, at once or just before a leader patches. */
  | { readonly kind: "edit"; readonly when: "now" | "at-patch" }
  | { readonly kind: "kill" }
  | { readonly kind: "stop" }
  /** One more that takes itself for the leader. */
  | { readonly kind: "second-leader" }
  /** The API server is away for a call, or its answer is lost. */
  | { readonly kind: "lose"; readonly call: "save-state" | "patch" | "load-state"; readonly when: "before" | "after" }
  | { readonly kind: "finish" }
  | { readonly kind: "wait"; readonly seconds: number };

const pushing: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("push"),
  minutes: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 2 }),
});
const losing: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("lose"),
  call: fc.constantFrom("save-state", "patch", "load-state"),
  when: fc.constantFrom("before", "after"),
});

const EDITS: readonly Step[] = [
  { kind: "edit", when: "now" },
  { kind: "edit", when: "at-patch" },
];
const ENDS: readonly Step[] = [{ kind: "kill" }, { kind: "stop" }];
const [FINISH, SECOND]: readonly [Step, Step] = [{ kind: "finish" }, { kind: "second-leader" }];

/** What has to be tried each time: races that chance finds seldom. */
export const RACES: readonly (readonly Step[])[] = [
  [
    { kind: "lose", call: "patch", when: "before" },
    { kind: "push", minutes: [0] },
    { kind: "edit", when: "at-patch" },
    { kind: "wait", seconds: 1 },
    { kind: "wait", seconds: 6 },
  ],
  [{ kind: "second-leader" }, { kind: "push", minutes: [22, 17] }],
  [{ kind: "push", minutes: [3] }, { kind: "kill" }, { kind: "push", minutes: [2, 1] }, { kind: "second-leader" }],
];

/** What may happen, in any order. Of ten pushes of a container none is forgotten. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { arbitrary: pushing, weight: 5 },
    { arbitrary: losing, weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant("again" as const), which: fc.nat({ max: 4 }) }), weight: 2 },
    { arbitrary: fc.constantFrom(...EDITS, FINISH), weight: 3 },
    { arbitrary: fc.constantFrom(...ENDS, SECOND), weight: 3 },
    { arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat({ max: 6 }) }), weight: 3 },
  ),
  { minLength: 1, maxLength: 12 },
);

interface Sent {
  readonly tag: string;
  readonly pushedAt: string;
}

type Ports = Pick<RolloutParts, "workloads" | "states">;

/** What is planted in the processes that lead. */
type Sabotage = (kit: RolloutsKit, ports: Ports) => Partial<Ports>;

// Between what a leader has seen and what it writes there is time for others.
function slowPorts({ cluster: { workloads, states } }: RolloutsKit): Ports {
  const slowly =
    <A extends readonly unknown[], T>(ask: (...asked: A) => Promise<T>) =>
    async (...asked: A): Promise<T> => {
      await sleep(2);
      return ask(...asked);
    };
  return {
    workloads: { ...workloads, patch: slowly(workloads.patch) },
    states: { ...states, save: slowly(states.save) },
  };
}

/** What ought to be, kept beside what is. */
class Model {
  readonly kit: RolloutsKit;
  /** What the workload shall run. */
  private expected = "1.0";
  private edits = 0;
  private isPushing = false;
  private readonly pushes: Sent[] = [];
  /** The requests whose pushes were put on record, and how often each may be told, should a process die at the wrong time. */
  private readonly accepted = new Map<string, number>();
  private leader: Process;
  private readonly start: () => Process;
  private readonly lead: () => Process;

  constructor(kit: RolloutsKit, sabotage: Sabotage) {
    this.kit = kit;
    const ports = slowPorts(kit);
    const parts = { ...ports, ...sabotage(kit, ports) };
    let others = 0;
    this.start = () => kit.start(parts);
    this.lead = () => {
      const identity = `other-${String(++others)}`;
      return kit.start({ ...parts, election: { identity, lead: (work, signal) => work(signal) } });
    };
    this.leader = this.start();
  }

  async happen(step: Step): Promise<void> {
    switch (step.kind) {
      case "push":
        return this.push(step.minutes.map((minutes) => this.newPush(minutes)));
      case "again":
        return this.push(this.pushes.slice(step.which, step.which + 1));
      case "edit":
        this.editWhen(step.when);
        return;
      case "kill":
      case "stop":
        return this.restart(step.kind);
      case "second-leader":
        this.lead();
        return;
      case "lose":
        this.kit.cluster.interrupt(step.call, () => UNREACHABLE, step.when);
        return;
      case "finish":
        this.kit.cluster.finish(aTarget);
        return;
      case "wait":
        this.kit.advance(step.seconds * 1000);
        await rest();
    }
  }

  /** Lets all come to its end, and holds it to what ought to be. */
  async check(): Promise<void> {
    const { kit } = this;
    for (let times = 0; times < 3 && !this.isSettled(); times++) {
      if (times > 0) await this.letClaimsLapse();
      for (let round = 0; round < 8 && !this.isSettled(); round++) {
        kit.advance(5_100);
        await rest();
        kit.cluster.finish(aTarget);
        await rest();
      }
    }
    await rest();
    assert.ok(this.isSettled(), `it does not come to its end: ${kit.phases().join("; ")}`);
    assert.equal(kit.running(), this.expected, "what runs");
    for (const [request, most] of this.accepted) {
      const told = kit.sent.filter(({ about }) => about.request === request);
      assert.ok(told.length >= 1 && told.length <= most, `${request} was told ${String(told.length)} times`);
      assert.equal(new Set(told.map(({ id }) => id)).size, 1, `${request} was told by several notices`);
    }
    const changes = kit.cluster.object(aTarget).metadata.generation - 1;
    assert.ok(changes <= this.edits + this.accepted.size, `${String(changes)} changes`);
  }

  // A claim that nobody holds any more lapses after two minutes: by then whoever lives has long done what it is about.
  private async letClaimsLapse(): Promise<void> {
    const { cluster } = this.kit;
    for (let count = -1; count !== cluster.calls.length && !this.isSettled();) {
      count = cluster.calls.length;
      await sleep(1_000);
    }
    this.kit.advance(120_000);
  }

  private editWhen(when: "now" | "at-patch"): void {
    if (when === "now") this.edit();
    else
      this.kit.cluster.interrupt("patch", () => {
        if (!this.isPushing) this.edit();
        return undefined;
      });
  }

  private async restart(how: "kill" | "stop"): Promise<void> {
    if (how === "stop") await this.leader.stop();
    else {
      this.noteUntold();
      this.kit.end();
    }
    this.leader = this.start();
  }

  private edit(): void {
    this.expected = `person-${String(++this.edits)}`;
    void this.kit.cluster.editImage(aTarget, "web", `registry.example.com/shop/website:${this.expected}`);
  }

  private newPush(minutes: number): Sent {
    const index = this.pushes.length;
    const atMs = this.kit.clock.now().getTime() - minutes * 60_000 - index;
    const push = { tag: `2.${String(index)}`, pushedAt: new Date(atMs).toISOString() };
    this.pushes.push(push);
    return push;
  }

  private async push(pushes: readonly Sent[]): Promise<void> {
    const { kit } = this;
    this.isPushing = true;
    const outcomes = await Promise.all(
      pushes.map(async (push, index) => {
        const { tag, pushedAt } = push;
        const requestId = `request-${tag}-${String(kit.clock.now().getTime())}-${String(index)}`;
        const event = anEvent(tag, { pushedAt, digest: digest("b") });
        const { kind } = await kit.push(tag, { events: [event], requestId });
        return { push, isChange: kind === "changed", isFailure: kind === "cluster" };
      }),
    );
    this.isPushing = false;
    const records = pushesOf(kit.cluster.stored(aTarget).state, "web");
    for (const { request } of records) if (!this.accepted.has(request)) this.accepted.set(request, 1);
    // The newest stands last.
    const last = records.at(-1);
    const isMeant = ({ tag }: Sent): boolean => last !== undefined && last.after.endsWith(`:${tag}`) && isOpen(last);
    const newest = outcomes
      .filter(({ push, isChange, isFailure }) => isChange || (isFailure && this.isNext(push) && isMeant(push)))
      .map(({ push }) => push)
      .reduce<Sent | null>((best, one) => (best === null || one.pushedAt > best.pushedAt ? one : best), null);
    if (newest !== null) this.expected = newest.tag;
  }

  // A push that waits to be carried out is, unless someone has set another image since.
  private isNext({ tag }: Sent): boolean {
    const records = pushesOf(this.kit.cluster.stored(aTarget).state, "web");
    const record = records.find(({ after }) => after.endsWith(`:${tag}`));
    return (
      record !== undefined && (record.before.endsWith(`:${this.kit.running() ?? ""}`) || this.kit.running() === tag)
    );
  }

  // What was sent and not recorded before a process died is sent again: nobody can know.
  private noteUntold(): void {
    const waiting = waitingNotices(this.kit.cluster.stored(aTarget).state);
    for (const { id, about } of waiting) {
      const isSent = this.kit.sent.some((telling) => telling.id === id);
      const request = about?.request ?? "";
      if (isSent) this.accepted.set(request, (this.accepted.get(request) ?? 1) + 1);
    }
  }

  private isSettled(): boolean {
    const { state } = this.kit.cluster.stored(aTarget);
    return openRollouts(state).length === 0 && waitingNotices(state).length === 0;
  }
}

/** Lets things happen to processes on one cluster and holds the end to what ought to be. */
export async function live(happenings: readonly Step[], sabotage: Sabotage = () => ({})): Promise<void> {
  const kit = await makeRolloutsKit();
  try {
    const model = new Model(kit, sabotage);
    for (const step of happenings) await model.happen(step);
    await model.check();
  } finally {
    kit.end();
  }
}
