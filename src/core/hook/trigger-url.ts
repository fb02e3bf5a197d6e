import { registryTypeOf } from "../event/dialects.ts";
import type { Argument } from "./argument.ts";
import { demandsOf, MASKED, type Demand, type Demands } from "./demands.ts";
import type { Hook, Setting, Upgrade } from "./hook.ts";

/** A URL that triggers a hook. */
interface TriggerUrl {
  /** Who is given it: a registry type, and the network where there is a choice. */
  readonly caller: string;
  readonly isForBuilder: boolean;
  readonly url: string;
}

/** How a hook is triggered: a URL for each kind of caller, and what must stand beside the URL. */
export interface Trigger {
  readonly urls: readonly TriggerUrl[];
  readonly headers: Demands["headers"];
  readonly notes: readonly string[];
  /** False where a URL and headers are not enough. */
  readonly isComplete: boolean;
}

interface Variant {
  readonly caller: string;
  readonly isForBuilder: boolean;
  readonly parameters: readonly Demand[];
}

const NETWORKS: readonly (readonly [string, string])[] = [
  ["public network", ""],
  ["VPC", "vpc"],
  ["classic network", "internal"],
];

/** Works out the trigger URLs of a hook below an address such as `https://hooks.example.com`. */
export function triggerOf(hook: Hook, baseUrl: string, isMasked: boolean): Trigger {
  const { parameters, headers, notes, isComplete } = demandsOf(hook, isMasked);
  const path = hook.id.split("/").map(encode).join("/");
  const urls = variantsOf(hook, parameters).map(({ parameters: more, ...caller }) => ({
    ...caller,
    url: `${baseUrl}/hooks/${path}${queryOf([...parameters, ...more])}`,
  }));
  const untold = hook.kind === "upgrade" ? untoldBy(hook.upgrade, parameters) : [];
  const chosen = hook.kind === "upgrade" ? unsaidBy(hook.upgrade) : [];
  return { urls, headers, notes: [...untold, ...notes, ...chosen], isComplete };
}

// Those whose URL has something to say; of all others the type alone would be different.
const OFFERED: readonly string[] = ["aliyun", "dockerhub", "custom"];

// What they send is taken for another registry's, or for none's.
const UNTOLD = "tcr, swr and gitlab";

function variantsOf(hook: Hook, demanded: readonly Demand[]): readonly Variant[] {
  if (hook.kind === "command") return [{ caller: "any caller", isForBuilder: false, parameters: [] }];
  const { registry, network } = hook.upgrade;
  const repoType = valueOf(registry, demanded);
  if (!isOpen(repoType)) return variantsOfType(registryTypeOf(repoType), [], networksOf(network, demanded));
  const name = repoType === undefined ? parameterOf(registry) : null;
  return [
    ...OFFERED.flatMap((type) =>
      variantsOfType(type, name === null ? [] : [{ name, value: type }], networksOf(network, demanded)),
    ),
    { caller: "any other registry", isForBuilder: false, parameters: [] },
  ];
}

// The request tells the registry type, or the URL may name it.
const isOpen = (repoType: string | undefined): repoType is "" | "auto" | undefined =>
  repoType === undefined || repoType === "" || repoType === "auto";

type Networks = readonly (readonly [label: string, parameters: readonly Demand[]])[];

function variantsOfType(type: string | undefined, own: readonly Demand[], networks: Networks): readonly Variant[] {
  if (type === undefined) return [];
  const labelled: Networks = type === "aliyun" ? networks : [["", []]];
  return labelled.map(([label, parameters]) => ({
    caller: label === "" ? type : `${type}, ${label}`,
    isForBuilder: type === "custom",
    parameters: [...own, ...parameters],
  }));
}

function networksOf(network: Upgrade["network"], demanded: readonly Demand[]): Networks {
  const name = parameterOf(network);
  if (name === null || valueOf(network, demanded) !== undefined) return [["", []]];
  return NETWORKS.map(([label, value]) => [label, value === "" ? [] : [{ name, value }]]);
}

// What a setting is whatever the URL adds; undefined where the request chooses.
function valueOf(setting: Setting<string>, demanded: readonly Demand[]): string | undefined {
  if (setting.kind === "fixed") return setting.value;
  const name = parameterOf(setting);
  return demanded.find((demand) => demand.name === name)?.value.toLowerCase();
}

const parameterOf = (setting: Setting<string>): string | null =>
  setting.kind === "argument" && setting.argument.source === "url" ? setting.argument.name : null;

function unsaidBy({ registry, network }: Upgrade): readonly string[] {
  const settings = [
    ["the registry type", registry],
    ["the network", network],
  ] as const;
  return settings.flatMap(([what, setting]) =>
    setting.kind === "argument" && setting.argument.source !== "url"
      ? [`${what} comes from ${setting.argument.source} "${setting.argument.name}", not from the URL`]
      : [],
  );
}

function untoldBy({ registry }: Upgrade, demanded: readonly Demand[]): readonly string[] {
  const repoType = valueOf(registry, demanded);
  if (!isOpen(repoType)) return [];
  const place = registry.kind === "fixed" || repoType !== undefined ? "in the hook" : placeOf(registry.argument);
  return [`any registry but ${UNTOLD} is told by what it sends; name these ${place}`];
}

const placeOf = ({ source, name }: Argument): string =>
  source === "url" ? `in the URL, such as ${name}=tcr` : `in ${source} "${name}"`;

// The first of a name: one that is given twice is refused.
function queryOf(parameters: readonly Demand[]): string {
  const unique = new Map([...parameters].reverse().map(({ name, value }) => [name, value]));
  const pairs = [...unique]
    .reverse()
    .map(([name, value]) => `${encode(name)}=${value === MASKED ? value : encode(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

// No character is left that a shell, a quoted text or a console's form could take for something else.
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
