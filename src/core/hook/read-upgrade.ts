import { isNetwork, NETWORKS } from "../image/network.ts";
import { parseHost } from "../image/reference.ts";
import { fail, ok, type Result } from "../result.ts";
import { ALL_CONTAINERS, isContainerName } from "../rollout/target.ts";
import type { Argument } from "./argument.ts";
import { readCallers } from "./callers/read-callers.ts";
import type { FieldReader } from "./fields.ts";
import type { Setting, Upgrade } from "./hook.ts";
import { readCheck } from "./read-check.ts";
import { readGate } from "./read-gate.ts";
import { readImage } from "./read-image.ts";
import type { Network } from "../image/network.ts";
import { readNotify } from "./read-notify.ts";
import { readRollout } from "./read-rollout.ts";
import { readTarget, TARGET_KEYS } from "./read-target.ts";
import { readTags } from "./read-tags.ts";
import { readTimeZone } from "./read-time-zone.ts";
import { HOSTLESS_TYPES, REGISTRY_TYPES, registryTypeOf } from "../event/dialects.ts";

/** Reads `image-upgrade`, the typed form of the upgrade: everything about the target stands in the hooks file. */
export function readUpgrade(upgrade: FieldReader): Upgrade | null {
  upgrade.expectOnly([
    ...TARGET_KEYS,
    "container",
    "registry",
    "registry-host",
    "registry-time-zone",
    "network",
    "image",
    "deadline",
    "on-failure",
    "window",
    "freeze",
    "minimum-age",
    "notify",
    "callers",
    "insecure",
    "dry-run",
  ]);
  const target = readTarget(upgrade);
  const container = upgrade.text("container", "");
  if (!isContainerName(container) && container !== ALL_CONTAINERS)
    upgrade.error("container", `"${container}" is not the name of a container`);
  const registry = readRegistry(upgrade);
  const image = readImage(upgrade);
  if (container === ALL_CONTAINERS && image.repository.kind === "any") upgrade.error("container", EVERY_CONTAINER);
  const settings = {
    container,
    registry,
    registryHost: registryHostOf(upgrade, registry),
    registryTimeZone: readTimeZone(upgrade, "registry-time-zone"),
    network: readNetwork(upgrade),
    ...image,
    ...readTags(upgrade),
    ...readCheck(upgrade),
    ...readNotify(upgrade),
    ...readRollout(upgrade),
    gate: readGate(upgrade),
    style: "typed" as const,
    isInsecure: upgrade.flag("insecure"),
    callers: readCallers(upgrade),
    isDryRun: upgrade.flag("dry-run"),
  };
  return target === null ? null : { target, ...settings };
}

const EVERY_CONTAINER =
  '"*" is all containers that run the pushed repository, and with image.repository "any" that is none in particular: name the container, or leave image.repository out';

const fromUrl = (name: string): Argument => ({ source: "url", name, envname: "" });

function readRegistry(upgrade: FieldReader): Setting<string> {
  const registry = upgrade.text("registry", "auto").toLowerCase();
  if (registry === "auto" || registry === "") return { kind: "argument", argument: fromUrl("repo_type") };
  const type = registryTypeOf(registry);
  if (type === undefined)
    upgrade.error("registry", `"${registry}" is not served: use auto, ${REGISTRY_TYPES.join(", ")}`);
  return { kind: "fixed", value: type ?? registry };
}

function registryHostOf(upgrade: FieldReader, registry: Setting<string>): string {
  const host = readRegistryHost(upgrade.text("registry-host", ""));
  if (host.kind === "error") upgrade.error("registry-host", host.error);
  else if (host.value === "" && registry.kind === "fixed" && HOSTLESS_TYPES.includes(registry.value))
    upgrade.error("registry-host", whyHostIsNeeded(registry.value));
  return host.kind === "ok" ? host.value : "";
}

const whyHostIsNeeded = (type: string): string =>
  `${type} does not say its host: give the one that images are pulled from, such as registry.example.com:5000`;

/** Reads the host of a registry, with its port if it has one; empty where none is given. */
export function readRegistryHost(text: string): Result<string, string> {
  if (text === "") return ok("");
  const host = parseHost(text);
  return host.kind === "ok" ? host : fail(`${host.error}, such as registry.example.com:5000`);
}

function readNetwork(upgrade: FieldReader): Setting<Network> {
  const network = upgrade.text("network", "keep").toLowerCase();
  if (isNetwork(network)) return { kind: "fixed", value: network };
  if (network === "auto") return { kind: "argument", argument: fromUrl("net_type") };
  upgrade.error("network", `"${network}" is not a network: use auto, ${NETWORKS.join(", ")}`);
  return { kind: "fixed", value: "keep" };
}
