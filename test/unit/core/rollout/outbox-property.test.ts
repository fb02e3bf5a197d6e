import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CLAIM_MS,
  dueAt,
  waitingNotices,
  withClaim,
  withNotice,
  withNotices,
} from "../../../../src/core/rollout/outbox.ts";
import {
  emptyState,
  type NoticeAbout,
  type NoticeRecord,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aNotice, aTarget } from "../../../support/builders.ts";

/** The functions under test, or broken ones in their place. */
const RULES = { withNotices, withClaim, dueAt };
type Rules = typeof RULES;

const POD = fc.constantFrom("pod-1", "pod-2");
type Pod = "pod-1" | "pod-2";
/** What two processes do in turn. Each decides on what it read last, and the API server takes no write on an old read. */
type Deed =
  | { readonly kind: "read"; readonly pod: Pod }
  | {
      readonly kind: "add";
      readonly pod: Pod;
      readonly about: number;
      readonly isFresh: boolean;
      readonly claims: boolean;
    }
  | { readonly kind: "claim"; readonly pod: Pod; readonly which: number }
  | { readonly kind: "tell"; readonly pod: Pod; readonly result: "sent" | "failed" | "again" }
  | { readonly kind: "pass"; readonly ms: number };

const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), pod: POD }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("add" as const),
        pod: POD,
        about: fc.nat(20),
        isFresh: fc.boolean(),
        claims: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("claim" as const), pod: POD, which: fc.nat(20) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("tell" as const),
        pod: POD,
        result: fc.constantFrom("sent" as const, "failed" as const, "again" as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 30_000, CLAIM_MS) }),
    },
  ),
  { minLength: 1, maxLength: 120, size: "max" },
);

const CHANNELS = ["mail", "chat"];
const aboutOf = (index: number): NoticeAbout => {
  const { about } = aNotice();
  assert.ok(about !== null);
  return { ...about, request: `request-${String(index)}` };
};

/** What one process has read, and until when it may send which notice. */
interface Process {
  seen: { readonly state: RolloutState; readonly version: number };
  readonly claims: Map<string, number>;
}

/** Plays what is done, and checks after each deed what must hold. */
class World {
  nowMs = Date.UTC(2026, 10, 22, 8);
  private state = emptyState(aTarget);
  private version = 0;
  private readonly forgotten = new Set<string>();
  private readonly processes: Readonly<Record<Pod, Process>>;
  private readonly rules: Rules;

  constructor(rules: Rules) {
    this.rules = rules;
    const unread = (): Process => ({ seen: { state: this.state, version: 0 }, claims: new Map() });
    this.processes = { "pod-1": unread(), "pod-2": unread() };
  }

  do(deed: Deed): void {
    switch (deed.kind) {
      case "read":
        this.processes[deed.pod].seen = { state: this.state, version: this.version };
        return;
      case "pass":
        this.nowMs += deed.ms;
        return;
      case "add":
        this.add(deed);
        return;
      case "claim":
        this.claim(deed);
        return;
      case "tell":
        this.tell(deed);
    }
  }

  // A claim is good while it lasts, for whoever wrote it.
  private save(pod: Pod, next: RolloutState): boolean {
    const { seen } = this.processes[pod];
    if (seen.version !== this.version) return false;
    this.checkKept(next);
    for (const { id } of this.state.notices)
      if (next.notices.every((notice) => notice.id !== id)) this.forgotten.add(id);
    [this.state, this.version] = [next, this.version + 1];
    this.processes[pod].seen = { state: next, version: this.version };
    return true;
  }

  private add({ pod, about, isFresh, claims }: Deed & { kind: "add" }): void {
    if (isFresh) this.do({ kind: "read", pod });
    const process = this.processes[pod];
    const old = new Set(process.seen.state.notices.map(({ id }) => id));
    const claimant = { identity: claims ? pod : "", now: new Date(this.nowMs) };
    const next = this.rules.withNotices(process.seen.state, aboutOf(about), CHANNELS, claimant);
    // The end of a rollout is recorded once: what was there and is forgotten is not added again.
    if (next.notices.some(({ id }) => this.forgotten.has(id))) return;
    if (!this.save(pod, next) || !claims) return;
    for (const { id } of next.notices.filter((notice) => !old.has(notice.id))) this.grant(pod, id);
  }

  private claim({ pod, which }: Deed & { kind: "claim" }): void {
    const now = new Date(this.nowMs);
    const due = waitingNotices(this.processes[pod].seen.state).filter(
      (notice) => this.rules.dueAt(notice) <= now.toISOString(),
    );
    const notice = due[which % Math.max(1, due.length)];
    if (notice === undefined) return;
    const next = this.rules.withClaim(this.processes[pod].seen.state, notice.id, { identity: pod, now });
    if (this.save(pod, next)) this.grant(pod, notice.id);
  }

  // Of one of its claims that has not lapsed; what became of the sending is written on what is there then.
  private tell({ pod, result }: Deed & { kind: "tell" }): void {
    const { claims } = this.processes[pod];
    const [id] = [...claims].filter(([, untilMs]) => untilMs > this.nowMs).map(([held]) => held);
    if (id === undefined) return;
    this.do({ kind: "read", pod });
    const nextAt = new Date(this.nowMs + 30_000).toISOString();
    const outcome = result === "again" ? { nextAt } : { state: result, about: null };
    const told = { claimedBy: "", claimedUntil: "", ...outcome };
    assert.ok(this.save(pod, withNotice(this.processes[pod].seen.state, id, told)));
    claims.delete(id);
  }

  private grant(pod: Pod, id: string): void {
    const other = this.processes[pod === "pod-1" ? "pod-2" : "pod-1"];
    assert.ok((other.claims.get(id) ?? 0) <= this.nowMs, "two processes send one notice");
    this.processes[pod].claims.set(id, this.nowMs + CLAIM_MS);
  }

  private checkKept(next: RolloutState): void {
    const ids = next.notices.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "a notice is there twice");
    assert.ok(ids.length <= 20);
    const isKept = ({ id }: NoticeRecord): boolean => ids.includes(id);
    const added = ids.filter((id) => this.state.notices.every((notice) => notice.id !== id)).length;
    const waiting = waitingNotices(this.state);
    if (waiting.length + added <= 20) assert.ok(waiting.every(isKept), "a notice that waits is lost");
  }
}

const holds = (rules: Rules): fc.IProperty<[Deed[]]> =>
  fc.property(deeds, (all) => {
    const world = new World(rules);
    for (const deed of all) world.do(deed);
  });

describe("withNotices, withClaim, dueAt of two processes", () => {
  it("never has two send one notice, loses none that waits, and adds none twice", () => {
    fc.assert(holds(RULES), { numRuns: 1_000 });
  });

  const broken: Readonly<Record<string, Partial<Rules>>> = {
    "sent what another one sends": { dueAt: ({ nextAt }) => nextAt },
    "claimed nothing": { withClaim: (state) => ({ ...state }) },
    "claimed for a shorter time than it sends": {
      withClaim: (state, id, { identity, now }) =>
        withClaim(state, id, { identity, now: new Date(now.getTime() - CLAIM_MS / 2) }),
    },
    "did not claim what it adds to send": {
      withNotices: (state, about, channels, { now }) => withNotices(state, about, channels, { identity: "", now }),
    },
    "added what is there": {
      withNotices: (state, about, channels, claimant) => {
        const { notices } = withNotices({ ...state, notices: [] }, about, channels, claimant);
        return { ...state, notices: [...state.notices, ...notices].slice(-20) };
      },
    },
    "forgot the oldest, whether it waits or not": {
      withNotices: (state, about, channels, claimant) => {
        const added = withNotices({ ...state, notices: [] }, about, channels, claimant).notices.filter(
          ({ id }) => !state.notices.some((known) => known.id === id),
        );
        return { ...state, notices: [...state.notices, ...added].slice(-20) };
      },
    },
  };
  for (const [what, rules] of Object.entries(broken)) {
    it(`would be found out if it ${what}`, () => {
      assert.ok(fc.check(holds({ ...RULES, ...rules }), { numRuns: 1_000 }).failed);
    });
  }
});
