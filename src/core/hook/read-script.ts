import { ANY_TAG } from "../image/tag-policy.ts";
import { parseAddresses } from "../notice/addresses.ts";
import { OPEN_GATE } from "../rollout/gate.ts";
import { isContainerName, parseTarget } from "../rollout/target.ts";
import type { Argument } from "./argument.ts";
import { certainMatches, literalOf } from "./caller.ts";
import type { FieldReader } from "./fields.ts";
import type { AllowedRepository, Setting, Upgrade } from "./hook.ts";
import { readRepository } from "./read-image.ts";
import { readRegistryHost } from "./read-upgrade.ts";
import type { Rule } from "./rule.ts";

/** The path under which hooks files name the built-in upgrade; the tool that this one replaces had a script there. */
export const UPGRADE_COMMAND = "/webhooks.sh";

const ENVIRONMENT = "pass-environment-to-command";

/**
 * Reads the upgrade of a hook that runs `/webhooks.sh`: APP_NS, APP_WORKLOAD, APP_CONTAINER, REPO_TYPE, NET_TYPE,
 * MAIL_TO and APP_REPOSITORY, from the environment that the hook passes. The target must be known before a request
 * comes, so each of the first three is a text or a value that the trigger rule demands.
 */
export function readScriptUpgrade(
  hook: FieldReader,
  environment: readonly Argument[],
  rule: Rule | null,
): Upgrade | null {
  const argumentFor = (name: string): Argument | undefined => environment.find((argument) => argument.envname === name);
  const constant = (name: string): string | null => {
    const value = constantOf(argumentFor(name), rule);
    if (value === null) hook.error(ENVIRONMENT, whyUnknown(name, argumentFor(name)));
    return value;
  };
  const [namespace, workload, container] = [constant("APP_NS"), constant("APP_WORKLOAD"), constant("APP_CONTAINER")];
  if (namespace === null || workload === null || container === null) return null;
  const target = parseTarget(namespace, workload);
  if (target.kind === "error") hook.error(ENVIRONMENT, target.error);
  if (!isContainerName(container.toLowerCase()))
    hook.error(ENVIRONMENT, `"${container}" is not the name of a container`);
  const settings = {
    container: container.toLowerCase(),
    registry: settingOf(argumentFor("REPO_TYPE")),
    registryHost: registryHostOf(hook, argumentFor("APP_REGISTRY_HOST")),
    registryTimeZone: "",
    network: settingOf(argumentFor("NET_TYPE")) as Upgrade["network"],
    repository: repositoryOf(hook, argumentFor("APP_REPOSITORY")),
    hostAliases: [],
    mailTo: recipientsOf(hook, argumentFor("MAIL_TO")),
    language: null,
    channels: [],
    deadlineMs: null,
    onFailure: "keep" as const,
    gate: OPEN_GATE,
    style: "script" as const,
    isInsecure: false,
    callers: [],
    tags: ANY_TAG,
    digest: "ignore" as const,
    check: null,
    signatureKeys: "",
    isDryRun: false,
  };
  return target.kind === "ok" ? { target: target.value, ...settings } : null;
}

// The value that an argument has in every request that satisfies the rule; null when a request could choose it.
function constantOf(argument: Argument | undefined, rule: Rule | null): string | null {
  if (argument === undefined) return null;
  if (argument.source === "string") return argument.name;
  const demanded = (rule === null ? [] : certainMatches(rule)).find(
    (match) =>
      match.kind === "value" &&
      match.expected.kind === "literal" &&
      match.parameter.source === argument.source &&
      match.parameter.name === argument.name,
  );
  return demanded === undefined ? null : literalOf(demanded);
}

function whyUnknown(name: string, argument: Argument | undefined): string {
  if (argument === undefined) return `${name} is missing: the upgrade needs it to know its target`;
  return (
    `${name} comes from ${argument.source} "${argument.name}", which any request could choose: ` +
    `add a match of type value on it to the trigger rule (under and), or give it as a string`
  );
}

function settingOf(argument: Argument | undefined): Setting<string> {
  if (argument === undefined) return { kind: "fixed", value: "" };
  return argument.source === "string"
    ? { kind: "fixed", value: argument.name.toLowerCase() }
    : { kind: "argument", argument };
}

function repositoryOf(hook: FieldReader, argument: Argument | undefined): AllowedRepository {
  if (argument === undefined) return { kind: "own" };
  const repository = argument.source === "string" ? readRepository(argument.name) : null;
  if (repository !== null && repository.kind !== "wrong") return repository;
  hook.error(ENVIRONMENT, `APP_REPOSITORY: ${repository?.message ?? "must be a string: a request may not choose it"}`);
  return { kind: "own" };
}

function registryHostOf(hook: FieldReader, argument: Argument | undefined): string {
  if (argument === undefined) return "";
  const host = argument.source === "string" ? readRegistryHost(argument.name) : null;
  if (host?.kind === "ok") return host.value;
  hook.error(ENVIRONMENT, `APP_REGISTRY_HOST: ${host?.error ?? "must be a string: a request may not choose it"}`);
  return "";
}

function recipientsOf(hook: FieldReader, argument: Argument | undefined): readonly string[] {
  if (argument === undefined || argument.name === "") return [];
  if (argument.source !== "string") {
    hook.warn(
      ENVIRONMENT,
      "MAIL_TO is no string: recipients come from the hooks file only, so this hook sends no mail",
    );
    return [];
  }
  const addresses = parseAddresses(argument.name.toLowerCase());
  if (addresses.kind === "ok") return addresses.value;
  hook.error(ENVIRONMENT, `MAIL_TO: ${addresses.error}`);
  return [];
}
