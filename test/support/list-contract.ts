import assert from "node:assert/strict";
import type { Selection } from "../../src/core/rollout/selection.ts";
import type { Target, WorkloadKind } from "../../src/core/rollout/target.ts";
import { failureOf, image, imageOf, soon, valueOf, type ContractCluster } from "./contract-kit.ts";

/** What the listing of workloads by their labels does; each wish is for a workload of another name. */
export function describeLists(cluster: () => ContractCluster, aWish: (kind?: WorkloadKind) => Target): void {
  const place = async (
    labels: Readonly<Record<string, string>> | undefined,
    kind: WorkloadKind = "deployment",
  ): Promise<Target> => cluster().deploy(aWish(kind), { web: image("1.0") }, labels);
  const listed = async (
    namespace: string,
    labels: Selection["labels"],
    ...kinds: WorkloadKind[]
  ): Promise<string[]> => {
    const [kind = "deployment", ...others] = kinds;
    const selection: Selection = { kind: "selected", namespace, kinds: [kind, ...others], labels };
    const found = valueOf(await cluster().workloads.list(selection, soon()));
    return found.map(({ target }) => `${target.kind}/${target.name}`).sort();
  };

  it("lists what has all of the labels, of the kinds that are asked for", async () => {
    const [both, sts] = [{ app: "list", tier: "web" }, "statefulset"] as const;
    const one = await place(both);
    const other = await place({ ...both, "example.com/team": "a.b_c" });
    const set = await place(both, sts);
    await place({ app: "list" });
    await place({ app: "lists", tier: "web" });
    await place(undefined);
    const { namespace } = one;
    const labels = [
      ["app", "list"],
      ["tier", "web"],
    ] as const;
    const deployments = [one, other].map(({ name }) => `deployment/${name}`);
    assert.deepEqual(await listed(namespace, labels), deployments);
    assert.deepEqual(await listed(namespace, labels, "cronjob", sts, "deployment"), [
      ...deployments,
      `${sts}/${set.name}`,
    ]);
    assert.deepEqual(await listed(namespace, [["example.com/team", "a.b_c"]]), [`deployment/${other.name}`]);
    assert.deepEqual(await listed(namespace, [["app", "none"]]), []);
    assert.deepEqual(await listed("another-namespace", labels), []);
  });

  it("lists workloads as they are read, and recalls them so", async () => {
    const { workloads, editImage } = cluster();
    const target = await place({ app: "fresh" });
    await workloads.read(target, soon());
    await editImage(target, "web", image("1.5"));
    const { namespace } = target;
    const labels = [["app", "fresh"]] as const;
    const found = await workloads.list({ kind: "selected", namespace, kinds: ["deployment"], labels }, soon());
    const read = valueOf(await workloads.recall(target, soon()));
    assert.deepEqual(valueOf(found), [read]);
    assert.equal(imageOf(read, "web"), image("1.5"));
  });

  it("ends a list by its signal", async () => {
    const selection: Selection = { kind: "selected", namespace: "shop", kinds: ["deployment"], labels: [["app", "x"]] };
    assert.equal(failureOf(await cluster().workloads.list(selection, AbortSignal.abort())), "unreachable");
  });
}
