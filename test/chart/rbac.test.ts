import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { at, find, render, type Manifest } from "./helm.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const stateName = (target: string): string => `imagehook-${sha256(target).slice(0, 16)}`;
const roleName = `ih-imagehook-targets-${sha256("hooks").slice(0, 8)}`;

const workloads = (apiGroup: string, resource: string, ...resourceNames: string[]): object => ({
  apiGroups: [apiGroup],
  resources: [resource],
  resourceNames,
  verbs: ["get", "list", "watch", "patch"],
});
const allOf = (apiGroup: string, resource: string): object => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: ["get", "list", "watch", "patch"],
});
const events = { apiGroups: [""], resources: ["events"], verbs: ["create"] };
const pods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const warnings = { apiGroups: [""], resources: ["events"], verbs: ["list"] };
const logs = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] };

const secrets = (...resourceNames: string[]): object => ({
  apiGroups: [""],
  resources: ["secrets"],
  resourceNames,
  verbs: ["get"],
});

/** The rules of every Role, by namespace and name. */
function rules(manifests: readonly Manifest[]): Record<string, unknown> {
  const roles = manifests.filter(({ kind }) => kind === "Role");
  return Object.fromEntries(
    roles.map((role) => [`${String(role.metadata.namespace)}/${role.metadata.name}`, role.rules]),
  );
}

const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
const leading = [
  { ...leases, verbs: ["create"] },
  { ...leases, resourceNames: ["ih-imagehook"], verbs: ["get", "update"] },
];

function stateRules(...targets: string[]): object[] {
  const some = { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch"] };
  const resourceNames = targets.map(stateName);
  const named = { apiGroups: [""], resources: ["configmaps"], resourceNames, verbs: ["get", "update", "delete"] };
  return [some, ...(resourceNames.length === 0 ? [] : [named]), ...leading, events];
}

const cases = [
  {
    values: "map",
    expected: {
      [`ops/${roleName}`]: [workloads("apps", "daemonsets", "agent"), events, pods, warnings],
      [`web/${roleName}`]: [workloads("apps", "deployments", "api", "website"), events, pods, warnings],
      "hooks/ih-imagehook-state": stateRules("daemonset/ops/agent", "deployment/web/api", "deployment/web/website"),
    },
  },
  {
    values: "list",
    expected: {
      [`jobs/${roleName}`]: [
        workloads("apps", "statefulsets", "db"),
        workloads("batch", "cronjobs", "nightly"),
        events,
        pods,
        warnings,
      ],
      "hooks/ih-imagehook-state": stateRules("cronjob/jobs/nightly", "statefulset/jobs/db"),
    },
  },
  {
    values: "existing-config-map",
    expected: {
      [`web/${roleName}`]: [
        workloads("apps", "deployments", "website"),
        workloads("batch", "cronjobs", "nightly"),
        events,
        warnings,
      ],
      "hooks/ih-imagehook-state": stateRules("cronjob/web/nightly", "deployment/web/website"),
    },
  },
  // What a selector finds has no names that the chart could list.
  {
    values: "selector",
    expected: {
      [`jobs/${roleName}`]: [
        workloads("apps", "deployments", "queue"),
        allOf("batch", "cronjobs"),
        events,
        pods,
        warnings,
      ],
      [`web/${roleName}`]: [
        allOf("apps", "deployments"),
        allOf("apps", "statefulsets"),
        workloads("apps", "daemonsets", "agent"),
        events,
        pods,
        warnings,
      ],
      "hooks/ih-imagehook-state": [
        {
          apiGroups: [""],
          resources: ["configmaps"],
          verbs: ["create", "list", "watch", "get", "update", "delete"],
        },
        ...leading,
        events,
      ],
    },
  },
  {
    values: "check",
    expected: {
      [`ops/${roleName}`]: [workloads("apps", "daemonsets", "agent"), secrets("login"), events, pods, warnings],
      [`web/${roleName}`]: [
        workloads("apps", "deployments", "api", "website"),
        secrets("hub", "login"),
        events,
        pods,
        warnings,
      ],
      "hooks/ih-imagehook-state": stateRules("daemonset/ops/agent", "deployment/web/api", "deployment/web/website"),
    },
  },
  // A rule with an empty list of names would cover every ConfigMap.
  { values: "mail-plain", expected: { "hooks/ih-imagehook-state": stateRules() } },
];

describe("the Roles", () => {
  for (const { values, expected } of cases) {
    it(`grant what the hooks need and nothing else (${values})`, async () => {
      assert.deepEqual(rules(await render({ values: [values] })), expected);
    });

    it(`are bound to the release's own ServiceAccount, one binding each (${values})`, async () => {
      const manifests = await render({ values: [values] });
      const bindings = manifests.filter(({ kind }) => kind === "RoleBinding");
      assert.deepEqual(
        bindings.map(({ metadata }) => `${String(metadata.namespace)}/${metadata.name}`).sort(),
        Object.keys(expected).sort(),
      );
      for (const binding of bindings) {
        const { name } = binding.metadata;
        assert.deepEqual(at(binding, "roleRef"), { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name });
        assert.deepEqual(at(binding, "subjects"), [
          { kind: "ServiceAccount", name: "ih-imagehook", namespace: "hooks" },
        ]);
      }
    });

    it(`stay free of cluster-wide rights and of anybody else's account (${values})`, async () => {
      const manifests = await render({ values: [values] });
      assert.deepEqual(
        manifests.filter(({ kind }) => kind.startsWith("Cluster")),
        [],
      );
      assert.doesNotMatch(JSON.stringify(manifests), /cattle/);
    });
  }

  for (const { events: lists, logs: reads, expected } of [
    { events: false, logs: false, expected: [] },
    { events: false, logs: true, expected: [logs] },
    { events: true, logs: true, expected: [warnings, logs] },
  ])
    it(`follow diagnose.events=${String(lists)} and diagnose.logs=${String(reads)}, a rule each`, async () => {
      const args = ["--set", `diagnose.events=${String(lists)},diagnose.logs=${String(reads)}`];
      const role = find(await render({ values: ["map"], args }), "Role", roleName, "ops");
      assert.deepEqual(role.rules, [workloads("apps", "daemonsets", "agent"), events, pods, ...expected]);
    });

  it("list the nodes of the cluster where a hook asks for the platform, and do nothing else there", async () => {
    const name = `ih-imagehook-nodes-${sha256("hooks").slice(0, 8)}`;
    const args = ["--set", "hooks.website.image.check.platform=true"];
    const manifests = await render({ values: ["check"], args });
    const cluster = manifests.filter(({ kind }) => kind.startsWith("Cluster"));
    assert.deepEqual(
      cluster.map(({ kind, metadata }) => [kind, metadata.name]),
      [
        ["ClusterRole", name],
        ["ClusterRoleBinding", name],
      ],
    );
    assert.deepEqual(cluster[0]?.rules, [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }]);
    const [, binding] = cluster;
    assert.deepEqual(at(binding, "roleRef"), { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });
    assert.deepEqual(at(binding, "subjects"), [{ kind: "ServiceAccount", name: "ih-imagehook", namespace: "hooks" }]);
  });

  it("list no nodes for a hook that is switched off", async () => {
    const args = ["--set", "hooks.website.image.check.platform=true,hooks.website.enabled=false"];
    const manifests = await render({ values: ["check"], args });
    assert.deepEqual(
      manifests.filter(({ kind }) => kind.startsWith("Cluster")),
      [],
    );
  });

  it("differ in name between releases of one name in two namespaces", async () => {
    const manifests = await render({ values: ["map"], args: ["--namespace", "other"] });
    const role = find(manifests, "Role", `ih-imagehook-targets-${sha256("other").slice(0, 8)}`, "web");
    assert.notEqual(role.metadata.name, roleName);
  });

  it("are bound to an account of the user's own where the chart makes none", async () => {
    const args = ["--set", "serviceAccount.create=false,serviceAccount.name=mine"];
    const manifests = await render({ values: ["map"], args });
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === "ServiceAccount"),
      [],
    );
    assert.equal(at(find(manifests, "RoleBinding", roleName, "web"), "subjects", 0, "name"), "mine");
    const deployment = find(manifests, "Deployment", "ih-imagehook");
    assert.equal(at(deployment, "spec", "template", "spec", "serviceAccountName"), "mine");
  });
});
