import { setTimeout as sleep } from "node:timers/promises";
import type { SingleOutcome } from "../core/delivery/outcome.ts";
import type { ImageCheck, Upgrade } from "../core/hook/hook.ts";
import type { Digest } from "../core/image/reference.ts";
import { digestRefusal, platformRefusal } from "../core/remote/judge-image.ts";
import { readPullSecret, type Login } from "../core/remote/pull-secret.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Candidate } from "../core/rollout/candidate.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import type {
  ImageQuery,
  KeyFiles,
  Log,
  Signatures,
  Nodes,
  PullSecrets,
  Registries,
  RegistryFailure,
  RegistryImage,
} from "./ports.ts";

/** What an image is vetted with. */
export interface VetParts {
  readonly registries: Registries;
  readonly nodes: Nodes;
  readonly pullSecrets: PullSecrets;
  readonly signatures: Signatures;
  readonly keyFiles: KeyFiles;
  readonly log: Log;
}

/**
 * Asks the registry whether an image is fit to be set, by the hook's `image.check` and `image.signature`, and gives its
 * digest there; null where it is not there and need not be, or nothing is asked.
 */
export type Vet = (
  candidate: Candidate,
  upgrade: Pick<Upgrade, "check" | "signatureKeys" | "digest" | "target">,
  signal: AbortSignal,
) => Promise<Result<Digest | null, SingleOutcome>>;

// A token, a manifest and a configuration, of a registry that may be far away.
const REGISTRY_ANSWERS_WITHIN_MS = 4_000;
const ASKED_AGAIN_AFTER_MS = 500;

// What a hook asks that says only by whom an image must be signed.
const TAG_ALONE: ImageCheck = { tag: true, digest: false, platform: false, waitMs: 0, pullSecret: "" };

/** True for a hook whose images are vetted. */
export const isVetting = ({ check, signatureKeys }: Pick<Upgrade, "check" | "signatureKeys">): boolean =>
  check !== null || signatureKeys !== "";

/** How much longer than others a push takes whose image is vetted. */
export const vettingTimeMs = (upgrade: Pick<Upgrade, "check" | "signatureKeys">): number =>
  isVetting(upgrade) ? REGISTRY_ANSWERS_WITHIN_MS + (upgrade.check?.waitMs ?? 0) : 0;

/** Makes the vetting. Nothing of a body says which host is asked: the image is the one that would be set. */
export function createVet(parts: VetParts): Vet {
  const judge = createJudge(parts);
  return async (candidate, upgrade, signal) => {
    if (!isVetting(upgrade)) return ok(null);
    const check = checkOf(upgrade);
    const login = await readLogin(
      candidate,
      { secret: check.pullSecret, namespace: upgrade.target.namespace, signal },
      parts,
    );
    if (login.kind === "error") return login;
    const { repository, tag, digest } = candidate;
    const query: ImageQuery = { repository, reference: tag, expected: digest, login: login.value, signal };
    const found = await findImage(query, check, parts.registries);
    if (found.kind === "error") return fail(outcomeOf(found.error, check));
    if (found.value === null) return ok(null);
    const refusal = await judge({ candidate, upgrade, check, query, found: found.value });
    return refusal === null ? ok(found.value.digest) : fail(refusal);
  };
}

// A signature can only be that of an image which is there.
function checkOf({ check, signatureKeys }: Settings): ImageCheck {
  const asked = check ?? TAG_ALONE;
  return { ...asked, tag: asked.tag || signatureKeys !== "" };
}

type Settings = Parameters<Vet>[1];

interface Vetted {
  readonly candidate: Candidate;
  readonly upgrade: Settings;
  readonly check: ImageCheck;
  readonly query: ImageQuery;
  readonly found: RegistryImage;
}

type Judge = (vetted: Vetted) => Promise<SingleOutcome | null>;

// Why an image is not fit; null where it is.
function createJudge(parts: VetParts): Judge {
  const canRun = createPlatformCheck(parts);
  const judges: readonly Judge[] = [
    ({ check, candidate, found }) => Promise.resolve(check.digest ? whyOther(candidate, found) : null),
    ({ check, found, query }) => (check.platform ? canRun(found, query) : Promise.resolve(null)),
    (vetted) => (vetted.upgrade.signatureKeys === "" ? Promise.resolve(null) : whyUnsigned(vetted, parts)),
  ];
  return async (vetted) => {
    for (const judge of judges) {
      const refusal = await judge(vetted);
      if (refusal !== null) return refusal;
    }
    return null;
  };
}

function whyOther({ repository, tag, digest }: Candidate, found: RegistryImage): SingleOutcome | null {
  const refusal = digestRefusal(digest, found.digest);
  return refusal === null ? null : unfit(`image.check.digest: ${repository}:${tag}: ${refusal}`);
}

async function whyUnsigned(
  { candidate, upgrade, query, found }: Vetted,
  { registries, signatures, keyFiles }: VetParts,
): Promise<SingleOutcome | null> {
  // What a pinned push says is what will run, whatever the tag is by now.
  const digest = upgrade.digest === "pin" && candidate.digest !== null ? candidate.digest : found.digest;
  const keys = await keyFiles.read(upgrade.signatureKeys);
  if (keys.kind === "error") return { kind: "not-served", reason: `image.signature: ${keys.error}` };
  const bundles = await registries.bundles({ digest }, query);
  if (bundles.kind === "error") return outcomeOf(bundles.error, null);
  if (await signatures.isSigned(digest, bundles.value, keys.value)) return null;
  const image = `${query.repository}@${digest}`;
  const attached = `${String(bundles.value.length)} attached bundles`;
  return unfit(`image.signature: ${image} is not signed by a key of ${upgrade.signatureKeys}; it has ${attached}`);
}

interface SecretPlace {
  readonly secret: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

async function readLogin(
  { repository }: Candidate,
  { secret, namespace, signal }: SecretPlace,
  { pullSecrets }: VetParts,
): Promise<Result<Login | null, SingleOutcome>> {
  if (secret === "") return ok(null);
  const bytes = await pullSecrets.read(namespace, secret, signal);
  if (bytes.kind === "error") return fail({ kind: "cluster", failure: bytes.error });
  const login = readPullSecret(bytes.value, repository);
  if (login.kind === "ok") return login;
  return fail(unfit(`image.check.pull-secret: Secret "${secret}" in namespace "${namespace}": ${login.error}`));
}

// A registry may tell of a push a moment before it shows it.
async function findImage(
  query: ImageQuery,
  { tag, waitMs }: ImageCheck,
  registries: Registries,
): Promise<Result<RegistryImage | null, RegistryFailure>> {
  for (let leftMs = waitMs; ; leftMs -= ASKED_AGAIN_AFTER_MS) {
    const found = await registries.image(query);
    if (found.kind === "ok" || found.error.kind !== "absent") return found;
    if (leftMs <= 0) return tag ? found : ok(null);
    // The end of the time shows in the next request.
    await sleep(Math.min(leftMs, ASKED_AGAIN_AFTER_MS), undefined, { signal: query.signal }).catch(() => undefined);
  }
}

type PlatformCheck = (image: RegistryImage, query: ImageQuery) => Promise<SingleOutcome | null>;

function createPlatformCheck({ registries, nodes, log }: VetParts): PlatformCheck {
  let hasWarned = false;
  const passOver = (reason: string): null => {
    if (!hasWarned)
      log.warn({ reason }, "the platforms of the nodes are not known: image.check.platform is passed over");
    hasWarned = true;
    return null;
  };
  return async (image, query) => {
    const runs = await nodes.platforms(query.signal);
    if (runs.kind === "error" && runs.error.kind === "forbidden") return passOver(describeFailure(runs.error));
    if (runs.kind === "error") return { kind: "cluster", failure: runs.error };
    if (runs.value.length === 0) return passOver("the cluster has no nodes");
    const platforms = await registries.platforms(image, query);
    if (platforms.kind === "error") return outcomeOf(platforms.error, null);
    const refusal = platformRefusal(platforms.value, runs.value);
    return refusal === null ? null : unfit(`image.check.platform: ${query.repository}:${query.reference}: ${refusal}`);
  };
}

const unfit = (reason: string): SingleOutcome => ({ kind: "unfit", reason });

function outcomeOf({ kind, message }: RegistryFailure, check: ImageCheck | null): SingleOutcome {
  if (kind === "unreachable") return { kind: "registry-away", reason: `image.check: ${message}` };
  const waited =
    kind === "absent" && check !== null && check.waitMs > 0 ? ` after ${String(check.waitMs / 1_000)} s` : "";
  return unfit(`image.check: ${message}${waited}`);
}
