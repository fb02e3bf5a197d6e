import assert from "node:assert/strict";
import type { Target } from "../../src/core/rollout/target.ts";
import type { Sighting } from "../../src/flow/ports.ts";
import { watchWorkload } from "../../src/kube/watch.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";
import { accountClient, grant } from "./account.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";
import { anItem, line, page, playCollection, refusal, shows, type PlayedCollection } from "./played-collection.ts";

describe("watchWorkload(client, target, signal)", () => {
  const server = useMisbehavingServer();
  const target = { kind: "deployment", namespace: "web", name: "website" } as const;
  const website = (version: string): object => anItem("website", version);
  const all = async (played: PlayedCollection, count = Infinity): Promise<readonly Sighting["kind"][]> => {
    server.answerWith(played.answer);
    const end = new AbortController();
    const seen: Sighting["kind"][] = [];
    for await (const { kind } of watchWorkload(server.client(), target, end.signal)) {
      seen.push(kind);
      if (seen.length === count) break;
    }
    end.abort();
    return seen;
  };

  it("asks for the one workload by its name, so that a Role limited by name allows it", async () => {
    const urls: URL[] = [];
    const played = playCollection([page([website("1")], "7")], [shows(line("MODIFIED", website("8")))]);
    server.answerWith((request, response) => {
      urls.push(new URL(request.url ?? "", "http://server"));
      played.answer(request, response);
    });
    const end = new AbortController();
    const seen: Sighting[] = [];
    for await (const sighting of watchWorkload(server.client(), target, end.signal)) {
      if (seen.push(sighting) === 2) break;
    }
    end.abort();
    for (const { pathname, searchParams } of urls) {
      assert.equal(pathname, "/apis/apps/v1/namespaces/web/deployments");
      assert.equal(searchParams.get("fieldSelector"), "metadata.name=website");
    }
    assert.deepEqual(
      seen.map((sighting) => sighting.kind === "seen" && sighting.observation.workload.target),
      [target, target],
    );
  });

  it("ends when the workload is deleted, before its eyes or while nobody watched, or was never there", async () => {
    const deleted = playCollection([page([website("1")], "7")], [shows(line("DELETED", website("8")))]);
    assert.deepEqual(await all(deleted), ["seen", "deleted"]);
    const away = playCollection([page([website("1")], "7"), page([], "9")], [refusal(410)]);
    assert.deepEqual(await all(away), ["seen", "deleted"]);
    assert.deepEqual(await all(playCollection([page([], "7")], [])), ["deleted"]);
  });

  it("says a failure and goes on", async () => {
    const played = playCollection([refusal(503), page([website("1")], "7")], [refusal(500), shows("")]);
    assert.deepEqual(await all(played, 4), ["failure", "seen", "failure", "seen"]);
  });
});

describe("watchWorkload(client, target, signal) with rights on that workload alone", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  it("shows the workload, each change of it, and that it was deleted", async () => {
    const namespace = await freshNamespace(cluster(), "watch");
    const target: Target = { kind: "deployment", namespace, name: "website" };
    const rule = { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["website"] };
    await grant(cluster(), namespace, [{ ...rule, verbs: ["list", "watch"] }]);
    const run = (...args: string[]): Promise<string> => cluster().kubectl([...args, "-n", namespace]);
    await run("create", "deployment", "website", "--image=example.com/web:1", "--replicas=0");
    await run("create", "deployment", "other", "--image=example.com/web:1", "--replicas=0");

    const client = await accountClient(cluster(), namespace);
    const seen: string[] = [];
    const imageOf = (sighting: Sighting): string =>
      sighting.kind === "seen" ? (sighting.observation.workload.containers[0]?.image ?? "") : sighting.kind;
    const next: Readonly<Record<string, () => Promise<string>>> = {
      "example.com/web:1": () => run("set", "image", "deployment/website", "*=example.com/web:2"),
      "example.com/web:2": () => run("delete", "deployment", "other", "website"),
    };
    for await (const sighting of watchWorkload(client, target, AbortSignal.timeout(30_000))) {
      const now = imageOf(sighting);
      // A Role takes a moment to count, and a controller writes the status meanwhile.
      if (now === "failure" || now === seen.at(-1)) continue;
      seen.push(now);
      await next[now]?.();
    }
    await client.close();
    assert.deepEqual(seen, ["example.com/web:1", "example.com/web:2", "deleted"]);
  });
});
