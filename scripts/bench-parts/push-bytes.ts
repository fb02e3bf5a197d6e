import { patchFor } from "../../src/core/rollout/patch.ts";
import { emptyState, printState, withPush, type PushRecord } from "../../src/core/rollout/state.ts";
import { hookOf } from "./hooks.ts";
import { CONTAINER, digestOf, imageOf, NAMESPACE, PUSHED_AT } from "./names.ts";

/** Makes the text of one thing from what varies in it. */
type Template = (values: Readonly<Record<string, string>>) => string;

/** The bodies of the two writes of a push, as the service sends them, by templates that cost almost nothing to fill. */
export interface PushBytes {
  /** `state.json` as it stands inside of a JSON string: the remembered pushes, so many of the last of them open. */
  readonly state: (pushes: readonly number[], open: number) => string;
  readonly patch: (before: number, after: number) => string;
}

const REMEMBERED = 10;
const REMEMBERED_OPEN = 30;

/** How many pushes a state remembers of which so many are open. */
export const rememberedOf = (open: number): number => Math.max(REMEMBERED, Math.min(REMEMBERED_OPEN, open));

// As long as the ids that the service gives requests.
const REQUEST = "00000000-0000-4000-8000-000000000000";
const GENERATION = 987_654_321;

/** Prepares the bytes of one workload's pushes. They come from the service's own functions, with blanks to fill in. */
export function pushBytes(workload: string): PushBytes {
  const blank: PushRecord = {
    key: "@key@",
    hook: hookOf(workload),
    before: "@before@",
    after: "@after@",
    digest: "@digest@",
    pushedAt: PUSHED_AT,
    delivery: null,
    acceptedAt: PUSHED_AT,
    phase: "accepted",
    reason: "",
    request: REQUEST,
    generation: GENERATION,
    endedAt: null,
    rollback: null,
  };
  const done: PushRecord = { ...blank, phase: "complete", reason: "successfully rolled out", endedAt: PUSHED_AT };
  const target = { kind: "deployment", namespace: NAMESPACE, name: workload } as const;
  const whole = escapeText(printState(withPush(emptyState(target), CONTAINER, blank)));
  const [head = "", tail = ""] = whole.split(escapeText(JSON.stringify(blank)));
  const [opened, ended] = [recordTemplate(blank), recordTemplate(done)];
  const patch = template(patchText(blank, target));
  return {
    state: (pushes, open) => {
      const first = Math.max(1, pushes.length - rememberedOf(open));
      const records = pushes.slice(first).map((push, index) => {
        const place = first + index;
        const generation = Math.max(0, place - (pushes.length - open) + 1);
        return (generation > 0 ? opened : ended)(recordValues(pushes[place - 1] ?? 0, push, generation));
      });
      return head + records.join(",") + tail;
    },
    patch: (before, after) => patch({ before: imageOf(before), after: imageOf(after) }),
  };
}

const recordTemplate = (record: PushRecord): Template =>
  template(escapeText(JSON.stringify(record)).replace(String(GENERATION), "@generation@"));

const recordValues = (before: number, push: number, generation: number): Readonly<Record<string, string>> => ({
  key: String(push).padStart(32, "0"),
  before: imageOf(before),
  after: imageOf(push),
  digest: digestOf(push),
  generation: String(generation),
});

function patchText(push: PushRecord, target: Parameters<typeof emptyState>[0]): string {
  const container = { name: CONTAINER, image: push.before, list: "containers", index: 0 } as const;
  const workload = {
    target,
    uid: "",
    generation: 1,
    containers: [container],
    hasAnnotations: true,
    hasTemplateAnnotations: false,
    redeployedAt: null,
    owners: "",
  };
  return JSON.stringify(patchFor([{ kind: "change", container, push, redeploys: false }], workload));
}

const escapeText = (text: string): string => JSON.stringify(text).slice(1, -1);

function template(text: string): Template {
  const parts = text.split(/@(\w+)@/);
  return (values) => parts.map((part, index) => (index % 2 === 0 ? part : values[part])).join("");
}
