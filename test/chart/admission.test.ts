import assert from "node:assert/strict";
import { at, chart, containerOf, find, helm, render, valuesFile, type Manifest } from "./helm.ts";

// The release is called ih, in the namespace hooks, whose hash is a9fa9fda.
const NAME = "ih-imagehook-admission-a9fa9fda";
const VALIDATING = "ValidatingWebhookConfiguration";
const MUTATING = "MutatingWebhookConfiguration";

function webhooksOf(manifests: readonly Manifest[], kind: string): readonly unknown[] {
  return at(find(manifests, kind, NAME), "webhooks") as readonly unknown[];
}

function webhookOf(manifests: readonly Manifest[], name: string): unknown {
  const kind = name === "defaults" ? MUTATING : VALIDATING;
  return webhooksOf(manifests, kind).find((webhook) => at(webhook, "name") === `${name}.imagehook.dev`);
}

const named = (manifests: readonly Manifest[]): string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).filter((text) => text.includes("admission"));

const asked = (
  apiGroup: string,
  resources: readonly string[],
  operations: readonly string[] = ["CREATE", "UPDATE"],
): object => ({ apiGroups: [apiGroup], apiVersions: ["*"], operations, resources });

const notIn = {
  key: "kubernetes.io/metadata.name",
  operator: "NotIn",
  values: ["hooks", "kube-system", "kube-node-lease"],
};

describe("the chart without admission", () => {
  it("has nothing of it", async () => {
    const manifests = await render({ values: ["map"] });
    assert.deepEqual(named(manifests), []);
    assert.deepEqual(
      manifests.filter(({ kind }) => /Webhook|ClusterRole/.test(kind)),
      [],
    );
    assert.doesNotMatch(JSON.stringify(manifests), /admission/i);
  });

  it("has nothing of it where the values of an older chart are kept", async () => {
    const manifests = await render({ values: ["map"], args: ["--set-json", "admission=null"] });
    assert.doesNotMatch(JSON.stringify(manifests), /admission/i);
  });
});

describe("the chart's webhooks", () => {
  let manifests: readonly Manifest[];
  before(async () => {
    manifests = await render({ values: ["admission"] });
  });

  it("are there where they have something to do", async () => {
    const names = (kind: string, of = manifests): unknown[] =>
      webhooksOf(of, kind).map((webhook) => at(webhook, "name"));
    assert.deepEqual(names(VALIDATING), ["hooks.imagehook.dev", "fields.imagehook.dev", "images.imagehook.dev"]);
    assert.deepEqual(names(MUTATING), ["defaults.imagehook.dev"]);
    const args = ["--set", "admission.enabled=true"];
    const least = await render({ values: ["map"], args });
    assert.deepEqual(names(VALIDATING, least), ["hooks.imagehook.dev"]);
    assert.deepEqual(
      least.filter(({ kind }) => kind === MUTATING),
      [],
    );
    const off = await render({ values: ["admission"], args: ["--set", "admission.hooks.enabled=false"] });
    assert.deepEqual(names(VALIDATING, off), ["fields.imagehook.dev", "images.imagehook.dev"]);
  });

  for (const [name, path] of [
    ["hooks", "/validate-hooks"],
    ["images", "/validate-images"],
    ["defaults", "/mutate-fields"],
  ] as const) {
    it(`fail open after five seconds, without side effects, at ${path}`, () => {
      const webhook = webhookOf(manifests, name);
      assert.deepEqual(
        ["failurePolicy", "timeoutSeconds", "sideEffects", "matchPolicy", "reinvocationPolicy"].map((key) =>
          at(webhook, key),
        ),
        ["Ignore", 5, "None", "Equivalent", name === "defaults" ? "IfNeeded" : undefined],
      );
      assert.deepEqual(at(webhook, "admissionReviewVersions"), ["v1", "v1beta1"]);
      const service = { name: "ih-imagehook-admission", namespace: "hooks", path, port: 443 };
      assert.deepEqual(at(webhook, "clientConfig"), { service });
    });
  }

  it("fail as each is told to", () => {
    const webhook = webhookOf(manifests, "fields");
    assert.deepEqual([at(webhook, "failurePolicy"), at(webhook, "timeoutSeconds")], ["Fail", 2]);
  });

  it("are reached through a Service of their own", () => {
    const service = find(manifests, "Service", "ih-imagehook-admission");
    assert.deepEqual(at(service, "spec", "ports"), [
      { name: "admission", port: 443, targetPort: "admission", protocol: "TCP" },
    ]);
    assert.equal(at(service, "spec", "type"), "ClusterIP");
    assert.deepEqual(
      at(service, "spec", "selector"),
      at(find(manifests, "Deployment", "ih-imagehook"), "spec", "selector", "matchLabels"),
    );
    assert.deepEqual(at(containerOf(manifests), "ports", 2), {
      name: "admission",
      containerPort: 8443,
      protocol: "TCP",
    });
    assert.deepEqual(at(containerOf(manifests), "readinessProbe", "httpGet"), { path: "/readyz", port: "http" });
  });

  it("look at labelled ConfigMaps in the release's namespace alone, and at no other object there", () => {
    const hooks = webhookOf(manifests, "hooks");
    assert.deepEqual(at(hooks, "namespaceSelector"), { matchLabels: { "kubernetes.io/metadata.name": "hooks" } });
    assert.deepEqual(at(hooks, "objectSelector"), { matchLabels: { "imagehook.dev/hooks": "true" } });
    assert.deepEqual(at(hooks, "rules"), [asked("", ["configmaps"])]);
    const labels = find(manifests, "ConfigMap", "ih-imagehook-hooks").metadata.labels;
    assert.equal(labels?.["imagehook.dev/hooks"], undefined);
    assert.deepEqual(at(webhookOf(manifests, "images"), "namespaceSelector"), { matchExpressions: [notIn] });
  });

  it("are asked only about namespaces that their rules name in full, and that the user chose", () => {
    const key = "kubernetes.io/metadata.name";
    assert.deepEqual(at(webhookOf(manifests, "defaults"), "namespaceSelector"), {
      matchExpressions: [notIn, { key, operator: "In", values: ["team-a", "team-b"] }],
    });
    assert.deepEqual(at(webhookOf(manifests, "fields"), "namespaceSelector"), {
      matchLabels: { policy: "on" },
      matchExpressions: [notIn, { key: "trial", operator: "DoesNotExist" }],
    });
  });

  it("are asked about what runs images, and about the resources of the rules, never about everything", () => {
    assert.deepEqual(at(webhookOf(manifests, "images"), "rules"), [
      asked("", ["pods", "pods/ephemeralcontainers", "replicationcontrollers"]),
      asked("apps", ["daemonsets", "deployments", "replicasets", "statefulsets"]),
      asked("batch", ["cronjobs", "jobs"]),
    ]);
    assert.deepEqual(at(webhookOf(manifests, "fields"), "rules"), [
      asked("", ["pods"]),
      asked("*", ["configmaps", "services"], ["DELETE", "UPDATE"]),
      asked("apps", ["deployments", "deployments/scale"]),
    ]);
    assert.deepEqual(at(webhookOf(manifests, "defaults"), "rules"), [
      asked("*", ["widgets"], ["CREATE"]),
      asked("apps", ["deployments"], ["CREATE"]),
    ]);
  });

  it("have the chart's conditions before the user's, where the cluster knows conditions", async () => {
    const names = (name: string, of = manifests): unknown =>
      (at(webhookOf(of, name), "matchConditions") as unknown[] | undefined)?.map((condition) => at(condition, "name"));
    assert.deepEqual(names("images"), ["not-a-node", "not-a-cleanup"]);
    assert.deepEqual(names("fields"), ["not-a-node", "not-a-cleanup", "not-me"]);
    const set = "admission.fields.matchConditions=[]";
    const old = await render({ values: ["admission"], args: ["--kube-version", "1.27.9", "--set-json", set] });
    assert.equal(names("images", old), undefined);
  });

  it("have names that no other release has", async () => {
    const other = await render({ values: ["admission"], args: ["--namespace", "elsewhere"] });
    const [kinds, mine] = [[VALIDATING, MUTATING, "ClusterRole", "ClusterRoleBinding"], new Set([NAME])];
    for (const { kind, metadata } of other) if (kinds.includes(kind)) mine.add(metadata.name);
    assert.equal(mine.size, 2);
  });
});

describe("the chart's admission rules", () => {
  it("stand in a ConfigMap in the service's spelling, with their types, and are mounted as a directory", async () => {
    const manifests = await render({ values: ["admission"] });
    const map = find(manifests, "ConfigMap", "ih-imagehook-admission");
    assert.deepEqual(Object.keys(map.data ?? {}), ["rules.yaml"]);
    const rules: unknown = JSON.parse(map.data?.["rules.yaml"] ?? "");
    assert.deepEqual(at(rules, "images"), [
      {
        name: "own-registry",
        match: { namespaces: ["team-*"] },
        allow: ["registry.example.com/*"],
        "forbid-tags": ["latest"],
        "require-digest": true,
        action: "warn",
        exempt: [{ namespaces: ["team-a"], names: ["old-*"], users: ["ops"], images: ["docker.io/library/redis"] }],
      },
      {
        name: "pinned",
        match: { resources: ["pods.", "deployments.apps"], operations: ["CREATE"] },
        "require-digest": true,
      },
    ]);
    assert.deepEqual(at(rules, "defaults", 0, "set"), {
      "/metadata/annotations/example.com~1created-by": "${user} for $$1",
      "/spec/revisionHistoryLimit": 3,
    });
    assert.deepEqual(at(rules, "defaults", 1, "set"), { "/metadata/labels/team": "1e3" });
    assert.deepEqual(at(rules, "fields", 0), {
      name: "replicas",
      match: { resources: ["deployments.apps/scale", "deployments.apps", "deployments.apps"] },
      path: "/spec/replicas",
      type: "integer",
      min: 1,
      max: 20,
      required: true,
      message: "between 1 and 20",
    });
    assert.equal(at(rules, "fields", 1, "max"), "2Gi");
    assert.deepEqual(at(rules, "fields", 2, "enum"), ["a", 1, true]);
    const container = containerOf(manifests);
    const mounts = at(container, "volumeMounts") as readonly object[];
    assert.deepEqual(
      mounts.filter((mount) => String(at(mount, "name")).startsWith("admission")),
      [{ name: "admission", mountPath: "/etc/imagehook/admission", readOnly: true }],
    );
  });

  it("change without a restart of the pod", async () => {
    const pod = async (...args: string[]): Promise<unknown> =>
      at(find(await render({ values: ["admission"], args }), "Deployment", "ih-imagehook"), "spec", "template");
    assert.deepEqual(await pod("--set", "admission.fields.rules[0].max=5"), await pod());
  });
});

describe("helm lint with admission", () => {
  it("finds no fault", async () => {
    const { stdout } = await helm(["lint", "--strict", chart, "-f", valuesFile("admission")]);
    assert.match(stdout, /1 chart\(s\) linted, 0 chart\(s\) failed/);
  });
});
