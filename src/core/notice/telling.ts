import { fail, ok, type Result } from "../result.ts";
import { readMailSettings, type MailSettings } from "./mail-settings.ts";
import { readNotifySettings, type NotifySettings } from "./notify-settings.ts";

/** How people are told: by mail, and in general. */
export interface Telling {
  readonly mail: MailSettings;
  readonly notify: NotifySettings;
}

/** Reads all variables that it depends on; an error has a line for each that cannot be used. */
export function readTelling(env: Readonly<Record<string, string | undefined>>): Result<Telling, readonly string[]> {
  const mail = readMailSettings(env);
  const notify = readNotifySettings(env);
  if (mail.kind === "ok" && notify.kind === "ok") return ok({ mail: mail.value, notify: notify.value });
  return fail([
    ...(mail.kind === "ok" ? [] : mail.error.map(({ message }) => message)),
    ...(notify.kind === "ok" ? [] : notify.error),
  ]);
}
