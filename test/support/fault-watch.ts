import type { IncomingMessage, ServerResponse } from "node:http";
import { kubeStatus } from "./kube-status.ts";

/** What becomes of a watch after so many of its events (default none) have been handed on. */
export interface WatchFault {
  /**
   * `expired`: an ERROR event with 410 Gone, and the end; `closed`: the end; `half-line`: the next event is cut in half, and
   * the end; `silent`: nothing more, and the connection stays; `deaf`: bookmarks come, events do not.
   */
  readonly kind: "expired" | "closed" | "half-line" | "silent" | "deaf";
  readonly afterEvents?: number;
}

/** Hands an opened watch on to the client until its fault comes. */
export function passFaultyWatch(from: IncomingMessage, to: ServerResponse, fault: WatchFault): void {
  let left = fault.afterEvents ?? 0;
  let rest = "";
  let isOver = false;
  const over = (lastWords: string): void => {
    isOver = true;
    from.destroy();
    to.end(lastWords);
  };
  const strike = (line: string | null): void => {
    if (isOver) return;
    if (fault.kind === "expired") over(`${JSON.stringify(expired)}\n`);
    else if (fault.kind === "closed") over("");
    else if (fault.kind === "half-line" && line !== null) over(line.slice(0, line.length / 2));
    else if (fault.kind === "deaf" && line?.startsWith(BOOKMARK) === true) to.write(`${line}\n`);
  };
  const onLine = (line: string): void => {
    if (left === 0) {
      strike(line);
      return;
    }
    to.write(`${line}\n`);
    left--;
    if (left === 0) strike(null);
  };
  to.flushHeaders();
  from.setEncoding("utf8");
  from.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  from.on("end", () => {
    if (!isOver && fault.kind !== "silent") to.end();
  });
  if (left === 0) strike(null);
}

const BOOKMARK = '{"type":"BOOKMARK"';
const expired = { type: "ERROR", object: kubeStatus({ method: "GET", path: "" }, { status: 410 }) };
