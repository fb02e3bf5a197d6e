import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Sighting } from "../../src/flow/ports.ts";
import { watchWorkload } from "../../src/kube/watch.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";

const status = (message: string): string => JSON.stringify({ kind: "Status", message });

describe("watchWorkload(client, target, signal)", () => {
  const server = useMisbehavingServer();
  const target = { kind: "deployment", namespace: "web", name: "website" } as const;
  const event = (type: string, generation = 1): string =>
    `${JSON.stringify({ type, object: { metadata: { uid: "u", generation }, spec: { template: {} } } })}\n`;
  const first = async (count: number): Promise<readonly Sighting[]> => {
    const end = new AbortController();
    const seen: Sighting[] = [];
    for await (const sighting of watchWorkload(server.client(), target, end.signal)) {
      seen.push(sighting);
      if (seen.length === count) break;
    }
    end.abort();
    return seen;
  };
  const kinds = (seen: readonly Sighting[]): readonly string[] => seen.map(({ kind }) => kind);

  it("asks for the one workload by its name, so that a Role limited by name allows it", async () => {
    let url = "";
    server.answerWith((request, response) => {
      url = request.url ?? "";
      response.writeHead(200).write(event("ADDED"));
    });
    await first(1);
    const { pathname, searchParams } = new URL(url, "http://x");
    assert.equal(pathname, "/apis/apps/v1/namespaces/web/deployments");
    assert.deepEqual([searchParams.get("fieldSelector"), searchParams.get("watch")], ["metadata.name=website", "1"]);
  });

  const breaks: readonly { readonly when: string; readonly lines: string; readonly ends: boolean }[] = [
    {
      when: "the API server says 410 Gone in the stream",
      lines: '{"type":"ERROR","object":{"code":410}}\n',
      ends: false,
    },
    { when: "a line is no JSON", lines: "{half\n", ends: false },
    { when: "it closes at once", lines: "", ends: true },
    { when: "it breaks off inside a line", lines: '{"type":"MODI', ends: true },
  ];
  for (const { when, lines, ends } of breaks) {
    it(`connects anew when ${when}`, async () => {
      let connections = 0;
      server.answerWith((_request, response) => {
        connections++;
        response.writeHead(200);
        response.write(event("ADDED", connections));
        if (connections > 1) return;
        if (ends) response.end(lines);
        else response.write(lines);
      });
      const seen = await first(2);
      assert.deepEqual([kinds(seen), connections], [["seen", "seen"], 2]);
    });
  }

  it("says a failure and goes on when the watch is refused, the connection broken, or bookmarks come", async () => {
    const answers = [
      (response: ServerResponse) => response.writeHead(503).end(status("starting")),
      (response: ServerResponse) => {
        response.writeHead(200);
        response.write(event("BOOKMARK"), () => {
          response.destroy();
        });
      },
      (response: ServerResponse) => response.writeHead(200).end(event("ADDED") + event("DELETED")),
    ];
    server.answerWith((_request, response) => {
      answers.shift()?.(response);
    });
    assert.deepEqual(kinds(await first(4)), ["failure", "failure", "seen", "deleted"]);
  });

  it("waits longer from one failed connection to the next", async () => {
    const timesMs: number[] = [];
    server.answerWith((_request, response) => {
      timesMs.push(performance.now());
      response.writeHead(503).end();
    });
    await first(4);
    assert.ok(timesMs.length <= 5, `${String(timesMs.length)} connections`);
    assert.ok((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0) > 800, "three pauses of 125-375, 250-750 and 500-1500 ms");
  });
});
