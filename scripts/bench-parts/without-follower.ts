import { registerHooks } from "node:module";

// Loaded before the service by `--import`. What ships has no switch for its follower and its Events, so for the rows
// that measure a delivery alone these two modules are replaced on loading: it leads, and does nothing with it. All else
// is the built program, with the watch of the state objects, which each replica has whether it leads or not.
const REPLACED: readonly (readonly [string, string])[] = [
  [
    "/flow/lead.js",
    "export const createLead = () => (signal) => new Promise((end) => signal.addEventListener('abort', end));",
  ],
  [
    "/kube/events.js",
    "export const createEventRecorder = () => ({ record: () => undefined, recordOnState: () => undefined });",
  ],
];

registerHooks({
  load: (url, context, nextLoad) => {
    const source = REPLACED.find(([end]) => url.endsWith(`/dist${end}`))?.[1];
    return source === undefined ? nextLoad(url, context) : { format: "module", source, shortCircuit: true };
  },
});
