import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isBelieved,
  nextStep,
  type CertificateDemands,
  type Holdings,
  type Leaf,
  type Life,
} from "../../../../src/core/admission/certificates.ts";
import { Model, SOUND, type Conduct, type Happening } from "./certificates-model.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = 1_000_000_000_000;

const demands: fc.Arbitrary<CertificateDemands> = fc
  .record({
    names: fc.constantFrom(["a.b.svc"], ["a.b.svc", "a.b"], ["c.d.svc"]),
    validityMs: fc.constantFrom(HOUR_MS, 10 * DAY_MS, 90 * DAY_MS),
    times: fc.constantFrom(1, 1.5, 4),
  })
  .map(({ times, ...some }) => ({ ...some, authorityValidityMs: some.validityMs * times }));

const life = fc
  .record({ fromMs: fc.integer({ min: -200 * DAY_MS, max: DAY_MS }), forMs: fc.integer({ min: 0, max: 300 * DAY_MS }) })
  .map(({ fromMs, forMs }) => ({ notBeforeMs: NOW_MS + fromMs, notAfterMs: NOW_MS + fromMs + forMs }));

const authority = fc.record({ life, canSign: fc.boolean(), id: fc.constant("first") });
const names = fc.constantFrom(["a.b.svc"], ["a.b", "a.b.svc"]);
const leaf = fc.record({ life, names, issuer: fc.constantFrom("first", "old", null) });

/** Any Secret: with and without its parts; a certificate never outlives the authority that signed it. */
const holdings: fc.Arbitrary<Holdings> = fc
  .record({
    authority: fc.option(authority),
    leaf: fc.option(leaf),
    old: fc.option(life),
    untilMs: fc.integer({ min: 0, max: 100 * DAY_MS }),
  })
  .map((some) => {
    const first =
      some.authority === null ? null : { ...some.authority.life, id: "first", canSign: some.authority.canSign };
    const retired = some.old === null ? [] : [{ id: "old", notAfterMs: some.old.notAfterMs }];
    const signer = [first, ...retired].find((one) => one?.id === some.leaf?.issuer) ?? null;
    return { authority: first, retired, ...served(some.leaf, signer, NOW_MS + some.untilMs) };
  });

function served(
  drawn: { life: Life; names: readonly string[]; issuer: string | null } | null,
  signer: { id: string; notAfterMs: number } | null,
  untilMs: number,
): Pick<Holdings, "leaf" | "retiredUntilMs"> {
  if (drawn === null) return { leaf: null, retiredUntilMs: untilMs };
  const notAfterMs = Math.min(drawn.life.notAfterMs, signer?.notAfterMs ?? Infinity);
  const leaf: Leaf = { ...drawn.life, notAfterMs, names: drawn.names, issuer: signer?.id ?? null };
  return { leaf, retiredUntilMs: signer?.id === "old" ? Math.max(untilMs, notAfterMs) : untilMs };
}

const bundle = fc.subarray(["first", "old", "strange"]);
const which = fc.constantFrom(0 as const, 1 as const);
const times = fc.constantFrom(1_000, HOUR_MS, DAY_MS, 10 * DAY_MS, 25 * DAY_MS);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant("leader" as const), which, calls: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("outage" as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("replica" as const), which: fc.constantFrom(0 as const, 1, 2) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: times }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("demand" as const), demands }) },
);

const story = fc.record({
  holdings,
  bundles: fc.tuple(bundle, bundle),
  demands,
  happenings: fc.array(happening, { minLength: 20, maxLength: 150, size: "max" }),
});

/** What a replica serves and callers believe stays believed until it ends, whatever happens; and in the end all is well. */
const isKept = (conduct: Conduct): fc.IProperty<[typeof story extends fc.Arbitrary<infer T> ? T : never]> =>
  fc.property(story, ({ holdings, bundles, demands, happenings }) => {
    const model = new Model(conduct, holdings, bundles, demands);
    for (const next of happenings) {
      const before = model.taken();
      model.happen(next);
      const lost = model.taken().findIndex((now, index) => now === "refused" && before[index] === "believed");
      if (lost !== -1) assert.fail(`after ${JSON.stringify(next)}: ${JSON.stringify(model)}`);
    }
  });

const converges = fc.property(story, ({ holdings, bundles, demands, happenings }) => {
  const model = new Model(SOUND, holdings, bundles, demands);
  for (const next of happenings) model.happen(next);
  model.mend();
  model.happen({ kind: "leader", which: 0, calls: 60 });
  assert.ok(model.isSettled(), JSON.stringify(model.secret));
  const { authority, leaf } = model.secret.value;
  assert.equal(leaf?.issuer, authority?.id);
  assert.deepEqual([...(leaf?.names ?? [])].sort(), [...model.demands.names].sort());
  for (const index of [0, 1, 2] as const) model.happen({ kind: "replica", which: index });
  assert.deepEqual(model.taken(), ["believed", "believed", "believed"]);
});

describe("nextStep(holdings, demands, isBelievedByAll, nowMs), in any order of what may happen", () => {
  const runs = { numRuns: 1_000, endOnFailure: true };

  it("never lets a certificate that a replica may serve lose its authority, from any state", () => {
    fc.assert(isKept(SOUND), { ...runs, numRuns: 3_000 });
  });

  it("comes to an end, from any state and after any crash, at which all callers believe what is served", () => {
    fc.assert(converges, runs);
  });

  const broken: readonly (Partial<Conduct> & { readonly what: string })[] = [
    { what: "signs with a new authority before all believe it", isBelieved: () => true },
    {
      what: "asks one configuration alone",
      isBelieved: (held, standing) => isBelieved(held, standing.slice(0, 1)),
    },
    {
      what: "drops the old authority when nothing of it is handed out any more",
      nextStep: (held, ...facts) => nextStep({ ...held, retiredUntilMs: 0 }, ...facts),
    },
    {
      what: "forgets the old authority at once",
      nextStep: (...facts) => {
        const step = nextStep(...facts);
        return step.kind === "begin-authority" ? { ...step, retired: [] } : step;
      },
    },
    {
      what: "lets a certificate end before the one that it follows",
      nextStep: (held, wanted, believed, nowMs) => {
        const step = nextStep(held, wanted, believed, nowMs);
        if (step.kind !== "issue-leaf") return step;
        return {
          ...step,
          life: { ...step.life, notAfterMs: Math.min(step.life.notAfterMs, nowMs + wanted.validityMs) },
        };
      },
    },
    { what: "puts the bundle of a Secret that it read before the configurations", readsBundlesFirst: false },
  ];
  for (const { what, ...conduct } of broken)
    it(`is held by this test to more than one that ${what}`, () => {
      assert.equal(fc.check(isKept({ ...SOUND, ...conduct }), runs).failed, true);
    });
});
