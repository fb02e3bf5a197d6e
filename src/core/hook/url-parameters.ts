import { parametersOf } from "./callers/caller-entry.ts";
import { printScope, type UpgradeTarget } from "../rollout/selection.ts";
import { parseTarget, printTarget, targetKey } from "../rollout/target.ts";
import type { Setting, UpgradeHook } from "./hook.ts";

type Query = ReadonlyMap<string, readonly string[]>;

/** The parameter by which a request asks only for what it would set off: `true` or `false`. */
export const DRY_RUN = "dry-run";

/** The parameter by which a request asks to be answered when the rollout has ended: a duration. */
export const WAIT = "wait";

/** The parameters of a trigger URL. */
const PARAMETERS: readonly string[] = ["token", "ns", "workload", "container", "repo_type", "net_type", DRY_RUN, WAIT];

/**
 * The first parameter of a trigger URL, or of the hook's own callers, that is given more than once: which of its values
 * counts is anyone's guess.
 */
export const repeatedParameter = ({ upgrade }: UpgradeHook, query: Query): string | undefined =>
  [...PARAMETERS, ...parametersOf(upgrade.callers)].find((name) => (query.get(name)?.length ?? 0) > 1);

/**
 * A typed hook needs none of the URL's target parameters; one that is given must agree with the hook. Says what does
 * not agree, or undefined.
 */
export function disagreement(hook: UpgradeHook, query: Query): string | undefined {
  if (hook.upgrade.style !== "typed") return undefined;
  const { target, container, registry, network } = hook.upgrade;
  const given = (name: string): string | undefined => query.get(name)?.[0];
  if (!isFor(target, given("ns"), given("workload"))) {
    return `this hook is for ${printScope(target)} in namespace ${target.namespace}: take ns and workload out of the URL, or correct them`;
  }
  const checks: readonly (readonly [string, string | undefined])[] = [
    ["container", container],
    ["repo_type", fixed(registry)],
    ["net_type", fixed(network)],
  ];
  const [wrong] = checks.flatMap(([name, own]) =>
    own === undefined || (given(name) ?? own).toLowerCase() === own
      ? []
      : [`this hook has ${name} "${own}": take it out of the URL, or change the hook`],
  );
  return wrong;
}

// What a selection finds has no name that a URL could repeat.
function isFor(target: UpgradeTarget, ns = target.namespace, workload: string | undefined): boolean {
  if (target.kind === "selected") return workload === undefined && ns.toLowerCase() === target.namespace;
  const asked = parseTarget(ns, workload ?? printTarget(target));
  return asked.kind === "ok" && targetKey(asked.value) === targetKey(target);
}

const fixed = (setting: Setting<string>): string | undefined => (setting.kind === "fixed" ? setting.value : undefined);
