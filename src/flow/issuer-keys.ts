import { configurationUrl, hostsOfIssuer, keepMs, keysUrl } from "../core/remote/issuer.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, Remote, RemoteAnswer } from "./ports.ts";
import { createRecent } from "./recent.ts";

/** The key sets of issuers, as JSON texts. The error says why there are none now. */
export interface IssuerKeys {
  readonly of: (issuer: string) => Promise<Result<string, string>>;
  /** Fetches them anew, for a token whose key is not among them; the known ones where that was done a short time ago. */
  readonly renewed: (issuer: string) => Promise<Result<string, string>>;
}

/** What is known of one issuer. */
interface Known {
  readonly keys: { readonly text: string; readonly untilMs: number } | null;
  /** How the last look went, and when that was. */
  readonly failure: string | null;
  readonly askedAtMs: number;
}

type Fetched = Result<{ readonly text: string; readonly keepMs: number }, string>;

const MAX_ISSUERS = 100;
const MAX_BYTES = 256 * 1024;
const FETCH_WITHIN_MS = 4_000;
const RENEW_EVERY_MS = 60_000;
const TRY_AGAIN_AFTER_MS = 10_000;

/**
 * Makes the cache: key sets are kept as long as their issuers say, within limits. Those that come at once wait for one
 * fetch, and one that failed is not repeated for ten seconds, however many tokens come.
 */
export function createIssuerKeys(remote: Remote, clock: Clock): IssuerKeys {
  const known = createRecent<Known>(MAX_ISSUERS);
  const pending = new Map<string, Promise<Known>>();
  const fetchOnce = (issuer: string): Promise<Known> => {
    const fetching = pending.get(issuer) ?? look(issuer);
    pending.set(issuer, fetching);
    return fetching;
  };
  const look = async (issuer: string): Promise<Known> => {
    try {
      const fetched = await fetchKeys(issuer, remote);
      const askedAtMs = clock.now().getTime();
      const now: Known =
        fetched.kind === "ok"
          ? { keys: { text: fetched.value.text, untilMs: askedAtMs + fetched.value.keepMs }, failure: null, askedAtMs }
          : { keys: known.get(issuer)?.keys ?? null, failure: fetched.error, askedAtMs };
      known.set(issuer, now);
      return now;
    } finally {
      pending.delete(issuer);
    }
  };
  const isDue = ({ askedAtMs }: Known, everyMs: number): boolean =>
    Math.abs(clock.now().getTime() - askedAtMs) >= everyMs;
  const askAgain = async (issuer: string, isEarly: (before: Known) => boolean): Promise<Result<string, string>> => {
    const before = known.get(issuer);
    const { keys, failure } = before !== undefined && isEarly(before) ? before : await fetchOnce(issuer);
    return failure === null && keys !== null ? ok(keys.text) : fail(String(failure));
  };
  const of = async (issuer: string): Promise<Result<string, string>> => {
    const keys = known.get(issuer)?.keys ?? null;
    if (keys !== null && clock.now().getTime() < keys.untilMs) return ok(keys.text);
    return askAgain(issuer, (last) => last.failure !== null && !isDue(last, TRY_AGAIN_AFTER_MS));
  };
  const renewed = (issuer: string): Promise<Result<string, string>> =>
    askAgain(issuer, (last) => !isDue(last, RENEW_EVERY_MS));
  return { of, renewed };
}

async function fetchKeys(issuer: string, remote: Remote): Promise<Fetched> {
  const allow = hostsOfIssuer(issuer);
  const signal = AbortSignal.timeout(FETCH_WITHIN_MS);
  const get = async (url: string, hosts: readonly string[]): Promise<Result<RemoteAnswer, string>> => {
    const answer = await remote.get({ url, allow: hosts, maxBytes: MAX_BYTES, signal });
    if (answer.kind === "error") return fail(answer.error.message);
    const { status } = answer.value;
    return status === 200 ? answer : fail(`${new URL(url).host} answered ${String(status)}`);
  };
  const configuration = await get(configurationUrl(issuer), allow.slice(0, 1));
  if (configuration.kind === "error") return fail(`configuration of ${issuer}: ${configuration.error}`);
  const url = keysUrl(issuer, configuration.value.body.toString("utf8"));
  const keys = url.kind === "error" ? url : await get(url.value, allow);
  if (keys.kind === "error") return fail(`keys of ${issuer}: ${keys.error}`);
  return ok({ text: keys.value.body.toString("utf8"), keepMs: keepMs(keys.value.header("cache-control")) });
}
