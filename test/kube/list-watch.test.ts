import assert from "node:assert/strict";
import { listAndWatch, type ObjectSighting } from "../../src/kube/list-watch.ts";
import { textAt } from "../../src/kube/fields.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";
import { anItem, line, page, playCollection, refusal, shows, type PlayedCollection } from "./played-collection.ts";

const collection = {
  path: "/api/v1/namespaces/hooks/configmaps",
  selector: { labelSelector: "imagehook.dev/state=rollout" },
  rightTo: (verb: string) => ({ verb, resource: "configmaps", namespace: "hooks", name: "" }),
};
const fast = { firstPauseMs: 20, longestPauseMs: 100, livedMs: 5_000, relistMs: 600_000 };

const print = (sighting: ObjectSighting): string => {
  switch (sighting.kind) {
    case "seen":
      return `seen ${textAt(sighting.object, "metadata.name")}@${textAt(sighting.object, "metadata.resourceVersion")}`;
    case "gone":
      return `gone ${sighting.name}@${sighting.version}`;
    case "complete":
      return "complete";
    case "failure":
      return sighting.failure.kind;
  }
};

describe("listAndWatch(client, collection, signal, times)", () => {
  const server = useMisbehavingServer({ watchSilenceMs: 300 });
  const a = anItem("a", "1");
  const b = anItem("b", "2");

  /** The first sightings of a collection, as words. */
  const first = async (played: PlayedCollection, count: number, times = fast): Promise<readonly string[]> => {
    server.answerWith(played.answer);
    const end = new AbortController();
    const seen: string[] = [];
    for await (const sighting of listAndWatch(server.client(), collection, end.signal, times)) {
      seen.push(print(sighting));
      if (seen.length === count) break;
    }
    end.abort();
    return seen;
  };
  const versions = (played: PlayedCollection) => played.watches().map(({ query }) => query.get("resourceVersion"));

  it("shows every page of the list, that all was shown, and what changes from there on", async () => {
    const played = playCollection(
      [page([a], "7", "next"), page([b], "7")],
      [
        shows(
          line("MODIFIED", anItem("a", "8")) + line("ADDED", anItem("c", "9")) + line("DELETED", anItem("b", "10")),
        ),
      ],
    );
    assert.deepEqual(await first(played, 6), ["seen a@1", "seen b@2", "complete", "seen a@8", "seen c@9", "gone b@10"]);
    const [one, two] = played.lists().map(({ query }) => Object.fromEntries(query));
    assert.deepEqual(one, { labelSelector: "imagehook.dev/state=rollout", limit: "500" });
    assert.equal(two?.["continue"], "next");
    const watch = played.watches()[0]?.query;
    assert.deepEqual([watch?.get("resourceVersion"), watch?.get("allowWatchBookmarks")], ["7", "true"]);
    const seconds = Number(watch?.get("timeoutSeconds"));
    assert.ok(seconds >= 290 && seconds <= 580, String(seconds));
  });

  it("goes on from the newest version, bookmarks included, when the watch is closed", async () => {
    const played = playCollection(
      [page([a], "7")],
      [
        shows(line("ADDED", anItem("b", "8")) + line("BOOKMARK", { metadata: { resourceVersion: "30" } }), "end"),
        shows(line("ADDED", anItem("c", "31"))),
      ],
    );
    assert.deepEqual(await first(played, 4), ["seen a@1", "complete", "seen b@8", "seen c@31"]);
    assert.deepEqual([played.lists().length, versions(played)], [1, ["7", "30"]]);
  });

  const anew: readonly { readonly when: string; readonly watch: ReturnType<typeof shows>; readonly says: string[] }[] =
    [
      { when: "the API server answers 410 Gone", watch: refusal(410), says: [] },
      { when: "it says 410 Gone in the stream", watch: shows(line("ERROR", { code: 410 })), says: [] },
      {
        when: "it says another error in the stream",
        watch: shows(line("ERROR", { code: 500 })),
        says: ["unreachable"],
      },
      { when: "a line is no JSON", watch: shows("{half\n"), says: ["refused"] },
      { when: "a line is no event of an object", watch: shows(line("ADDED", {})), says: ["refused"] },
      { when: "the watch is refused", watch: refusal(503), says: ["unreachable"] },
      { when: "a line does not end", watch: shows("x".repeat(9 * 1024 * 1024)), says: ["refused"] },
    ];
  for (const { when, watch, says } of anew) {
    it(`lists again when ${when}, and tells what is gone since`, async () => {
      const played = playCollection([page([a, b], "7"), page([b, anItem("c", "9")], "9")], [watch, shows("")]);
      const again = ["seen b@2", "seen c@9", "gone a@9", "complete"];
      assert.deepEqual(await first(played, 7 + says.length), ["seen a@1", "seen b@2", "complete", ...says, ...again]);
      assert.equal(played.lists().length, 2);
    });
  }

  const broken: readonly {
    readonly when: string;
    readonly watch: ReturnType<typeof shows>;
    readonly says: string[];
  }[] = [
    { when: "the connection breaks", watch: shows(line("ADDED", anItem("b", "8")), "break"), says: ["unreachable"] },
    { when: "it ends inside a line", watch: shows(`${line("ADDED", anItem("b", "8"))}{"type":"MODI`, "end"), says: [] },
    { when: "it is silent for too long", watch: shows(line("ADDED", anItem("b", "8"))), says: ["unreachable"] },
  ];
  for (const { when, watch, says } of broken) {
    it(`goes on where it was when ${when}`, async () => {
      const played = playCollection([page([a], "7")], [watch, shows(line("ADDED", anItem("c", "9")))]);
      assert.deepEqual(await first(played, 4 + says.length), ["seen a@1", "complete", "seen b@8", ...says, "seen c@9"]);
      assert.deepEqual([played.lists().length, versions(played)], [1, ["7", "8"]]);
    });
  }

  it("lists from the beginning when a page is refused, and tells nothing as gone for it", async () => {
    const played = playCollection(
      [page([a], "7", "next"), refusal(410), page([a], "9", "next"), page([b], "9")],
      [shows("")],
    );
    assert.deepEqual(await first(played, 5), ["seen a@1", "refused", "seen a@1", "seen b@2", "complete"]);
    assert.deepEqual(
      played.lists().map(({ query }) => query.get("continue")),
      [null, "next", null, "next"],
    );
  });

  it("lists again after its time, however lively the watch is, and shows all", async () => {
    const lively: Parameters<typeof playCollection>[1] = [
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(line("BOOKMARK", { metadata: { resourceVersion: "8" } })), 50);
        response.on("close", () => {
          clearInterval(timer);
        });
      },
    ];
    const played = playCollection([page([a], "7"), page([b], "9")], lively);
    const seen = await first(played, 5, { ...fast, relistMs: 500 });
    assert.deepEqual(seen, ["seen a@1", "complete", "seen b@2", "gone a@9", "complete"]);
    const [one, two] = played.lists().map(({ atMs }) => atMs);
    const betweenMs = (two ?? 0) - (one ?? 0);
    assert.ok(betweenMs >= 499 && betweenMs < 1_500, String(betweenMs));
  });

  it("connects less than once a second in the long run to a server that closes at once", async function () {
    this.timeout(15_000);
    const played = playCollection([page([a], "7")], [shows(line("ADDED", anItem("b", "8")), "end")]);
    server.answerWith(played.answer);
    const end = AbortSignal.timeout(9_000);
    for await (const sighting of listAndWatch(server.client(), collection, end)) assert.notEqual(sighting.kind, "gone");
    const times = played.watches().map(({ atMs }) => atMs);
    // Pauses of 0.25, 0.5, 1, 2, 4 and 8 s, each give or take a half.
    assert.ok(times.length >= 3 && times.length <= 7, `${String(times.length)} connections`);
    const later = times.slice(3).map((atMs, index) => atMs - (times[index + 2] ?? 0));
    for (const pauseMs of later) assert.ok(pauseMs > 450, String(pauseMs));
    assert.ok(Math.max(...later, 0) > 1_000, later.join());
  });

  it("begins with short pauses again after a connection that lived and showed something", async () => {
    const lived: Parameters<typeof playCollection>[1][number] = (response) => {
      shows(line("ADDED", anItem("b", "8")))(response);
      setTimeout(() => response.end(), 60);
    };
    const played = playCollection([page([a], "7")], [lived]);
    const startedMs = performance.now();
    await first(played, 12, { firstPauseMs: 20, longestPauseMs: 10_000, livedMs: 50, relistMs: 600_000 });
    assert.ok(performance.now() - startedMs < 4_000, "ten pauses that double would take 20 s");
  });

  it("leaves the API server alone for as long as that asks", async () => {
    const played = playCollection([refusal(429, { "retry-after": "1" }), page([a], "7")], [shows("")]);
    assert.deepEqual(await first(played, 3), ["throttled", "seen a@1", "complete"]);
    const [one, two] = played.lists().map(({ atMs }) => atMs);
    assert.ok((two ?? 0) - (one ?? 0) >= 999);
  });

  it("ends by its signal in every state, without a failure", async () => {
    const states: readonly (readonly [PlayedCollection, string[]])[] = [
      [playCollection([() => undefined], []), []],
      [playCollection([page([], "7")], [() => undefined]), ["complete"]],
      [playCollection([page([], "7")], [shows("")]), ["complete"]],
      [playCollection([refusal(429, { "retry-after": "60" })], []), ["throttled"]],
    ];
    for (const [played, expected] of states) {
      server.answerWith(played.answer);
      const startedMs = performance.now();
      const seen: string[] = [];
      for await (const sighting of listAndWatch(server.client(), collection, AbortSignal.timeout(150)))
        seen.push(print(sighting));
      assert.ok(performance.now() - startedMs < 1_000);
      assert.deepEqual(seen, expected);
    }
  });
});
