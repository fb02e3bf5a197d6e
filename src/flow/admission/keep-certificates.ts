import {
  bundleText,
  idsOfBundle,
  readCertificateSecret,
  type HeldCertificates,
} from "../../core/admission/certificate-secret.ts";
import {
  bundleOf,
  isBelieved,
  isSameSet,
  nextStep,
  type CertificateDemands,
} from "../../core/admission/certificates.ts";
import { createAlarm, type Alarm } from "../alarm.ts";
import type { Clock, Log } from "../ports.ts";
import { changesOf, factsOf, TOLD } from "./apply-step.ts";
import type {
  CertificateIssuer,
  CertificateSecret,
  StandingConfiguration,
  StoredSecret,
  WebhookConfigurations,
} from "./certificate-ports.ts";
import { createComplaints, type Complaints } from "./complaints.ts";

/** What the certificates are kept with. */
export interface CertificateKeeping {
  readonly secret: CertificateSecret;
  readonly configurations: WebhookConfigurations;
  readonly issuer: CertificateIssuer;
  readonly demands: CertificateDemands;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the configurations are looked at, whatever else is due: somebody may have written over them. */
  readonly recheckMs?: number;
}

const RECHECK_MS = 60_000;
// API servers hear of a changed configuration a moment later, each by itself; short lives leave less time for that.
const SETTLE_MS = 10_000;
const SETTLE_SHARE = 10;
const RETRY_MS = 5_000;
const MIN_PAUSE_MS = 250;
// A whole change of the authority takes six looks; more than these come from a race that goes on.
const MAX_LOOKS = 20;

/**
 * The duty of the one that leads: keeps the Secret filled and both configurations believing what is served, until the
 * signal. It looks at each change of the Secret, when something is due, and every minute; it writes only what is due.
 */
export function createCertificateKeeper(keeping: CertificateKeeping): (signal: AbortSignal) => Promise<void> {
  const facts: Facts = {
    ...keeping,
    complaints: createComplaints(keeping.log),
    memory: { missing: "", believed: undefined, sinceMs: 0 },
  };
  return async (signal) => {
    facts.memory.believed = undefined;
    const alarm = createAlarm();
    const end = new AbortController();
    const watching = ringAtChanges(keeping.secret, alarm, AbortSignal.any([signal, end.signal]));
    try {
      while (!signal.aborted) await alarm.wait(await lookSafely(facts, signal), signal);
    } finally {
      end.abort();
      await watching;
    }
  };
}

interface Facts extends CertificateKeeping {
  readonly complaints: Complaints;
  readonly memory: Memory;
}

interface Memory {
  /** Which configurations were last said to be missing. */
  missing: string;
  /** The authority that all configurations hold, and since when that has been seen. */
  believed: string | undefined;
  sinceMs: number;
}

// Its failures are told by the looks, which read the same Secret.
async function ringAtChanges(secret: CertificateSecret, alarm: Alarm, signal: AbortSignal): Promise<void> {
  for await (const sighting of secret.watch(signal)) if (sighting.kind !== "failure") alarm.ring();
}

// Whoever leads has other duties: what goes wrong here must not end them.
async function lookSafely(facts: Facts, signal: AbortSignal): Promise<number> {
  try {
    return await lookUntilWell(facts, signal);
  } catch (error) {
    facts.log.error({ err: error }, "the certificates cannot be kept; it is tried again");
    return RETRY_MS;
  }
}

// After how long it has to be looked at again.
async function lookUntilWell(facts: Facts, signal: AbortSignal): Promise<number> {
  for (let looks = 0; looks < MAX_LOOKS && !signal.aborted; looks++) {
    const next = await look(facts, signal);
    if (next !== "again") return Math.min(facts.recheckMs ?? RECHECK_MS, Math.max(MIN_PAUSE_MS, next));
  }
  return RETRY_MS;
}

// Configurations are read before the Secret, so that what is put into one is never older than what stands there.
async function look(facts: Facts, signal: AbortSignal): Promise<number | "again"> {
  const { secret, configurations, complaints } = facts;
  const found = await configurations.read(signal);
  if (found.kind === "error") {
    if (!signal.aborted)
      complaints.fail(found.error, {}, "the webhook configurations cannot be read; it is tried again");
    return RETRY_MS;
  }
  tellMissing(facts, found.value.missing);
  const stored = await secret.read(signal);
  if (stored.kind === "error") {
    if (!signal.aborted)
      complaints.fail(stored.error, {}, "the Secret of the certificates cannot be read; it is tried again");
    return RETRY_MS;
  }
  const held = readCertificateSecret(stored.value.texts);
  const put = await putBundles(facts, { standing: found.value.standing, held }, signal);
  return put === "again" ? put : take(facts, { ...found.value, held, stored: stored.value, put }, signal);
}

function tellMissing({ log, memory }: Facts, names: readonly string[]): void {
  const said = names.join(", ");
  if (said !== memory.missing && said !== "")
    log.warn({ missing: said }, "a webhook configuration is not there; it is passed over");
  memory.missing = said;
}

interface Sight {
  readonly standing: readonly StandingConfiguration[];
  readonly held: HeldCertificates;
}

// After one was put, all is read again.
async function putBundles(
  { log, complaints }: Facts,
  sight: Sight,
  signal: AbortSignal,
): Promise<"again" | "well" | "failed"> {
  const { standing, held } = sight;
  if (held.holdings.authority === null) return "well";
  const ids = bundleOf(held.holdings);
  let end: "again" | "well" | "failed" = "well";
  for (const { name, bundles, put } of standing) {
    if (bundles.every((bundle) => isSameSet(idsOfBundle(bundle), ids))) continue;
    const done = await put(bundleText(ids, held), signal);
    const isRace = done.kind === "error" && done.error.kind === "conflict";
    if (done.kind === "ok")
      log.info({ configuration: name, authorities: ids.length }, "a webhook configuration is told the authority");
    else if (!signal.aborted)
      complaints.fail(done.error, { configuration: name }, "a webhook configuration cannot be told the authority");
    if (done.kind === "ok" || isRace) end = "again";
    else if (end === "well") end = "failed";
  }
  return end;
}

interface Reading extends Sight {
  readonly stored: StoredSecret;
  readonly put: "well" | "failed";
}

async function take(
  facts: Facts,
  { standing, held, stored, put }: Reading,
  signal: AbortSignal,
): Promise<number | "again"> {
  const { demands, clock, complaints, log, issuer } = facts;
  const nowMs = clock.now().getTime();
  const settling = settlingMs(facts, { standing, held });
  const step = nextStep(held.holdings, demands, settling <= 0, nowMs);
  if (step.kind === "await-bundle") return Math.min(settling, RETRY_MS);
  if (step.kind === "nothing") {
    if (put === "failed") return RETRY_MS;
    complaints.clear();
    return step.dueAtMs - nowMs;
  }
  const changes = await changesOf(step, { texts: stored.texts, held, demands, issuer });
  const written = await stored.update(changes, signal);
  if (written.kind === "ok") {
    log.info(factsOf(step), TOLD[step.kind]);
    return "again";
  }
  if (written.error.kind === "conflict") return "again";
  if (!signal.aborted)
    complaints.fail(written.error, {}, "the Secret of the certificates cannot be written; it is tried again");
  return RETRY_MS;
}

// For how long a new serving certificate has to wait yet for all to believe its authority.
function settlingMs({ memory, demands }: Facts, { standing, held }: Sight): number {
  const believed = standing.flatMap(({ bundles }) => bundles.map(idsOfBundle));
  const id = isBelieved(held.holdings, believed) ? bundleOf(held.holdings)[0] : undefined;
  const nowMs = performance.now();
  if (memory.believed !== id) memory.sinceMs = nowMs;
  memory.believed = id;
  if (id === undefined) return Infinity;
  return memory.sinceMs + Math.min(SETTLE_MS, demands.validityMs / SETTLE_SHARE) - nowMs;
}
