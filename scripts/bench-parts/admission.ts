import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startAdmissionServers, type AdmissionServers } from "./admission-servers.ts";
import { askReviews, type Asking, type Slice } from "./ask-reviews.ts";
import { reviewOfSize } from "./reviews.ts";
import { ratesOf, ratiosOf, runRounds, spreadOf, type Contender, type Round } from "./rounds.ts";
import type { Common } from "./stage.ts";
import { printMs, printRate, type Row } from "./table.ts";

const CONNECTIONS = 16;
const [SERVER_CORE, LOAD_CORE] = [0, 1];
const KB = 1_000;
const WARM_UP_ROUNDS = 2;
const SATURATED = 0.95;

/** Reviews of admission webhooks against a server of controller-runtime and a bare one, each alone on one core. */
export async function measureAdmission(common: Common): Promise<readonly Row[]> {
  const { effort, say } = common;
  say("admission: starting the servers");
  const started = await startAdmissionServers(common, SERVER_CORE);
  const small = await measureSize(common, started, { bytes: 10 * KB, rounds: effort.reviewRounds });
  const large = await measureSize(common, started, { bytes: 500 * KB, rounds: effort.largeReviewRounds });
  for (const { program } of started.servers) await program.stop();
  say("admission: verified: status, uid and bytes of each answer");
  return [
    rateRow("reviews of 10 KB against controller-runtime", small, 1, 3),
    rateRow("reviews of 10 KB against bare node:https", small, 2, 0.7),
    rateRow("the same by the time of the core that was used", usedOf(small), 1, null),
    rateRow("the same by the time of the core, bare node:https", usedOf(small), 2, null),
    p99Row("p99 of a review of 10 KB against controller-runtime's", small, 1),
    rateRow("reviews of 500 KB against controller-runtime", large, 1, null),
    rateRow("reviews of 500 KB against bare node:https", large, 2, null),
    p99Row("p99 of a review of 500 KB against controller-runtime's", large, null),
  ];
}

interface Measured {
  readonly rates: readonly Round[];
  /** By the time of the core that was used. */
  readonly coreRates: readonly Round[];
  /** In milliseconds. */
  readonly p99s: readonly Round[];
}

async function measureSize(
  { effort, folder, say }: Common,
  { servers, load, authority }: AdmissionServers,
  { bytes, rounds }: { readonly bytes: number; readonly rounds: number },
): Promise<Measured> {
  const size = `${String(bytes / KB)} KB`;
  const review = reviewOfSize(bytes);
  const bodyFile = join(folder, `review-${String(bytes)}.json`);
  await writeFile(bodyFile, review.body);
  const asking: Asking = { load, authority, core: LOAD_CORE, connections: CONNECTIONS, review, bodyFile };
  const slices = servers.map((): Slice[] => []);
  const contenders = servers.map(({ name, program }, place): Contender => {
    const slice = async (): Promise<number> => {
      const measured = await askReviews(program, asking, effort.reviewSliceMs);
      slices[place]?.push(measured);
      return measured.perSecond;
    };
    return { name, slice };
  });
  say(`admission: warming up with reviews of ${size}`);
  await runRounds(contenders, WARM_UP_ROUNDS, () => undefined);
  for (const each of slices) each.length = 0;
  const rates = await runRounds(contenders, rounds, (round, index) => {
    const told = contenders.map(({ name }, place) => {
      const p99 = printMs(slices[place]?.at(-1)?.p99Ms ?? NaN);
      return `${name} ${printRate(round[place] ?? 0)} (p99 ${p99})`;
    });
    say(`admission ${size} ${String(index + 1)}/${String(rounds)}: ${told.join(", ")}`);
  });
  for (const [place, { name }] of servers.entries()) {
    const share = spreadOf((slices[place] ?? []).map((slice) => slice.share)).median;
    const doubt = share < SATURATED ? ": others had the rest, or what asks it is too slow" : "";
    say(`admission ${size}: ${name} used ${(share * 100).toFixed(0)} % of its core${doubt}`);
  }
  const roundsOf = (read: (slice: Slice) => number): readonly Round[] =>
    rates.map((_, index) => slices.map((each) => (each[index] === undefined ? NaN : read(each[index]))));
  return { rates, coreRates: roundsOf((slice) => slice.perCoreSecond), p99s: roundsOf((slice) => slice.p99Ms) };
}

const usedOf = (measured: Measured): Measured => ({ ...measured, rates: measured.coreRates });

const rateRow = (what: string, { rates }: Measured, baseline: number, least: number | null): Row => ({
  what,
  value: ratiosOf(rates, 0, baseline),
  unit: "",
  detail: [0, baseline].map((place) => printRate(ratesOf(rates, place).median)).join(" : "),
  bar: least === null ? null : { sign: ">=", limit: least },
});

const p99Row = (what: string, { p99s }: Measured, most: number | null): Row => ({
  what,
  value: ratiosOf(p99s, 0, 1),
  unit: "",
  detail: [0, 1].map((place) => printMs(ratesOf(p99s, place).median)).join(" : "),
  bar: most === null ? null : { sign: "<=", limit: most },
});
