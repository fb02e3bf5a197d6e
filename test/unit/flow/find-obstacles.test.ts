import assert from "node:assert/strict";
import type { Hook, Upgrade } from "../../../src/core/hook/hook.ts";
import { fail, ok } from "../../../src/core/result.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { Workload } from "../../../src/core/rollout/workload.ts";
import { findObstacles, type ClusterQuestions } from "../../../src/flow/find-obstacles.ts";
import { aContainer, aHook, aSelection, aTarget, aWorkload, repository } from "../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const forbidden: ClusterFailure = {
  kind: "forbidden",
  message: "no",
  right: { verb: "get", resource: "deployments.apps", namespace: "shop", name: "website" },
};

function aCluster(
  image: string | ClusterFailure,
  missing: readonly ClusterFailure[] = [],
  count = 1,
): ClusterQuestions & { readonly asked: string[] } {
  const asked: string[] = [];
  const workload = typeof image === "string" ? ok(aWorkload({ containers: [aContainer({ image })] })) : fail(image);
  return {
    asked,
    workloads: {
      read: ({ name }) => {
        asked.push(name);
        return Promise.resolve(workload);
      },
      list: () => Promise.resolve(workload.kind === "ok" ? ok(Array<Workload>(count).fill(workload.value)) : workload),
    },
    rights: { missing: () => Promise.resolve(missing) },
  };
}

const messagesOf = async (cluster: ClusterQuestions, ...hooks: readonly Hook[]): Promise<readonly string[]> =>
  (await findObstacles(hooks, cluster, AbortSignal.timeout(1_000))).map(
    ({ hook, severity, message }) => `${hook.id}: ${severity}: ${message}`,
  );
const hookFor = (upgrade: Partial<Upgrade> = {}, id = "website"): Hook => aHook({ id, upgrade });

const aPrefix = (host: string, path = "") => ({ host, path });

describe("findObstacles(hooks, questions, signal)", () => {
  it("finds nothing where all is there", async () => {
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`), hookFor()), []);
  });

  it("names the containers that there are", async () => {
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`), hookFor({ container: "app" })), [
      'website: error: deployment/website has no container "app": it has web',
    ]);
  });

  it("says what the API server says of a workload that it does not give", async () => {
    const notFound: ClusterFailure = { kind: "not-found", message: "deployments.apps website not found" };
    assert.deepEqual(await messagesOf(aCluster(notFound), hookFor()), [
      "website: error: deployments.apps website not found",
    ]);
  });

  it("says once that the right to read is missing", async () => {
    const messages = await messagesOf(aCluster(forbidden, [forbidden]), hookFor());
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /^website: error: the service account lacks the right to get deployments\.apps/);
  });

  it("names rights that are missing beside a container that is there", async () => {
    assert.equal((await messagesOf(aCluster(`${SITE}:1.0`, [forbidden]), hookFor())).length, 1);
  });

  it("wants the repository named where the container's image tells none", async () => {
    const message =
      'website: error: the container runs "UPPER CASE", of which no repository can be told: name it in image.repository';
    assert.deepEqual(await messagesOf(aCluster("UPPER CASE"), hookFor()), [message]);
    assert.deepEqual(await messagesOf(aCluster("UPPER CASE"), hookFor({ repository: { kind: "any" } })), []);
  });

  it("warns where a push moves the container to another repository", async () => {
    const named = (name: string): Partial<Upgrade> => ({ repository: { kind: "named", repository: repository(name) } });
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`), hookFor(named(SITE))), []);
    const [warning] = await messagesOf(aCluster(`${SITE}:1.0`), hookFor(named("registry.example.com/shop/other")));
    assert.match(warning ?? "", /^website: warning: the container runs .*website:1\.0, and the hook lets in .*other/);
    assert.deepEqual(await messagesOf(aCluster("UPPER CASE"), hookFor(named(SITE))), []);
  });

  it("warns of no move between aliases of one registry", async () => {
    const hostAliases = [[aPrefix("registry.example.com"), aPrefix("mirror.corp", "hub")]];
    const named = { kind: "named", repository: repository(SITE) } as const;
    const cluster = aCluster("mirror.corp/hub/shop/website:1.0");
    assert.deepEqual(await messagesOf(cluster, hookFor({ repository: named, hostAliases })), []);
    assert.equal((await messagesOf(cluster, hookFor({ repository: named }))).length, 1);
  });

  it("wants one container that runs the repository of a hook for all", async () => {
    const named = { kind: "named", repository: repository(SITE) } as const;
    const all = hookFor({ container: "*" });
    const allOfSite = hookFor({ container: "*", repository: named });
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`), all, allOfSite), []);
    assert.deepEqual(await messagesOf(aCluster("nginx:1"), all, allOfSite), [
      `website: error: no container of deployment/website runs ${SITE}: web runs "nginx:1"`,
    ]);
    const untold =
      'website: error: no container of deployment/website runs a repository that can be told: web runs "UPPER CASE"';
    assert.deepEqual(await messagesOf(aCluster("UPPER CASE"), all), [untold]);
  });

  it("looks at all workloads that a selector finds", async () => {
    const target = aSelection();
    const selecting = hookFor({ target });
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`, [], 2), selecting), []);
    assert.deepEqual(await messagesOf(aCluster(`${SITE}:1.0`, [], 2), hookFor({ target, container: "app" })), [
      'website: error: deployment/website has no container "app": it has web',
      'website: error: deployment/website has no container "app": it has web',
    ]);
    assert.equal((await messagesOf(aCluster({ kind: "unreachable", message: "away" }), selecting)).length, 1);
  });

  for (const [count, message] of [
    [0, /^website: error: there is no deployment in namespace "shop" with the labels app=website,tier=web$/],
    [51, /^website: error: there are more than 50 workloads/],
  ] as const) {
    it(`says that a selector finds ${String(count)}`, async () => {
      const messages = await messagesOf(aCluster(`${SITE}:1.0`, [], count), hookFor({ target: aSelection() }));
      assert.deepEqual([messages.length, message.test(messages[0] ?? "")], [1, true], messages[0]);
    });
  }

  it("asks for each workload once, many at a time, and tells every hook of it", async () => {
    const cluster = aCluster({ kind: "unreachable", message: "away" });
    const hooks = ["a", "b", "c"].flatMap((name) =>
      ["1", "2"].map((number) => hookFor({ target: { ...aTarget, name } }, `${name}${number}`)),
    );
    const messages = await messagesOf(cluster, ...hooks);
    assert.deepEqual(cluster.asked.toSorted(), ["a", "b", "c"]);
    assert.deepEqual(
      messages,
      hooks.map(({ id }) => `${id}: error: away`),
    );
  });
});
