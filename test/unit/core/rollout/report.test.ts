import assert from "node:assert/strict";
import { noticeId } from "../../../../src/core/rollout/notice-id.ts";
import { EMPTY_REPORT, withStates, type Report, type ReportQuery } from "../../../../src/core/rollout/report.ts";
import { rolloutKey } from "../../../../src/core/rollout/rollout-key.ts";
import {
  emptyState,
  withPending,
  withPush,
  type PendingPush,
  type Phase,
  type PushRecord,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

const ALL: ReportQuery = { namespace: "", workload: "", hook: "", limit: 100 };
const reportOf = (states: readonly RolloutState[], query: Partial<ReportQuery> = {}): Report =>
  withStates(EMPTY_REPORT, states, { ...ALL, ...query });
const stateOf = (pushes: Readonly<Record<string, PushRecord>>, target = aTarget): RolloutState =>
  Object.entries(pushes).reduce((state, [container, push]) => withPush(state, container, push), emptyState(target));
const at = (minute: number): string => `2026-11-22T08:${String(minute).padStart(2, "0")}:00.000Z`;

const aPending: PendingPush = {
  hook: "website",
  request: "request-2",
  acceptedAt: at(5),
  network: "keep",
  events: [],
  until: at(30),
  reason: "outside of the window",
  image: "registry.example.com/shop/website:3.0",
};

describe("withStates(report, states, query)", () => {
  it("says of a rollout what happened, and of its notices what became of them, but not whom they are for", () => {
    const push = aPush({ phase: "complete", reason: "3 of 3 pods run the new image", endedAt: at(2) });
    const notice = { attempts: 1, nextAt: "", claimedBy: "pod-1", claimedUntil: "", about: null };
    const state: RolloutState = {
      ...stateOf({ web: push }),
      notices: [
        { ...notice, id: noticeId(aTarget, push, "mail"), channel: "mail", state: "sent" },
        { ...notice, id: noticeId(aTarget, push, "chat"), channel: "chat", state: "waiting" },
        { ...notice, id: noticeId(aTarget, aPush({ acceptedAt: at(9) }), "mail"), channel: "mail", state: "failed" },
      ],
    };
    assert.deepEqual(reportOf([state]), {
      rollouts: [
        {
          key: rolloutKey(aTarget, push),
          hook: "website",
          namespace: "shop",
          workload: "deployment/website",
          containers: [{ container: "web", before: push.before, after: push.after }],
          phase: "complete",
          reason: "3 of 3 pods run the new image",
          acceptedAt: push.acceptedAt,
          endedAt: at(2),
          requestId: "request-1",
          notices: [
            { channel: "mail", state: "sent" },
            { channel: "chat", state: "waiting" },
          ],
        },
      ],
      pending: [],
      unreadable: 0,
    });
  });

  it("says which pushes wait, and until when", () => {
    const state = withPending(stateOf({ app: aPush() }), "*", aPending);
    const { hook, image, until, reason, acceptedAt, request } = aPending;
    const where = { namespace: "shop", workload: "deployment/website", container: "*" };
    assert.deepEqual(reportOf([state]).pending, [
      { hook, ...where, image, until, reason, acceptedAt, requestId: request },
    ]);
  });

  const phases: readonly (readonly [Phase, Phase, Phase])[] = [
    ["complete", "progressing", "progressing"],
    ["accepted", "failed", "accepted"],
    ["complete", "failed", "failed"],
    ["superseded", "complete", "superseded"],
    ["undone", "rolled-back", "rolled-back"],
    ["held", "held", "held"],
  ];
  for (const [web, app, phase] of phases) {
    it(`calls a rollout of containers that are ${web} and ${app} ${phase}`, () => {
      const end = (of: Phase): string | null => (of === "accepted" || of === "progressing" ? null : at(3));
      const state = stateOf({
        web: aPush({ phase: web, reason: `${web}!`, endedAt: end(web) }),
        app: aPush({ phase: app, reason: `${app}!`, endedAt: end(app) }),
      });
      const [rollout] = reportOf([state]).rollouts;
      assert.deepEqual([rollout?.phase, rollout?.reason], [phase, `${phase}!`]);
      assert.equal(rollout?.endedAt, end(phase));
    });
  }

  it("gives no end where an old record has none", () => {
    assert.equal(reportOf([stateOf({ web: aPush({ phase: "complete" }) })]).rollouts[0]?.endedAt, null);
  });

  const ends = [
    [at(2), at(3), at(3)],
    [at(3), at(2), at(3)],
    [null, at(2), at(2)],
    [at(2), null, at(2)],
  ] as const;
  for (const [web, app, end] of ends) {
    it(`ends with the last of its containers: ${String(web)}, ${String(app)}`, () => {
      const state = stateOf({
        web: aPush({ phase: "complete", endedAt: web }),
        app: aPush({ phase: "complete", endedAt: app }),
      });
      assert.equal(reportOf([state]).rollouts[0]?.endedAt, end);
    });
  }

  it("keeps the newest, over all that is added", () => {
    const one = stateOf({ web: aPush({ acceptedAt: at(1) }) });
    const three = stateOf({ web: aPush({ acceptedAt: at(3) }) }, { ...aTarget, name: "three" });
    const two = stateOf({ web: aPush({ acceptedAt: at(2) }) }, { ...aTarget, name: "two" });
    const query = { ...ALL, limit: 2 };
    const report = withStates(withStates({ ...EMPTY_REPORT, unreadable: 1 }, [one, three], query), [two], query);
    assert.deepEqual(
      report.rollouts.map(({ acceptedAt }) => acceptedAt),
      [at(3), at(2)],
    );
    assert.equal(report.unreadable, 1);
  });

  const queries: readonly (readonly [Partial<ReportQuery>, readonly string[]])[] = [
    [{ namespace: "shop" }, ["website"]],
    [{ namespace: "web" }, ["other"]],
    [{ workload: "website" }, ["website"]],
    [{ workload: "deployment/website" }, ["website"]],
    [{ workload: "daemonset/website" }, []],
    [{ hook: "other" }, ["other"]],
    [{ namespace: "shop", hook: "other" }, []],
  ];
  for (const [query, hooks] of queries) {
    it(`is asked for ${JSON.stringify(query)}`, () => {
      const other = stateOf({ web: aPush({ hook: "other" }) }, { ...aTarget, namespace: "web", name: "other" });
      const states = [stateOf({ web: aPush() }), withPending(other, "web", { ...aPending, hook: "other" })];
      const { rollouts, pending } = reportOf(states, query);
      assert.deepEqual(
        rollouts.map(({ hook }) => hook),
        hooks,
      );
      assert.equal(pending.length, hooks.includes("other") ? 1 : 0);
    });
  }
});
