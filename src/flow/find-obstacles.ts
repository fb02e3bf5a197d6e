import type { Hook, UpgradeHook } from "../core/hook/hook.ts";
import { parseReference } from "../core/image/reference.ts";
import { isSameRepository, spellingOf } from "../core/image/repository.ts";
import { ok, type Result } from "../core/result.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { countProblem, printScope, type UpgradeTarget } from "../core/rollout/selection.ts";
import { ALL_CONTAINERS, printTarget } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { mapAtOnce } from "./at-once.ts";
import type { Rights, Workloads } from "./ports.ts";

/** What stands in the way of a hook's pushes as the cluster is now; a warning stands in nobody's way. */
export interface Obstacle {
  readonly hook: Hook;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What is asked of the cluster. */
export interface ClusterQuestions {
  readonly workloads: Pick<Workloads, "read" | "list">;
  readonly rights: Rights;
}

const AT_ONCE = 8;

/** Looks for the workload, the container, the repository and the rights of each hook; each workload is asked for once. */
export async function findObstacles(
  hooks: readonly Hook[],
  questions: ClusterQuestions,
  signal: AbortSignal,
): Promise<readonly Obstacle[]> {
  const upgrades = hooks.flatMap((hook) => (hook.kind === "upgrade" ? [hook] : []));
  const targets = new Map(upgrades.map(({ upgrade: { target } }) => [keyOf(target), target]));
  const sights = await mapAtOnce([...targets], AT_ONCE, async ([key, target]) => {
    return [key, await look(target, questions, signal)] as const;
  });
  const seen = new Map(sights);
  return upgrades.flatMap((hook) => {
    const found = seen.get(keyOf(hook.upgrade.target));
    return found === undefined ? [] : obstaclesOf(hook, found);
  });
}

const keyOf = (target: UpgradeTarget): string => `${target.namespace} ${printScope(target)}`;

interface Sight {
  /** One, or those that a selector finds. */
  readonly workloads: Result<readonly Workload[], ClusterFailure>;
  readonly missing: readonly ClusterFailure[];
}

async function look(
  target: UpgradeTarget,
  { workloads, rights }: ClusterQuestions,
  signal: AbortSignal,
): Promise<Sight> {
  const missing = await rights.missing(target, signal);
  if (target.kind === "selected") return { workloads: await workloads.list(target, signal), missing };
  const workload = await workloads.read(target, signal);
  return { workloads: workload.kind === "ok" ? ok([workload.value]) : workload, missing };
}

function obstaclesOf(hook: UpgradeHook, { workloads, missing }: Sight): readonly Obstacle[] {
  const rights = missing.map(describeFailure);
  // What is missing to read the workload stands among the rights already, as does a server that is away.
  const errors = workloads.kind === "ok" ? rights : [...new Set([describeFailure(workloads.error), ...rights])];
  const refusals = errors.map((message): Obstacle => ({ hook, severity: "error", message }));
  return workloads.kind === "ok" ? [...obstaclesAt(hook, workloads.value), ...refusals] : refusals;
}

function obstaclesAt(hook: UpgradeHook, workloads: readonly Workload[]): readonly Obstacle[] {
  const { target } = hook.upgrade;
  if (target.kind === "selected") {
    const message = countProblem(target, workloads.length);
    if (message !== null) return [{ hook, severity: "error", message }];
  }
  return workloads.flatMap((workload) => containerOf(hook, workload));
}

function containerOf(hook: UpgradeHook, workload: Workload): readonly Obstacle[] {
  const { target, containers } = workload;
  const { container: wanted } = hook.upgrade;
  if (wanted === ALL_CONTAINERS) return repositoriesOf(hook, workload);
  const container = containers.find(({ name }) => name === wanted);
  if (container !== undefined) return repositoryOf(hook, container.image);
  const names = containers.map(({ name }) => name).join(", ");
  const message = `${printTarget(target)} has no container "${wanted}": it has ${names}`;
  return [{ hook, severity: "error", message }];
}

// One that runs what may be pushed is enough: the others are not meant.
function repositoriesOf(hook: UpgradeHook, { target, containers }: Workload): readonly Obstacle[] {
  const { repository, hostAliases } = hook.upgrade;
  const isMeant = ({ image }: Workload["containers"][number]): boolean => {
    const running = parseReference(image);
    if (running.kind === "error" || repository.kind !== "named") return running.kind === "ok";
    return spellingOf(running.value, { ...repository, isHostImplied: false }, hostAliases) !== null;
  };
  if (containers.some(isMeant)) return [];
  const runs = containers.map(({ name, image }) => `${name} runs "${image}"`).join(", ");
  const meant = repository.kind === "named" ? repository.repository : "a repository that can be told";
  return [{ hook, severity: "error", message: `no container of ${printTarget(target)} runs ${meant}: ${runs}` }];
}

function repositoryOf(hook: UpgradeHook, image: string): readonly Obstacle[] {
  const { repository, hostAliases } = hook.upgrade;
  const running = parseReference(image);
  if (repository.kind === "own" && running.kind === "error") {
    const message = `the container runs "${image}", of which no repository can be told: name it in image.repository`;
    return [{ hook, severity: "error", message }];
  }
  if (repository.kind !== "named" || running.kind === "error") return [];
  const { repository: own } = running.value;
  if (isSameRepository(repository.repository, { repository: own, isHostImplied: false }, hostAliases)) return [];
  const message = `the container runs ${image}, and the hook lets in ${repository.repository}: a push moves it there`;
  return [{ hook, severity: "warning", message }];
}
