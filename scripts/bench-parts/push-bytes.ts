import { patchFor } from "../../src/core/rollout/patch.ts";
import { emptyState, printState, withPush, type PushRecord } from "../../src/core/rollout/state.ts";
import { hookOf } from "./hooks.ts";
import { CONTAINER, digestOf, imageOf, NAMESPACE, PUSHED_AT } from "./names.ts";

/** Makes the text of one thing from what varies in it. */
type Template = (values: Readonly<Record<string, string>>) => string;

/** The bodies of the two writes of a push, as the service sends them, by templates that cost almost nothing to fill. */
export interface PushBytes {
  /** `state.json` as it stands inside of a JSON string: the latest ten pushes, the last of them open. */
  readonly state: (pushes: readonly number[]) => string;
  readonly patch: (before: number, after: number) => string;
}

const REMEMBERED = 10;

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
    acceptedAt: "@at@",
    phase: "accepted",
    reason: "",
  };
  const target = { kind: "deployment", namespace: NAMESPACE, name: workload } as const;
  const whole = escapeText(printState(withPush(emptyState(target), CONTAINER, blank)));
  const open = escapeText(JSON.stringify(blank));
  const [head = "", tail = ""] = whole.split(open);
  const opened = template(open);
  const superseded = template(escapeText(JSON.stringify({ ...blank, phase: "superseded" })));
  const patch = template(patchText(blank, target));
  return {
    state: (pushes) => {
      const latest = pushes.slice(-REMEMBERED - 1);
      const records = latest.slice(1).map((push, index) => {
        const isLast = index === latest.length - 2;
        return (isLast ? opened : superseded)(recordValues(latest[index] ?? 0, push));
      });
      return head + records.join(",") + tail;
    },
    patch: (before, after) => patch({ before: imageOf(before), after: imageOf(after) }),
  };
}

const recordValues = (before: number, push: number): Readonly<Record<string, string>> => ({
  key: String(push).padStart(32, "0"),
  before: imageOf(before),
  after: imageOf(push),
  digest: digestOf(push),
  at: PUSHED_AT,
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
  };
  return JSON.stringify(patchFor([{ kind: "change", container, push, redeploys: false }], workload));
}

const escapeText = (text: string): string => JSON.stringify(text).slice(1, -1);

function template(text: string): Template {
  const parts = text.split(/@(\w+)@/);
  return (values) => parts.map((part, index) => (index % 2 === 0 ? part : values[part])).join("");
}
