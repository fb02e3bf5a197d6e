import { parseDuration } from "../duration.ts";
import { fail, ok, type Result } from "../result.ts";
import { isAddress } from "./addresses.ts";
import { printable } from "./printable.ts";
import type { RancherSite } from "./rancher-link.ts";
import type { RetrySettings } from "./retry.ts";

/** How people are told, whatever the way. */
export interface NotifySettings {
  /** The file of channels besides mail; empty for none. */
  readonly channelsFile: string;
  readonly retry: RetrySettings;
  /** The domains in which a workload's annotation may name recipients; none where it may not. Lower case. */
  readonly ownerDomains: readonly string[];
  /** Null where no Rancher is known. */
  readonly rancher: RancherSite | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LONGEST_MS = 30 * 24 * 3_600_000;
const CLUSTER = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,98}[A-Za-z0-9])?$/;

/** Reads the variables; an empty one counts as unset. An error has a line for each that cannot be used. */
export function readNotifySettings(env: Environment): Result<NotifySettings, readonly string[]> {
  const problems: string[] = [];
  const take = <T>(variable: string, otherwise: T, read: (value: string) => Result<T, string>): T => {
    const value = env[variable]?.trim() ?? "";
    if (value === "") return otherwise;
    const taken = read(value);
    if (taken.kind === "ok") return taken.value;
    problems.push(`${variable} is "${printable(value, 100)}": ${taken.error}`);
    return otherwise;
  };
  const settings: NotifySettings = {
    channelsFile: take("CHANNELS_FILE", "", ok<string>),
    retry: {
      firstMs: take("NOTIFY_RETRY_FIRST", 30_000, readDuration),
      forMs: take("NOTIFY_RETRY_FOR", 72 * 3_600_000, readDuration),
    },
    ownerDomains: take("MAIL_OWNER_DOMAINS", [], readDomains),
    rancher: withCluster(take("RANCHER_URL", "", readUrl), take("RANCHER_CLUSTER", "local", readCluster)),
  };
  return problems.length === 0 ? ok(settings) : fail(problems);
}

const withCluster = (url: string, cluster: string): RancherSite | null => (url === "" ? null : { url, cluster });

function readDuration(text: string): Result<number, string> {
  const timeMs = parseDuration(text);
  if (timeMs !== null && timeMs > 0 && timeMs <= LONGEST_MS) return ok(timeMs);
  return fail("write a duration such as 30s, 10m or 72h, of 30 days (720h) at most");
}

function readDomains(text: string): Result<readonly string[], string> {
  const domains = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((domain) => domain !== "");
  const wrong = domains.some((domain) => !isAddress(`owner@${domain}`));
  return wrong
    ? fail("write domains such as example.com, with commas between them; * stands for nothing")
    : ok(domains);
}

function readUrl(text: string): Result<string, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.protocol === "https:" && [url.username, url.password, url.search, url.hash].join("") === "";
  return isPlain
    ? ok(url.href.replace(/\/+$/, ""))
    : fail("write the HTTPS address of Rancher, as https://rancher.example.com");
}

const readCluster = (text: string): Result<string, string> =>
  CLUSTER.test(text) ? ok(text) : fail("write Rancher's id of the cluster, such as local or c-m-4x7k2p9d");
