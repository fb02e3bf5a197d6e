import assert from "node:assert/strict";
import {
  CLAIM_MS,
  dueAt,
  waitingNotices,
  wasRefusalTold,
  withClaim,
  withNotice,
  withNotices,
  type Claimant,
} from "../../../../src/core/rollout/outbox.ts";
import {
  emptyState,
  type NoticeAbout,
  type NoticeRecord,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aNotice, aTarget } from "../../../support/builders.ts";

const NOW = new Date("2026-11-22T08:02:00.000Z");
const CLAIMED_UNTIL = "2026-11-22T08:04:00.000Z";
const nobody: Claimant = { identity: "", now: NOW };
const pod: Claimant = { identity: "pod-1", now: NOW };
const sent = { state: "sent", claimedBy: "", claimedUntil: "", about: null } as const;

const anAbout = (over: Partial<NoticeAbout> = {}): NoticeAbout => {
  const { about } = aNotice();
  assert.ok(about !== null);
  return { ...about, ...over };
};

const stateWith = (...notices: readonly NoticeRecord[]): RolloutState => ({
  ...emptyState(aTarget),
  notices: [...notices],
});

const notices = (count: number, over: Partial<NoticeRecord> = {}): readonly NoticeRecord[] =>
  Array.from({ length: count }, (_, index) => aNotice({ id: `${over.state ?? "waiting"}-${String(index)}`, ...over }));

const idsOf = ({ notices: all }: RolloutState): readonly string[] => all.map(({ id }) => id);
const added = (about: NoticeAbout, channel = "mail", target = aTarget): string =>
  idsOf(withNotices(emptyState(target), about, [channel], nobody)).join();

describe("withNotices(state, about, channels, claimant)", () => {
  it("adds one for each channel, to be sent at once by anybody", () => {
    const state = withNotices(stateWith(), anAbout(), ["mail", "chat"], nobody);
    const [mail = "", chat = ""] = idsOf(state);
    const free = { claimedBy: "", claimedUntil: "", nextAt: NOW.toISOString() };
    assert.deepEqual(state.notices, [aNotice({ ...free, id: mail }), aNotice({ ...free, id: chat, channel: "chat" })]);
    assert.match(mail, /^[0-9a-f]{32}$/);
    assert.notEqual(mail, chat);
  });

  it("has those of a claimant sent by it alone", () => {
    const [mail] = withNotices(stateWith(), anAbout(), ["mail"], pod).notices;
    assert.deepEqual([mail?.claimedBy, mail?.claimedUntil], ["pod-1", CLAIMED_UNTIL]);
    assert.equal(NOW.getTime() + CLAIM_MS, Date.parse(CLAIMED_UNTIL));
  });

  it("adds none twice, and leaves those that are there as they are", () => {
    const once = withNotices(stateWith(), anAbout(), ["mail", "mail"], pod);
    assert.equal(once.notices.length, 1);
    assert.equal(withNotices(once, anAbout({ finishedAt: "2026-11-22T09:00:00.000Z" }), ["mail"], nobody), once);
    const [first] = once.notices;
    assert.deepEqual(withNotices(once, anAbout(), ["mail", "chat"], nobody).notices[0], first);
  });

  it("adds nothing without a channel", () => {
    const state = stateWith(aNotice());
    assert.equal(withNotices(state, anAbout(), [], nobody), state);
  });

  const others = [
    { what: "another hook", id: added(anAbout({ hook: "other" })) },
    { what: "another push", id: added(anAbout({ acceptedAt: "2026-11-22T08:00:02.000Z" })) },
    { what: "another request", id: added(anAbout({ request: "request-2" })) },
    { what: "another channel", id: added(anAbout(), "chat") },
    { what: "another workload", id: added(anAbout(), "mail", { ...aTarget, name: "other" }) },
  ];
  for (const { what, id } of others) {
    it(`has another id for ${what}`, () => {
      assert.notEqual(id, added(anAbout()));
    });
  }

  const forgotten = [
    { there: notices(19), gone: 0 },
    { there: notices(20), gone: 1 },
    { there: [...notices(5), ...notices(15, sent)], goes: "sent-0" },
    { there: [...notices(19), ...notices(1, { state: "failed", about: null })], goes: "failed-0" },
  ];
  for (const { there, gone = 1, goes = "waiting-0" } of forgotten) {
    it(`forgets ${gone === 0 ? "none" : goes} of ${String(there.length)}, those that wait last`, () => {
      const state = withNotices(stateWith(...there), anAbout(), ["mail"], nobody);
      const kept = there.map(({ id }) => id).filter((id) => gone === 0 || id !== goes);
      assert.deepEqual(idsOf(state), [...kept, added(anAbout())]);
    });
  }
});

describe("dueAt(notice)", () => {
  const cases = [
    { when: "its time while nobody sends it", notice: { claimedBy: "", claimedUntil: "" }, is: aNotice().nextAt },
    { when: "the end of the claim", notice: {}, is: CLAIMED_UNTIL },
    {
      when: "its time after the claim",
      notice: { nextAt: "2026-11-22T09:00:00.000Z" },
      is: "2026-11-22T09:00:00.000Z",
    },
  ];
  for (const { when, notice, is } of cases) {
    it(`is ${when}`, () => {
      assert.equal(dueAt(aNotice(notice)), is);
    });
  }
});

describe("waitingNotices(state), withClaim(state, id, claimant), withNotice(state, id, change)", () => {
  const state = stateWith(aNotice({ id: "a", ...sent }), aNotice({ id: "b" }), aNotice({ id: "c", state: "failed" }));

  it("gives those that are neither sent nor given up", () => {
    assert.deepEqual(waitingNotices(state), [aNotice({ id: "b" })]);
  });

  it("claims one for as long as its sending may take", () => {
    const later = new Date("2026-11-22T08:10:00.000Z");
    const next = withClaim(state, "b", { identity: "pod-2", now: later });
    const claimed = aNotice({ id: "b", claimedBy: "pod-2", claimedUntil: "2026-11-22T08:12:00.000Z" });
    assert.deepEqual(next.notices, [state.notices[0], claimed, state.notices[2]]);
  });

  it("changes one, and nothing for one that is forgotten", () => {
    assert.deepEqual(withNotice(state, "b", sent).notices[1], aNotice({ id: "b", ...sent }));
    assert.deepEqual(withNotice(state, "d", sent), state);
  });
});

describe("wasRefusalTold(state, hook, reason, since)", () => {
  const refused = (over: Partial<NoticeAbout> = {}) =>
    aNotice({ about: anAbout({ result: { kind: "refused", reason: "no right" }, ...over }) });
  const since = "2026-11-22T08:01:59.999Z";
  const cases = [
    { when: "nothing was told", state: stateWith(), is: false },
    { when: "it was told since", state: stateWith(aNotice(), refused()), is: true },
    { when: "it was told before", state: stateWith(refused({ finishedAt: since })), is: false },
    { when: "it was of another hook", state: stateWith(refused({ hook: "other" })), is: false },
    {
      when: "it had another reason",
      state: stateWith(refused({ result: { kind: "refused", reason: "quota" } })),
      is: false,
    },
    {
      when: "it was no refusal",
      state: stateWith(refused({ result: { kind: "failed", reason: "no right" } })),
      is: false,
    },
    { when: "what was told is not known any more", state: stateWith(aNotice({ about: null })), is: false },
  ];
  for (const { when, state, is } of cases) {
    it(`is ${String(is)} when ${when}`, () => {
      assert.equal(wasRefusalTold(state, "website", "no right", since), is);
    });
  }
});
