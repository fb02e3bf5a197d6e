import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, Remote } from "./ports.ts";
import { createRecent } from "./recent.ts";

/** A certificate that was asked for: its PEM text, or null where there is none at its address. */
type FoundCertificate = string | null;

/** The certificates that SNS signs with. The error says why one cannot be had now. */
export interface SnsCertificates {
  /** The one at an address of this host. */
  readonly of: (url: string, host: string) => Promise<Result<FoundCertificate, string>>;
}

/** What was found at an address, and until when that counts. */
interface Kept {
  readonly certificate: FoundCertificate;
  readonly untilMs: number;
}

/** How often a host was asked since a time. */
interface Asked {
  readonly sinceMs: number;
  readonly count: number;
}

const MAX_KEPT = 100;
const MAX_BYTES = 64 * 1024;
const FETCH_WITHIN_MS = 4_000;
const MINUTE_MS = 60_000;
const KEPT_MS = 24 * 60 * MINUTE_MS;
const ASKED_A_MINUTE = 60;

/**
 * Makes the cache. A certificate is kept for a day; whoever sends addresses of none makes the service ask a host no more
 * than sixty times a minute.
 */
export function createSnsCertificates(remote: Remote, clock: Clock): SnsCertificates {
  // Apart, so that addresses of none do not drive out those of some.
  const [kept, missing] = [createRecent<Kept>(MAX_KEPT), createRecent<Kept>(MAX_KEPT)];
  const asked = createRecent<Asked>(MAX_KEPT);
  const pending = new Map<string, Promise<Result<FoundCertificate, string>>>();
  const nowMs = (): number => clock.now().getTime();
  const mayAsk = (host: string): boolean => {
    const last = asked.get(host);
    const isOver = last === undefined || Math.abs(nowMs() - last.sinceMs) >= MINUTE_MS;
    const { sinceMs, count } = isOver ? { sinceMs: nowMs(), count: 0 } : last;
    asked.set(host, { sinceMs, count: count + 1 });
    return count < ASKED_A_MINUTE;
  };
  const look = async (url: string, host: string): Promise<Result<FoundCertificate, string>> => {
    try {
      const found = await fetchCertificate(url, host, remote);
      if (found.kind === "ok") {
        const certificate = found.value;
        if (certificate === null) missing.set(url, { certificate, untilMs: nowMs() + MINUTE_MS });
        else kept.set(url, { certificate, untilMs: nowMs() + KEPT_MS });
      }
      return found;
    } finally {
      pending.delete(url);
    }
  };
  return {
    of: async (url, host) => {
      const known = kept.get(url) ?? missing.get(url);
      if (known !== undefined && nowMs() < known.untilMs) return ok(known.certificate);
      const running = pending.get(url);
      if (running !== undefined) return running;
      if (!mayAsk(host)) return fail(`${host} was asked for ${String(ASKED_A_MINUTE)} certificates within a minute`);
      const fetching = look(url, host);
      pending.set(url, fetching);
      return fetching;
    },
  };
}

async function fetchCertificate(url: string, host: string, remote: Remote): Promise<Result<FoundCertificate, string>> {
  const signal = AbortSignal.timeout(FETCH_WITHIN_MS);
  const answer = await remote.get({ url, allow: [host], maxBytes: MAX_BYTES, signal });
  if (answer.kind === "error") return fail(answer.error.message);
  const { status, body } = answer.value;
  if (status === 200) return ok(body.toString("utf8"));
  return status >= 400 && status < 500 && status !== 429 ? ok(null) : fail(`${host} answered ${String(status)}`);
}
