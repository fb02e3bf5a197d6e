import { printDuration } from "../../duration.ts";
import { printMinute, WEEKDAYS, type Window } from "../../rollout/window.ts";
import type { Upgrade } from "../hook.ts";

type Values = Readonly<Record<string, unknown>>;

/** What the chart's values say of when a hook's pushes are carried out, how they end and who is told; mailTo apart. */
export const toChartRollout = ({ deadlineMs, onFailure, gate, language, channels }: Upgrade): Values => ({
  ...(deadlineMs !== null && { deadline: printDuration(deadlineMs) }),
  ...(onFailure !== "keep" && { onFailure }),
  ...(gate.windows.length > 0 && { window: gate.windows.map(windowOf) }),
  ...(gate.isFrozen && { freeze: true }),
  ...(gate.minimumAgeMs > 0 && { minimumAge: printDuration(gate.minimumAgeMs) }),
  ...((language !== null || channels.length > 0) && {
    notify: { ...(language !== null && { language }), ...(channels.length > 0 && { channels }) },
  }),
});

const windowOf = ({ days, fromMinute, toMinute, timeZone }: Window): Values => ({
  days: WEEKDAYS.filter((_, day) => days.includes(day)).map((day) => day.toLowerCase()),
  from: printMinute(fromMinute),
  to: printMinute(toMinute),
  timeZone,
});
