import { parseArgs } from "node:util";

/** How much is measured. */
export interface Effort {
  /** Rounds of the whole path; in each, both sides have one slice. */
  readonly pairs: number;
  readonly sliceMs: number;
  /** The same with the follower and Events on. */
  readonly followedPairs: number;
  readonly followedSliceMs: number;
  /** Workloads of each side: more than are pushed to within a second, since pushes for one gather for almost that long. */
  readonly workloads: number;
  readonly followedWorkloads: number;
  readonly refusedRounds: number;
  readonly refusedSliceMs: number;
  readonly commandRounds: number;
  readonly commandSliceMs: number;
  readonly manyHooks: number;
  readonly idleMs: number;
  readonly starts: number;
  readonly countedDeliveries: number;
  readonly memoryWorkloads: number;
  /** Deliveries to each of them; a multiple of five. */
  readonly memoryRounds: number;
  /** Rounds of small reviews, to which a bar applies. */
  readonly reviewRounds: number;
  readonly largeReviewRounds: number;
  readonly reviewSliceMs: number;
}

/** What can be measured by itself. */
const PARTS = ["delivered", "followed", "refused", "commands", "resources", "memory", "writes", "admission"] as const;
/** One of them. */
export type Part = (typeof PARTS)[number];

/** What the user asked for. */
export interface BenchOptions {
  readonly help: boolean;
  readonly quick: boolean;
  /** The parts to measure. */
  readonly parts: readonly Part[];
  /** A folder that gets a CPU profile of each measured service process; null for none. */
  readonly profile: string | null;
}

/** The text of --help. */
export const usage = `usage: scripts/bench [--quick] [--only PART] [--profile FOLDER]
  measures imagehook against baselines in one run, and prints a table of ratios with their spread and bars
  takes about 14 minutes; ends with 0 whatever the ratios are, with 1 when an operation was not verified
  --quick           a trial run of about a minute; its numbers mean little
  --only PART       one of ${PARTS.join(", ")}; may be given several times
  --profile FOLDER  writes CPU profiles of the service there
  --help            prints this`;

const THOROUGH: Effort = {
  pairs: 12,
  sliceMs: 2_500,
  followedPairs: 4,
  followedSliceMs: 2_000,
  workloads: 1_000,
  followedWorkloads: 256,
  refusedRounds: 10,
  refusedSliceMs: 800,
  commandRounds: 10,
  commandSliceMs: 1_000,
  manyHooks: 10_000,
  idleMs: 8_000,
  starts: 7,
  countedDeliveries: 20,
  memoryWorkloads: 1_000,
  memoryRounds: 10,
  reviewRounds: 12,
  largeReviewRounds: 5,
  reviewSliceMs: 2_000,
};

const QUICK: Effort = {
  pairs: 2,
  sliceMs: 500,
  followedPairs: 1,
  followedSliceMs: 500,
  workloads: 128,
  followedWorkloads: 64,
  refusedRounds: 2,
  refusedSliceMs: 200,
  commandRounds: 1,
  commandSliceMs: 300,
  manyHooks: 1_000,
  idleMs: 500,
  starts: 1,
  countedDeliveries: 3,
  memoryWorkloads: 16,
  memoryRounds: 5,
  reviewRounds: 1,
  largeReviewRounds: 1,
  reviewSliceMs: 300,
};

const options = {
  quick: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  profile: { type: "string" },
  only: { type: "string", multiple: true, default: [...PARTS] as string[] },
} as const;

/** Reads the command line; what is wrong is thrown with the usage below it. */
export function readOptions(argv: readonly string[]): BenchOptions {
  try {
    const { quick, help, only, profile = null } = parseArgs({ args: [...argv], options }).values;
    const stray = only.find((name) => !PARTS.some((part) => part === name));
    if (stray !== undefined) throw new Error(`--only ${stray}: not a part`);
    return { quick, help, profile, parts: PARTS.filter((part) => only.includes(part)) };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}

/** The effort of a run; a quick one touches everything and measures nothing well. */
export const effortOf = ({ quick }: BenchOptions): Effort => (quick ? QUICK : THOROUGH);
