import { parseAddresses } from "../notice/addresses.ts";
import { LANGUAGES } from "../notice/notice.ts";
import type { FieldReader } from "./fields.ts";
import type { Upgrade } from "./hook.ts";

type Notify = Pick<Upgrade, "mailTo" | "language" | "channels">;

const MAX_CHANNELS = 10;
const CHANNEL = /^[a-z0-9-]{1,40}$/;

/** Reads `notify` of an upgrade: who is told, by which channels, and in which language. */
export function readNotify(upgrade: FieldReader): Notify {
  const notify = upgrade.map("notify");
  if (notify === null) return { mailTo: [], language: null, channels: [] };
  notify.expectOnly(["mail", "language", "channels"]);
  return { mailTo: readMail(notify), language: readLanguage(notify), channels: readChannels(notify) };
}

function readMail(notify: FieldReader): Notify["mailTo"] {
  const addresses = parseAddresses(notify.texts("mail").join(","));
  if (addresses.kind === "ok") return addresses.value;
  notify.error("mail", addresses.error);
  return [];
}

function readLanguage(notify: FieldReader): Notify["language"] {
  const name = notify.text("language", "").toLowerCase();
  const language = LANGUAGES.find((known) => known === name) ?? null;
  if (language === null && name !== "")
    notify.error(
      "language",
      `"${name}" is not known: use ${LANGUAGES.join(" or ")}, or leave it out for the general one`,
    );
  return language;
}

function readChannels(notify: FieldReader): Notify["channels"] {
  const names = [...new Set(notify.texts("channels"))];
  const wrong = names.find((name) => !CHANNEL.test(name));
  if (wrong !== undefined)
    notify.error("channels", `"${wrong}" is not the name of a channel: use a-z, 0-9 and -, at most 40 of them`);
  if (names.length > MAX_CHANNELS)
    notify.error("channels", `holds ${String(names.length)} names: ${String(MAX_CHANNELS)} at most`);
  return names;
}
