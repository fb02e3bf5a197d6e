import { HOSTLESS_TYPES, REGISTRY_TYPES } from "../../event/dialects.ts";
import { NETWORKS } from "../../image/network.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Field } from "../field.ts";
import type { Hook, HookResponse, Setting, Upgrade, UpgradeHook } from "../hook.ts";
import { disagreement } from "../url-parameters.ts";
import { targetValues } from "./target-values.ts";
import { toChartCallers } from "./chart-callers.ts";
import { toChartImage } from "./chart-image.ts";
import { toChartRollout } from "./chart-rollout.ts";
import { readTokenRule, type TokenRule } from "./token-rule.ts";

/** What the chart's values say of a hook, by the chart's own names, and its token; null where callers stand for it. */
export interface ChartHook {
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly token: string | null;
}

// The chart's own rule of ids: they are keys of its Secret and names of files.
const ID = /^[A-Za-z0-9][-._A-Za-z0-9]{0,62}$/;

// What a browser's script may read: no registry is one, so that the seed's header may be left out.
const isForBrowsers = ({ name }: HookResponse["headers"][number]): boolean => /^access-control-/i.test(name);

/** Puts a hook, read from a field, into the chart's words; the errors are all the reasons why they do not suffice. */
export function toChartHook(hook: Hook, field: Field): Result<ChartHook, readonly string[]> {
  if (hook.kind === "command")
    return fail([`it runs the command ${hook.command.path}: set commands.enabled, and put the program into the image`]);
  const rule = tokenRuleOf(hook);
  const callers = toChartCallers(hook.upgrade.callers);
  const problems = [...problemsOf(hook), ...(rule.kind === "error" ? [rule.error] : []), ...callers.problems];
  if (rule.kind === "error") return fail(problems);
  const { token, constants } = rule.value;
  const settings = settingsOf(hook, constants);
  if (settings.kind === "error") return fail([...problems, settings.error]);
  const contradiction = contradictionOf(hook, constants);
  if (contradiction !== undefined) problems.push(`its rule and its target do not agree: ${contradiction}`);
  if (problems.length > 0) return fail(problems);
  const image = toChartImage(hook.upgrade, field);
  const more = { ...(isFilled(image) && { image }), ...(isFilled(callers.values) && { callers: callers.values }) };
  return ok({ id: hook.id, values: { ...valuesOf(hook, settings.value), ...more }, token });
}

const isFilled = (values: object): boolean => Object.keys(values).length > 0;

interface Proof {
  readonly token: string | null;
  readonly constants: TokenRule["constants"];
}

// Where there is no rule, the callers alone prove who calls.
const tokenRuleOf = ({ rule, upgrade }: UpgradeHook): Result<Proof, string> =>
  rule === null && upgrade.callers.length > 0 ? ok({ token: null, constants: new Map() }) : readTokenRule(rule);

function problemsOf({ id, response, methods, jsonParameters, upgrade }: UpgradeHook): string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [!ID.test(id), 'its id: the chart takes letters, digits, "-", "." and "_", at most 63, a letter or digit first'],
    [response.headers.some((header) => !isForBrowsers(header)), "its response-headers: the chart's hooks send none"],
    [response.successStatus !== 200, "its success-http-response-code: the chart's hooks answer 200"],
    [methods.length === 1, "its http-methods: the chart's hooks take POST and PUT"],
    [jsonParameters.length > 0, "its parse-parameters-as-json: the chart's hooks have none"],
    [upgrade.signatureKeys !== "", "its image.signature: the chart's hooks have no file of keys"],
    [upgrade.isInsecure, "insecure: the chart's hooks demand a token or callers"],
  ];
  return checks.flatMap(([isSo, problem]) => (isSo ? [problem] : []));
}

interface Settings {
  readonly repoType: string;
  readonly netType: string;
}

function settingsOf({ upgrade }: UpgradeHook, constants: TokenRule["constants"]): Result<Settings, string> {
  const type = repoTypeOf(upgrade, constants);
  if (type.kind === "error") return type;
  const repoType = type.value;
  const network = chosenBy(upgrade.network, "net_type", constants);
  const netType = network === "" ? "public" : network;
  if (!isOf(netType, NETWORKS)) return fail("its NET_TYPE is neither the URL's net_type nor the name of a network");
  const isChoice = repoType === "auto" || repoType === "aliyun" || netType === "auto" || netType === "keep";
  if (isChoice) return ok({ repoType, netType });
  // Docker Hub has one host. Of others the image has that of the body, which `keep` would not be.
  if (repoType === "dockerhub") return ok({ repoType, netType: "keep" });
  return fail(`its registry is ${repoType}, and there the chart takes no netType ${netType}`);
}

function repoTypeOf({ registry, registryHost }: Upgrade, constants: TokenRule["constants"]): Result<string, string> {
  const repoType = chosenBy(registry, "repo_type", constants);
  if (!isOf(repoType, REGISTRY_TYPES))
    return fail(`its REPO_TYPE is neither the URL's repo_type nor one of ${REGISTRY_TYPES.join(", ")}`);
  return registryHost === "" && HOSTLESS_TYPES.includes(repoType)
    ? fail(`its registry is ${repoType}, and there the chart demands a registryHost`)
    : ok(repoType);
}

const isOf = (choice: string | null, known: readonly string[]): choice is string =>
  choice !== null && ["auto", ...known].includes(choice);

// A constant of the file or of the rule, `auto` where the URL's parameter chooses, null where something else does.
function chosenBy(setting: Setting<string>, parameter: string, constants: TokenRule["constants"]): string | null {
  if (setting.kind === "fixed") return setting.value;
  if (setting.argument.source !== "url" || setting.argument.name !== parameter) return null;
  return constants.get(parameter)?.[0]?.toLowerCase() ?? "auto";
}

// The URL that the rule demands must be one that the chart's hook takes.
function contradictionOf(hook: UpgradeHook, constants: TokenRule["constants"]): string | undefined {
  return disagreement({ ...hook, upgrade: { ...hook.upgrade, style: "typed" } }, constants);
}

function valuesOf({ upgrade, response }: UpgradeHook, { repoType, netType }: Settings): ChartHook["values"] {
  const { target, container, registryHost, registryTimeZone, mailTo } = upgrade;
  return {
    ...targetValues(target),
    container,
    repoType,
    ...(registryHost !== "" && { registryHost }),
    ...(registryTimeZone !== "" && { registryTimeZone }),
    ...(netType !== "keep" && { netType }),
    ...(upgrade.isDryRun && { dryRun: true }),
    ...toChartRollout(upgrade),
    ...(mailTo.length > 0 && { mailTo }),
    ...(response.message !== null && { responseMessage: response.message }),
    ...(response.mismatchStatus !== 403 && { mismatchStatus: response.mismatchStatus }),
  };
}
