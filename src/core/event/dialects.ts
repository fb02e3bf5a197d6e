import { clip } from "../clip.ts";
import { fail, ok, type Result } from "../result.ts";
import { readAliyun } from "./aliyun.ts";
import { readAzure } from "./azure.ts";
import { readAnyCloudEvent } from "./cloudevents.ts";
import { readCustom } from "./custom.ts";
import { detect } from "./detect.ts";
import { readDistribution } from "./distribution.ts";
import { readDockerHub } from "./dockerhub.ts";
import { readGeneric } from "./generic.ts";
import { readGhcr } from "./ghcr.ts";
import { readJfrog } from "./jfrog.ts";
import { readNexus } from "./nexus.ts";
import { readEcr } from "./ecr.ts";
import { readGar } from "./gar.ts";
import { readGitLab } from "./gitlab.ts";
import { readHarbor } from "./harbor.ts";
import type { EventReading } from "./push-event.ts";
import { readQuay } from "./quay.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readSwr } from "./swr.ts";
import { readTcr } from "./tcr.ts";
import { readZot } from "./zot.ts";

/** How one registry's requests are read. */
export interface Dialect {
  readonly type: string;
  readonly read: (message: RegistryMessage) => EventReading;
  /**
   * What its webhook is set up for. One of a whole registry sends every push of it to the hook, and what it is refused
   * with a status other than 2xx holds up the pushes of all others.
   */
  readonly sends: "one repository" | "whole registry";
}

const DIALECTS: readonly Dialect[] = [
  { type: "aliyun", read: readAliyun, sends: "one repository" },
  { type: "dockerhub", read: readDockerHub, sends: "one repository" },
  { type: "custom", read: readCustom, sends: "one repository" },
  { type: "ghcr", read: readGhcr, sends: "one repository" },
  { type: "quay", read: readQuay, sends: "one repository" },
  { type: "jfrog", read: readJfrog, sends: "whole registry" },
  { type: "nexus", read: readNexus, sends: "whole registry" },
  { type: "generic", read: readGeneric, sends: "one repository" },
  { type: "azure", read: readAzure, sends: "whole registry" },
  { type: "ecr", read: readEcr, sends: "whole registry" },
  { type: "gar", read: readGar, sends: "whole registry" },
  { type: "distribution", read: readDistribution, sends: "whole registry" },
  { type: "gitlab", read: readGitLab, sends: "whole registry" },
  { type: "harbor", read: readHarbor, sends: "whole registry" },
  { type: "tcr", read: readTcr, sends: "whole registry" },
  { type: "swr", read: readSwr, sends: "whole registry" },
  { type: "zot", read: readZot, sends: "whole registry" },
  { type: "cloudevents", read: readAnyCloudEvent, sends: "whole registry" },
];

// Names that other systems have for the same.
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["aliyun-acr", "aliyun"],
  ["azure-acr", "azure"],
  ["aws-ecr", "ecr"],
  ["google-pubsub", "gar"],
]);

/** Azure and Aliyun both call their registries ACR: which of the two sent a request is told by its shape. */
const ACR = "acr";
const ACR_TYPES: readonly string[] = ["aliyun", "azure"];

const BY_TYPE: ReadonlyMap<string, Dialect> = new Map(DIALECTS.map((dialect) => [dialect.type, dialect]));

/** The registry types whose requests name no host, nor anything that tells it: the hook must. */
export const HOSTLESS_TYPES: readonly string[] = ["nexus", "zot"];

/** The registry types that have a dialect of their own. */
export const REGISTRY_TYPES: readonly string[] = DIALECTS.map(({ type }) => type);

/** A registry type by its own name, for any name that a hook or a trigger URL may give it; undefined for none. */
export function registryTypeOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  const type = ALIASES.get(lower) ?? lower;
  return type === ACR || BY_TYPE.has(type) ? type : undefined;
}

/** Why a request has no dialect: its registry type is none, or its shape does not say which it is. */
export type DialectProblem =
  { readonly kind: "unsupported"; readonly reason: string } | { readonly kind: "undecided"; readonly reason: string };

/** The dialect of a registry type; without a type, or with `auto`, it is told by the request's headers and shape. */
export function dialectOf(name: string, message: RegistryMessage): Result<Dialect, DialectProblem> {
  if (name === "" || name.toLowerCase() === "auto") return choose(detect(message));
  const type = registryTypeOf(name);
  if (type === ACR) return choose(detect(message).filter((candidate) => ACR_TYPES.includes(candidate)));
  const dialect = dialectNamed(type ?? "");
  if (dialect !== undefined) return ok(dialect);
  const reason = `unsupported registry type "${clip(name, 40)}": use one of ${REGISTRY_TYPES.join(", ")}`;
  return fail({ kind: "unsupported", reason });
}

/** The dialect of a registry type, undefined where only the request decides. */
export const dialectNamed = (type: string): Dialect | undefined => BY_TYPE.get(type);

const HOW_TO_SAY = "say which it is, as registry in the hook or as repo_type in the URL";

function choose(candidates: readonly string[]): Result<Dialect, DialectProblem> {
  const [first, ...others] = DIALECTS.filter(({ type }) => candidates.includes(type));
  if (first !== undefined && others.length === 0) return ok(first);
  const said =
    first === undefined
      ? `is of no registry that is told by its shape; ${HOW_TO_SAY}: ${REGISTRY_TYPES.join(", ")}`
      : `could be of ${candidates.join(" or ")}; ${HOW_TO_SAY}`;
  return fail({ kind: "undecided", reason: said });
}
