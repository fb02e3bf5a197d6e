import type { Notice, PodRow } from "./notice.ts";
import { printable, printableLines } from "./printable.ts";

// The whole stays below what is posted at most, whatever stands in it.
const MAX_CHANGES = 20;
const MAX_PODS = 20;
const MAX_VALUE = 300;
const LOG_LIMITS = { lines: 40, length: 300 };

/**
 * The JSON text that a receiver of webhooks gets: type, time and data as Standard Webhooks has them. The same notice
 * always gives the same bytes; values are cut, and so are long lists.
 */
export function webhookMessage(notice: Notice): string {
  const { result, finishedAt, link, statusLink, podsNote } = notice;
  return JSON.stringify({
    type: `rollout.${result.kind}`,
    timestamp: finishedAt,
    data: {
      hook: short(notice.hook),
      namespace: short(notice.namespace),
      workload: short(notice.workload),
      changes: notice.changes.slice(0, MAX_CHANGES).map(({ container, before, after, change }) => ({
        container: short(container),
        before: short(before),
        after: short(after),
        change,
      })),
      result: result.kind,
      reason: result.kind === "complete" ? "" : printable(result.reason),
      acceptedAt: notice.acceptedAt,
      finishedAt,
      requestId: short(notice.requestId),
      link,
      statusLink,
      log: printableLines(notice.log, LOG_LIMITS).join("\n"),
      pods: notice.pods.slice(0, MAX_PODS).map(podOf),
      podsNote: short(podsNote),
    },
  });
}

const podOf = ({ name, phase, ready, restarts, image, state, message, node }: PodRow) => ({
  name: short(name),
  state: short(state),
  phase: short(phase),
  ready: short(ready),
  restarts,
  node: short(node),
  image: short(image),
  message: short(message),
});

const short = (text: string): string => printable(text, MAX_VALUE);
