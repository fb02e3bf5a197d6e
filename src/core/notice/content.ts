import { formatDuration } from "./duration.ts";
import type { Notice, PodRow } from "./notice.ts";
import { printable, printableLines } from "./printable.ts";
import type { Words } from "./words-en.ts";

/** The most rows of the table of pods. */
const MAX_PODS = 50;
/** A stack trace's beginning and end fit. */
const LOG_LIMITS = { lines: 40, length: 300 };

/** One fact of a mail: its name and its value, both on one line. */
interface Field {
  readonly label: string;
  readonly value: string;
}

/** A pod as both forms of a mail show it. */
export interface PodLine {
  /** Name, state, ready, restarts and node, in the order of the columns. */
  readonly cells: readonly string[];
  readonly image: string;
  readonly message: string;
}

/** What a mail says, in one language and safe to lay out, whatever its form. */
export interface Content {
  readonly title: string;
  readonly headline: string;
  readonly fields: readonly Field[];
  readonly columns: readonly string[];
  readonly pods: readonly PodLine[];
  /** What to say below the table or in its place: why it is missing, how many rows were left out. */
  readonly podsRemark: string;
  /** The last lines of a crashed container's log. */
  readonly log: readonly string[];
  /** Pages with more, each a URL whose scheme is http or https. */
  readonly links: readonly Field[];
}

/** Chooses what a mail says: no control character survives, long values are cut and long tables end with a count. */
export function contentOf(notice: Notice, words: Words): Content {
  const workload = printable(notice.workload);
  return {
    title: `${workload} (${printable(notice.namespace)})${words.colon}${words.outcome[notice.result.kind]}`,
    headline: words.headline[notice.result.kind],
    fields: fieldsOf(notice, words).map(([label, value]) => ({ label, value: printable(value) })),
    columns: [words.pod, words.state, words.ready, words.restarts, words.node],
    pods: notice.pods.slice(0, MAX_PODS).map(podLine),
    podsRemark: remarkOf(notice, words),
    log: notice.log.trim() === "" ? [] : printableLines(notice.log, LOG_LIMITS),
    links: linksOf(notice, words),
  };
}

function linksOf({ link, statusLink }: Notice, words: Words): Field[] {
  const links = [
    { label: words.page, value: link },
    { label: words.status, value: statusLink },
  ];
  return links.filter(({ value }) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)).map(inAscii);
}

// A URL's own printing leaves no blank, control character or quote in it.
const inAscii = ({ label, value }: Field): Field => ({ label, value: new URL(value).href });

function fieldsOf(notice: Notice, words: Words): (readonly [string, string])[] {
  const { result, acceptedAt, finishedAt } = notice;
  return [
    [words.hook, notice.hook],
    [words.namespace, notice.namespace],
    [words.workload, notice.workload],
    ...notice.changes.flatMap(({ container, before, after, change }) => [
      [words.container, container] as const,
      [words.before, before] as const,
      [words.after, after] as const,
      ...(change === "redeploy" && result.kind !== "refused" ? [[words.note, words.redeployed] as const] : []),
    ]),
    [words.result, words.outcome[result.kind]],
    ...(result.kind === "complete" ? [] : [[words.reason, result.reason] as const]),
    [words.accepted, toSeconds(acceptedAt)],
    [words.finished, toSeconds(finishedAt)],
    [words.duration, formatDuration(acceptedAt, finishedAt, words.units)],
    [words.requestId, notice.requestId],
  ];
}

function toSeconds(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}

function podLine(pod: PodRow): PodLine {
  const state = pod.state === pod.phase || pod.phase === "" ? pod.state : `${pod.state} (${pod.phase})`;
  return {
    cells: [pod.name, state, pod.ready, String(pod.restarts), pod.node].map((cell) => printable(cell)),
    image: printable(pod.image),
    message: printable(pod.message),
  };
}

function remarkOf(notice: Notice, words: Words): string {
  if (notice.podsNote !== "") return printable(notice.podsNote);
  if (notice.pods.length > MAX_PODS) return words.morePods(notice.pods.length - MAX_PODS);
  return notice.pods.length === 0 ? words.noPods : "";
}
