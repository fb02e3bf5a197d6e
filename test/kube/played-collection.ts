import type { IncomingMessage, ServerResponse } from "node:http";

/** A list or a watch that was asked for. */
interface Asked {
  readonly isWatch: boolean;
  readonly query: URLSearchParams;
  readonly atMs: number;
}

type Answer = (response: ServerResponse) => void;

/** A collection of objects whose lists and watches are answered by what a test says. */
export interface PlayedCollection {
  readonly asked: readonly Asked[];
  readonly lists: () => readonly Asked[];
  readonly watches: () => readonly Asked[];
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Plays one. Each list and each watch is answered by the next of its answers; the last of them stays. */
export function playCollection(lists: readonly Answer[], watches: readonly Answer[]): PlayedCollection {
  const asked: Asked[] = [];
  const left = { lists: [...lists], watches: [...watches] };
  const of = (isWatch: boolean) => asked.filter((request) => request.isWatch === isWatch);
  return {
    asked,
    lists: () => of(false),
    watches: () => of(true),
    answer: (request, response) => {
      const { searchParams: query } = new URL(request.url ?? "", "http://server");
      const isWatch = query.has("watch");
      asked.push({ isWatch, query, atMs: performance.now() });
      const answers = isWatch ? left.watches : left.lists;
      const [next] = answers.length > 1 ? answers.splice(0, 1) : answers;
      next?.(response);
    },
  };
}

/** An object of a name and a version. */
export const anItem = (name: string, version: string): object => ({
  metadata: { name, resourceVersion: version, uid: `uid-of-${name}`, generation: 1 },
  spec: { template: {} },
});

/** A list's page. */
export const page =
  (items: readonly object[], resourceVersion: string, more = ""): Answer =>
  (response) => {
    response.writeHead(200).end(JSON.stringify({ metadata: { resourceVersion, continue: more }, items }));
  };

/** A refusal. */
export const refusal =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response
      .writeHead(status, headers)
      .end(JSON.stringify({ kind: "Status", message: `refused with ${String(status)}` }));
  };

/** A line of a watch. */
export const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** A watch that shows some text, and then stays open, ends or breaks. */
export const shows =
  (text: string, then: "stay" | "end" | "break" = "stay"): Answer =>
  (response) => {
    response.writeHead(200);
    response.flushHeaders();
    if (then === "end") response.end(text);
    else if (text !== "" || then === "break")
      response.write(text, () => {
        if (then === "break") response.destroy();
      });
  };
