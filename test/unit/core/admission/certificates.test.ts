import assert from "node:assert/strict";
import {
  bundleOf,
  isBelieved,
  isSameSet,
  nextStep,
  serviceNames,
  type CertificateDemands,
  type CertificateStep,
  type Holdings,
} from "../../../../src/core/admission/certificates.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 22);
const demands: CertificateDemands = {
  names: ["a.b.svc", "a.b"],
  authorityValidityMs: 300 * DAY_MS,
  validityMs: 90 * DAY_MS,
};

/** A life that began so many days ago, in the usual way, and lasts so many. */
const life = (agoDays: number, days: number): { notBeforeMs: number; notAfterMs: number } => ({
  notBeforeMs: NOW_MS - agoDays * DAY_MS - HOUR_MS,
  notAfterMs: NOW_MS + (days - agoDays) * DAY_MS,
});

const sound: Holdings = {
  authority: { id: "new", canSign: true, ...life(10, 300) },
  leaf: { issuer: "new", names: ["a.b", "a.b.svc"], ...life(10, 90) },
  retired: [],
  retiredUntilMs: 0,
};
const none: Holdings = { authority: null, leaf: null, retired: [], retiredUntilMs: 0 };
const old = { id: "old", notAfterMs: NOW_MS + 50 * DAY_MS };
const fresh = (days: number): { notBeforeMs: number; notAfterMs: number } => life(0, days);

const cases: readonly {
  readonly when: string;
  readonly held: Holdings;
  readonly isBelievedByAll?: boolean;
  readonly step: CertificateStep;
}[] = [
  {
    when: "all is well: nothing, until two thirds of the serving certificate are over",
    held: sound,
    step: { kind: "nothing", dueAtMs: NOW_MS + 50 * DAY_MS },
  },
  {
    when: "the authority is due before the certificate",
    held: { ...sound, authority: { id: "new", canSign: true, ...life(150, 300) } },
    step: { kind: "nothing", dueAtMs: NOW_MS + 50 * DAY_MS },
  },
  {
    when: "the Secret is empty",
    held: none,
    step: { kind: "make-all", authorityLife: fresh(300), leafLife: fresh(90) },
  },
  {
    when: "it holds another's certificate and no authority",
    held: { ...none, leaf: { issuer: null, names: ["a.b"], ...life(1, 90) } },
    step: { kind: "make-all", authorityLife: fresh(300), leafLife: fresh(90) },
  },
  {
    when: "the authority has lived two thirds of its life",
    held: { ...sound, authority: { id: "new", canSign: true, ...life(200, 300) } },
    step: { kind: "begin-authority", life: fresh(300), retired: ["new"], retiredUntilMs: NOW_MS + 80 * DAY_MS },
  },
  {
    when: "the authority was made by a clock that was fast",
    held: { ...sound, authority: { id: "new", canSign: true, ...life(-2, 300) } },
    step: { kind: "begin-authority", life: fresh(300), retired: ["new"], retiredUntilMs: NOW_MS + 80 * DAY_MS },
  },
  {
    when: "the authority's key is lost, and the certificate with it",
    held: { ...sound, authority: { id: "new", canSign: false, ...life(10, 300) }, leaf: null },
    step: { kind: "begin-authority", life: fresh(300), retired: ["new"], retiredUntilMs: NOW_MS + 290 * DAY_MS },
  },
  {
    when: "the authority is lost in the midst of a change",
    held: {
      authority: null,
      leaf: { issuer: "old", names: demands.names, ...life(10, 20) },
      retired: [old, { id: "ended", notAfterMs: NOW_MS }],
      retiredUntilMs: NOW_MS + 40 * DAY_MS,
    },
    step: { kind: "begin-authority", life: fresh(300), retired: ["old"], retiredUntilMs: NOW_MS + 40 * DAY_MS },
  },
  {
    when: "the certificate has lived two thirds of its life",
    held: { ...sound, leaf: { issuer: "new", names: demands.names, ...life(60, 90) } },
    step: { kind: "issue-leaf", reason: "age", life: fresh(90) },
  },
  {
    when: "the certificate is due and would outlive its authority",
    held: {
      ...sound,
      authority: { id: "new", canSign: true, ...life(150, 230) },
      leaf: { issuer: "new", names: demands.names, ...life(60, 90) },
    },
    step: { kind: "issue-leaf", reason: "age", life: fresh(80) },
  },
  {
    when: "other names are wanted; the new one does not end before the one that it follows",
    held: { ...sound, leaf: { issuer: "new", names: ["c.d.svc"], ...life(10, 120) } },
    step: { kind: "issue-leaf", reason: "names", life: fresh(110) },
  },
  {
    when: "a name more is wanted",
    held: { ...sound, leaf: { issuer: "new", names: ["a.b.svc"], ...life(10, 90) } },
    step: { kind: "issue-leaf", reason: "names", life: fresh(90) },
  },
  {
    when: "the certificate cannot be used",
    held: { ...sound, leaf: null },
    step: { kind: "issue-leaf", reason: "missing", life: fresh(90) },
  },
  {
    when: "the new authority is believed by all",
    held: { ...sound, leaf: { issuer: "old", names: demands.names, ...life(10, 90) }, retired: [old] },
    step: { kind: "issue-leaf", reason: "authority", life: fresh(90) },
  },
  {
    when: "the new authority is not yet believed by one",
    held: { ...sound, leaf: { issuer: "old", names: demands.names, ...life(10, 90) }, retired: [old] },
    isBelievedByAll: false,
    step: { kind: "await-bundle", reason: "authority" },
  },
  {
    when: "a certificate of the old authority may still be served",
    held: { ...sound, retired: [old], retiredUntilMs: NOW_MS + 1 },
    step: { kind: "nothing", dueAtMs: NOW_MS + 1 },
  },
  {
    when: "the last certificate of the old authority has ended",
    held: { ...sound, retired: [old], retiredUntilMs: NOW_MS },
    step: { kind: "drop-retired" },
  },
  {
    when: "the old authority itself has ended",
    held: { ...sound, retired: [{ id: "old", notAfterMs: NOW_MS }], retiredUntilMs: NOW_MS + DAY_MS },
    step: { kind: "drop-retired" },
  },
];

describe("nextStep(holdings, demands, isBelievedByAll, nowMs)", () => {
  for (const { when, held, isBelievedByAll = true, step } of cases)
    it(`says ${step.kind} when ${when}`, () => {
      assert.deepEqual(nextStep(held, demands, isBelievedByAll, NOW_MS), step);
    });
});

describe("isBelieved(holdings, standing)", () => {
  it("is true when each caller believes the present authority, beside others or not", () => {
    assert.equal(isBelieved(sound, [["old", "new"], ["new"]]), true);
    assert.equal(isBelieved(sound, [["old", "new"], ["old"]]), false);
    assert.equal(isBelieved(sound, [["new"], []]), false);
  });

  it("is true where nobody calls, and false where there is no authority", () => {
    assert.equal(isBelieved(sound, []), true);
    assert.equal(isBelieved(none, [[]]), false);
  });
});

describe("bundleOf(holdings)", () => {
  it("has the present authority and those before it", () => {
    assert.deepEqual(bundleOf({ ...sound, retired: [old] }), ["new", "old"]);
  });

  it("has those before it alone where the present one is lost", () => {
    assert.deepEqual(bundleOf({ ...none, retired: [old] }), ["old"]);
  });
});

describe("isSameSet(some, others)", () => {
  it("knows neither order nor repetition", () => {
    assert.equal(isSameSet(["a", "b", "a"], ["b", "a"]), true);
    assert.equal(isSameSet(["a"], ["a", "b"]), false);
    assert.equal(isSameSet(["a", "b"], ["a", "c"]), false);
  });
});

describe("serviceNames(service, namespace)", () => {
  it("begins with the name that the API server uses", () => {
    const names = ["hook.apps.svc", "hook.apps.svc.cluster.local", "hook.apps", "hook"];
    assert.deepEqual(serviceNames("hook", "apps"), names);
  });
});
