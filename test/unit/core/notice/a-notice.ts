import type { Notice, PodRow } from "../../../../src/core/notice/notice.ts";

export const aPod: PodRow = {
  name: "website-6d4b7c9f5-x2x7k",
  phase: "Running",
  ready: "1/2",
  restarts: 3,
  image: "registry.example.com/shop/website:2.0",
  state: "CrashLoopBackOff",
  message: "back-off 40s restarting failed container",
  node: "node-1",
};

export const aContainerNotice: Notice["changes"][number] = {
  container: "web",
  before: "registry.example.com/shop/website:1.0",
  after: "registry.example.com/shop/website:2.0",
  change: "image",
};

export const aNotice: Notice = {
  hook: "cnrancher_website",
  namespace: "shop",
  workload: "deployment/website",
  changes: [aContainerNotice],
  result: { kind: "complete" },
  acceptedAt: "2026-11-22T08:00:00Z",
  finishedAt: "2026-11-22T08:01:32Z",
  requestId: "req-7f3a",
  pods: [{ ...aPod, ready: "2/2", restarts: 0, state: "Running", message: "" }],
  podsNote: "",
  log: "",
  link: "",
  statusLink: "",
};

/** The text of an HTML mail as a reader sees it, one line a cell. */
export function visible(html: string): string[] {
  const body = html.slice(html.indexOf("<body"));
  return body
    .replace(/<[^>]*>/g, "\n")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .split("\n")
    .filter((line) => line !== "");
}
