import { callerFault } from "../../../../../src/core/hook/callers/caller-fault.ts";
import type { CallerEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import type { HookRequest } from "../../../../../src/core/hook/argument.ts";
import { aRequest } from "../requests.ts";

export const FILE = "/etc/imagehook/callers/website";
export const SECRET = "a secret of the registry";
export const OLDER = "an older secret that still counts";

type Given = Parameters<typeof aRequest>[0];

/** A request whose body need not be JSON. */
export const aRawRequest = ({ body = "", ...given }: Given & object = {}): HookRequest => ({
  ...aRequest(given),
  body: () => Buffer.from(body),
});

/** Why a request does not satisfy an entry, where the file holds these lines. */
export const faultOf = (
  entry: CallerEntry,
  given: Given = {},
  lines: readonly string[] = [SECRET, OLDER],
): string | null =>
  callerFault(entry, aRawRequest(given), {
    tokensOf: (path) => (path === FILE ? lines : []),
    now: new Date("2026-11-22T12:00:00Z"),
  });
