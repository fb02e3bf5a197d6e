import { readArgument, type HookRequest } from "./argument.ts";
import type { Setting } from "./hook.ts";

/** What a setting is: the hook's own, or what the request says; empty where it says nothing. */
export const settingIn = (setting: Setting<string>, request: HookRequest): string =>
  setting.kind === "fixed" ? setting.value : (readArgument(setting.argument, request) ?? "");
