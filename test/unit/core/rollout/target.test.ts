import assert from "node:assert/strict";
import { isContainerName, KINDS, parseTarget, printTarget, targetKey } from "../../../../src/core/rollout/target.ts";

describe("parseTarget(namespace, workload)", () => {
  const aliases = {
    deployment: ["deployment", "deployments", "deploy", "deployment.apps", "deployments.apps", "Deployment", "DEPLOY"],
    statefulset: ["statefulset", "statefulsets", "sts", "statefulset.apps", "statefulsets.apps", "StatefulSet"],
    daemonset: ["daemonset", "daemonsets", "ds", "daemonset.apps", "daemonsets.apps", "DaemonSet"],
    cronjob: ["cronjob", "cronjobs", "cj", "cronjob.batch", "cronjobs.batch", "CronJob"],
  };
  for (const [kind, names] of Object.entries(aliases)) {
    for (const name of names) {
      it(`reads ${name} as ${kind}`, () => {
        assert.deepEqual(parseTarget("shop", `${name}/website`), {
          kind: "ok",
          value: { kind, namespace: "shop", name: "website" },
        });
      });
    }
  }

  it("lowers the case of namespace and name", () => {
    assert.deepEqual(parseTarget("SHOP", "deploy/WebSite.V2"), {
      kind: "ok",
      value: { kind: "deployment", namespace: "shop", name: "website.v2" },
    });
  });

  for (const type of ["replicaset", "replicasets", "rs", "ReplicaSet", "replicaset.apps", "replicasets.apps"]) {
    it(`refuses ${type} with the reason`, () => {
      assert.deepEqual(parseTarget("shop", `${type}/website`), {
        kind: "error",
        error: "a replicaset does not replace its pods when its image changes: name the deployment that owns it",
      });
    });
  }

  const label63 = "a".repeat(63);
  const refused = [
    { when: "an empty namespace", namespace: "", workload: "deploy/website", error: '"" is not a namespace' },
    { when: "a namespace with a dot", namespace: "a.b", workload: "deploy/website", error: '"a.b" is not a namespace' },
    { when: "a namespace with a slash", namespace: "../x", workload: "deploy/w", error: '"../x" is not a namespace' },
    {
      when: "a namespace of 64 characters",
      namespace: `${label63}a`,
      workload: "deploy/w",
      error: `"${label63}a" is not a namespace`,
    },
    {
      when: "a long text as namespace, which it clips",
      namespace: "-".repeat(200),
      workload: "deploy/w",
      error: `"${"-".repeat(80)}…" is not a namespace`,
    },
    {
      when: "a workload without a type",
      namespace: "shop",
      workload: "website",
      error: '"website" is not type/name, such as deployment/website',
    },
    {
      when: "a workload without a name",
      namespace: "shop",
      workload: "deploy/",
      error: '"deploy/" is not type/name, such as deployment/website',
    },
    {
      when: "nothing",
      namespace: "shop",
      workload: "",
      error: '"" is not type/name, such as deployment/website',
    },
    {
      when: "a workload of three parts",
      namespace: "shop",
      workload: "deploy/a/b",
      error: '"deploy/a/b" is not type/name, such as deployment/website',
    },
    {
      when: "another type",
      namespace: "shop",
      workload: "pod/website",
      error: '"pod" is not a workload type: use deployment, statefulset, daemonset or cronjob',
    },
    {
      when: "a type that every object has",
      namespace: "shop",
      workload: "constructor/website",
      error: '"constructor" is not a workload type: use deployment, statefulset, daemonset or cronjob',
    },
    {
      when: "a name that is none",
      namespace: "shop",
      workload: "sts/web_site",
      error: '"web_site" is not the name of a statefulset',
    },
    {
      when: "a name that would leave its path",
      namespace: "shop",
      workload: "deploy/..",
      error: '".." is not the name of a deployment',
    },
    {
      when: "a name of 254 characters",
      namespace: "shop",
      workload: `ds/${"a".repeat(254)}`,
      error: `"${"a".repeat(80)}…" is not the name of a daemonset`,
    },
  ];
  for (const { when, namespace, workload, error } of refused) {
    it(`refuses ${when}`, () => {
      assert.deepEqual(parseTarget(namespace, workload), { kind: "error", error });
    });
  }

  it("takes the longest names that the API takes", () => {
    const read = parseTarget(label63, `ds/${"a".repeat(253)}`);
    assert.equal(read.kind, "ok");
  });
});

describe("isContainerName(name)", () => {
  for (const [name, expected] of [
    ["web", true],
    ["web-1", true],
    ["0", true],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
    ["", false],
    ["Web", false],
    ["web_1", false],
    ["web.1", false],
    ["-web", false],
    ["web-", false],
  ] as const) {
    it(`says ${String(expected)} to "${name}"`, () => {
      assert.equal(isContainerName(name), expected);
    });
  }
});

describe("printTarget(target), targetKey(target)", () => {
  const target = { kind: "cronjob", namespace: "shop", name: "report" } as const;

  it("prints kubectl's type/name", () => {
    assert.equal(printTarget(target), "cronjob/report");
  });

  it("tells the workloads of all namespaces apart", () => {
    assert.equal(targetKey(target), "cronjob/shop/report");
  });

  it("gives each kind the names of the API", () => {
    const { kind } = target;
    assert.deepEqual(KINDS[kind], {
      apiVersion: "batch/v1",
      kind: "CronJob",
      plural: "cronjobs",
      qualified: "cronjob.batch",
    });
  });
});
