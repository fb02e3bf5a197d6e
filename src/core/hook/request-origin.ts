import { registryTypeOf } from "../event/dialects.ts";
import { fail, ok, type Result } from "../result.ts";
import type { HookRequest } from "./argument.ts";
import { settingIn } from "./setting-in.ts";
import { demandsProof } from "./caller.ts";
import type { UpgradeHook } from "./hook.ts";

const HEADER = "WebHook-Request-Origin";
const MAX_CHARACTERS = 253;
const HOST = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i;

/**
 * True for a request by which Event Grid asks whether it may send CloudEvents, to a hook whose registry may be Azure's and
 * which proves who calls.
 */
export function asksForConsent(hook: UpgradeHook, request: HookRequest): boolean {
  if (request.method !== "OPTIONS" || !request.headers.has(HEADER.toLowerCase()) || !demandsProof(hook)) return false;
  const named = settingIn(hook.upgrade.registry, request).toLowerCase();
  return ["", "auto", "azure", "acr"].includes(registryTypeOf(named) ?? named);
}

/** Who asks: the name of one host, and nothing else, since the answer says it again. The error says what is wrong. */
export function readOrigin({
  headers,
}: HookRequest): Result<string, { readonly field: string; readonly reason: string }> {
  const [origin = "", ...others] = headers.get(HEADER.toLowerCase()) ?? [];
  const isHost = others.length === 0 && origin.length <= MAX_CHARACTERS && HOST.test(origin);
  return isHost ? ok(origin) : fail({ field: HEADER, reason: "is not the name of one host" });
}
