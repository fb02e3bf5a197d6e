import { fail, ok, type Result } from "../../result.ts";
import { keyOf, type CallerEntry } from "../callers/caller-entry.ts";

type Values = Readonly<Record<string, unknown>>;

// Where the chart mounts a key of a Secret, by the patterns of its schema.
const MOUNTED =
  /^\/etc\/imagehook\/callers\/(?<name>[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)\/(?<key>[-._a-zA-Z0-9]{1,253})$/;
const PARAMETER = /^[-._~A-Za-z0-9]{1,100}$/;

/** Callers in the chart's words, and why some of them have none. */
interface ChartCallers {
  readonly values: readonly Values[];
  readonly problems: readonly string[];
}

/** Puts the callers of a hook into the chart's words. */
export function toChartCallers(callers: readonly CallerEntry[]): ChartCallers {
  const read = callers.map((entry, index) => toChartCaller(entry, `its callers[${String(index)}].${keyOf(entry)}`));
  return {
    values: read.flatMap((one) => (one.kind === "ok" ? [one.value] : [])),
    problems: read.flatMap((one) => (one.kind === "error" ? [one.error] : [])),
  };
}

function toChartCaller(entry: CallerEntry, where: string): Result<Values, string> {
  if (entry.kind === "networks") return ok({ networks: entry.written });
  const secretRef = MOUNTED.exec(entry.file)?.groups;
  if (secretRef === undefined)
    return fail(
      `${where}: the file ${entry.file} is not where the chart mounts one, /etc/imagehook/callers/<Secret>/<key>`,
    );
  if (entry.kind === "token" && !PARAMETER.test(entry.name))
    return fail(`${where}: the chart takes no parameter named "${entry.name}"`);
  const key = entry.kind === "standard-webhooks" ? "standardWebhooks" : keyOf(entry);
  return ok({ [key]: { secretRef: { ...secretRef }, ...restOf(entry) } });
}

function restOf(entry: Exclude<CallerEntry, { readonly kind: "networks" }>): Values {
  switch (entry.kind) {
    case "token":
      return entry.name === "token" ? {} : { name: entry.name };
    case "header":
      return { name: entry.name };
    case "hmac":
      return entry.signer === "hmac" ? { ...entry.headers[0] } : {};
    case "bearer":
    case "basic":
    case "standard-webhooks":
      return {};
  }
}
