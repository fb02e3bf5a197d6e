import { parseDuration } from "../duration.ts";
import { WEEKDAYS, type Window } from "../rollout/window.ts";
import type { FieldReader } from "./fields.ts";
import type { Upgrade } from "./hook.ts";
import { readTimeZone } from "./read-time-zone.ts";

const MAX_AGE_MS = 30 * 24 * 3_600_000;
const MAX_WINDOWS = 10;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const NAMES = WEEKDAYS.map((day) => day.toLowerCase());
const EVERY_DAY = NAMES.map((_, day) => day);

/** Reads `window`, `freeze` and `minimum-age` of an upgrade: when pushes may be carried out. */
export const readGate = (upgrade: FieldReader): Upgrade["gate"] => ({
  windows: readWindows(upgrade),
  isFrozen: upgrade.flag("freeze"),
  minimumAgeMs: readMinimumAge(upgrade),
});

function readMinimumAge(upgrade: FieldReader): number {
  const ageMs = parseDuration(upgrade.text("minimum-age", "") || "0s");
  if (ageMs !== null && ageMs <= MAX_AGE_MS) return ageMs;
  upgrade.error("minimum-age", "must be a duration of 720h (30 days) at most, such as 30m");
  return 0;
}

function readWindows(upgrade: FieldReader): readonly Window[] {
  const field = upgrade.field("window");
  const count = field?.kind === "list" ? field.items.length : 1;
  if (count === 0)
    upgrade.error("window", 'is an empty list: name a window, such as {from: "22:00", to: "06:00"}, or leave it out');
  if (count > MAX_WINDOWS) upgrade.error("window", `holds ${String(count)} windows: ${String(MAX_WINDOWS)} at most`);
  return upgrade.maps("window").map(readWindow);
}

function readWindow(window: FieldReader): Window {
  window.expectOnly(["days", "from", "to", "time-zone"]);
  return {
    days: readDays(window),
    fromMinute: readMinute(window, "from"),
    toMinute: readMinute(window, "to"),
    timeZone: readTimeZone(window, "time-zone") || "UTC",
  };
}

function readMinute(window: FieldReader, key: string): number {
  const [, hours, minutes] = TIME.exec(window.text(key, "")) ?? [];
  if (hours === undefined)
    window.error(key, 'must be a time of the day in quotes, from "00:00" to "23:59", such as "22:00"');
  return Number(hours) * 60 + Number(minutes);
}

function readDays(window: FieldReader): readonly number[] {
  const texts = window.texts("days");
  if (window.field("days")?.kind !== "list") return EVERY_DAY;
  const days = texts.map((text) => daysOf(text.toLowerCase()));
  if (days.length === 0 || days.includes(null))
    window.error("days", `must be a list of ${NAMES.join(", ")} or ranges such as mon-fri; left out: every day`);
  return EVERY_DAY.filter((day) => days.some((named) => named?.includes(day)));
}

// A range may go over the end of the week.
function daysOf(text: string): readonly number[] | null {
  const [first = -1, last = first, ...rest] = text.split("-").map((name) => NAMES.indexOf(name));
  if (first < 0 || last < 0 || rest.length > 0) return null;
  const count = ((last - first + NAMES.length) % NAMES.length) + 1;
  return Array.from({ length: count }, (_, index) => (first + index) % NAMES.length);
}
