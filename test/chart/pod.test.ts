import assert from "node:assert/strict";
import { at, containerOf, find, render } from "./helm.ts";

describe("the Deployment", () => {
  it("runs the image's own entry under the restricted Pod Security level", async () => {
    const manifests = await render({ values: ["map"] });
    const pod = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
    assert.deepEqual(at(pod, "securityContext"), {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    const container = containerOf(manifests);
    assert.deepEqual(at(container, "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(at(container, "command"), undefined);
    assert.equal(at(container, "args"), undefined);
    assert.equal(at(pod, "terminationGracePeriodSeconds"), 60);
    assert.equal(at(pod, "serviceAccountName"), "ih-imagehook");
    assert.equal(at(pod, "automountServiceAccountToken"), true);
    assert.equal(at(find(manifests, "ServiceAccount", "ih-imagehook"), "automountServiceAccountToken"), false);
  });

  it("is probed on port 9000", async () => {
    const container = containerOf(await render({ values: ["map"] }));
    assert.deepEqual(at(container, "ports"), [
      { name: "http", containerPort: 9000, protocol: "TCP" },
      { name: "operations", containerPort: 9001, protocol: "TCP" },
    ]);
    for (const [probe, path] of [
      ["startupProbe", "/healthz"],
      ["livenessProbe", "/healthz"],
      ["readinessProbe", "/readyz"],
    ] as const) {
      assert.deepEqual(at(container, probe, "httpGet"), { path, port: "http" });
    }
  });

  it("is one pod, and needs nothing more for that", async () => {
    const manifests = await render({ values: ["map"] });
    const deployment = find(manifests, "Deployment", "ih-imagehook");
    assert.equal(at(deployment, "spec", "replicas"), 1);
    assert.equal(at(deployment, "spec", "template", "spec", "topologySpreadConstraints"), undefined);
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === "PodDisruptionBudget"),
      [],
    );
  });

  it("is several pods, spread over the nodes and drained one at a time, where so many are asked for", async () => {
    const manifests = await render({ values: ["map"], args: ["--set", "replicas=3"] });
    const deployment = find(manifests, "Deployment", "ih-imagehook");
    assert.equal(at(deployment, "spec", "replicas"), 3);
    const selector = at(deployment, "spec", "selector");
    assert.deepEqual(at(deployment, "spec", "template", "spec", "topologySpreadConstraints"), [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: selector,
      },
    ]);
    const budget = find(manifests, "PodDisruptionBudget", "ih-imagehook");
    assert.deepEqual(at(budget, "spec"), { maxUnavailable: 1, selector });
  });

  it("tells the service its settings by the environment", async () => {
    const args = ["--set", "host=::,log.level=debug,log.format=text,rolloutDeadline=20m,shutdownDelay=1s"];
    const manifests = await render({ values: ["existing-config-map"], args });
    assert.deepEqual(at(containerOf(manifests), "env"), [
      { name: "HOST", value: "::" },
      { name: "PORT", value: "9000" },
      { name: "LOG_LEVEL", value: "debug" },
      { name: "LOG_FORMAT", value: "text" },
      { name: "ROLLOUT_DEADLINE", value: "20m" },
      { name: "SHUTDOWN_DELAY", value: "1s" },
      { name: "DIAGNOSE_EVENTS", value: "true" },
      { name: "LEASE_NAME", value: "ih-imagehook" },
      { name: "OPERATIONS_PORT", value: "9001" },
      { name: "WEBHOOK_CMD", value: "-template" },
      { name: "NOTIFY_RETRY_FIRST", value: "30s" },
      { name: "NOTIFY_RETRY_FOR", value: "72h" },
      { name: "WEBSITE_TOKEN", valueFrom: { secretKeyRef: { name: "my-tokens", key: "website" } } },
    ]);
    assert.deepEqual(at(containerOf(manifests), "envFrom"), [{ secretRef: { name: "my-environment" } }]);
  });

  for (const [name, value] of [
    ["events", "DIAGNOSE_EVENTS"],
    ["logs", "DIAGNOSE_LOGS"],
  ] as const)
    it(`tells the service of diagnose.${name} where it is on`, async () => {
      const rendered = async (isOn: boolean): Promise<string> =>
        JSON.stringify(
          containerOf(await render({ values: ["map"], args: ["--set", `diagnose.${name}=${String(isOn)}`] })),
        );
      assert.match(await rendered(true), new RegExp(`{"name":"${value}","value":"true"}`));
      assert.doesNotMatch(await rendered(false), new RegExp(value));
    });

  it("runs commands only where they are enabled, with room to write under /tmp", async () => {
    const names = (manifests: Awaited<ReturnType<typeof render>>): readonly unknown[] =>
      (at(containerOf(manifests), "env") as { name: string; value: string }[]).flatMap(({ name, value }) =>
        name.startsWith("COMMANDS_") ? [[name, value]] : [],
      );
    assert.deepEqual(names(await render({ values: ["map"] })), []);
    const args = [
      "--set",
      "commands.enabled=true,commands.timeout=2m,commands.queue=0,commands.environment={PATH,LANG}",
    ];
    const manifests = await render({ values: ["map"], args });
    assert.deepEqual(names(manifests), [
      ["COMMANDS_ENABLED", "true"],
      ["COMMANDS_TIMEOUT", "2m"],
      ["COMMANDS_CONCURRENCY", "10"],
      ["COMMANDS_QUEUE", "0"],
      ["COMMANDS_ENVIRONMENT", "PATH,LANG"],
    ]);
    const mounts = at(containerOf(manifests), "volumeMounts") as { name: string }[];
    assert.deepEqual(
      mounts.filter(({ name }) => name === "scratch"),
      [{ name: "scratch", mountPath: "/tmp" }],
    );
    const volumes = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "volumes");
    assert.ok(JSON.stringify(volumes).includes('{"name":"scratch","emptyDir":{"sizeLimit":"64Mi"}}'));
  });

  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const images = [
    {
      when: "the repository names its host",
      values: "map",
      args: [],
      image: "registry.example.com/team/imagehook:0.1.0",
    },
    { when: "tag and digest are set", values: "list", args: [], image: `team/imagehook:1.2.3@${digest}` },
    {
      when: "the chart names a registry",
      values: "list",
      args: ["--set", "image.registry=own.example.com,image.digest="],
      image: "own.example.com/team/imagehook:1.2.3",
    },
    {
      when: "Rancher names a registry",
      values: "list",
      args: [
        "--set",
        "image.registry=own.example.com,image.digest=,global.cattle.systemDefaultRegistry=rancher.example.com",
      ],
      image: "rancher.example.com/team/imagehook:1.2.3",
    },
    {
      when: "a parent chart names a registry with a port",
      values: "list",
      args: ["--set", "image.digest=,global.imageRegistry=global.example.com:5000"],
      image: "global.example.com:5000/team/imagehook:1.2.3",
    },
    {
      when: "a parent chart names a registry and the repository has a host of its own",
      values: "map",
      args: ["--set", "global.imageRegistry=global.example.com:5000"],
      image: "registry.example.com/team/imagehook:0.1.0",
    },
  ];
  for (const { when, values, args, image } of images) {
    it(`runs ${image} when ${when}`, async () => {
      assert.equal(at(containerOf(await render({ values: [values], args })), "image"), image);
    });
  }

  it("takes pull Secrets as strings and as objects, its own and the parent's", async () => {
    const args = ["--set-json", 'global.imagePullSecrets=["pull-one",{"name":"pull-three"}]'];
    const deployment = find(await render({ values: ["list"], args }), "Deployment", "ih-imagehook");
    assert.deepEqual(at(deployment, "spec", "template", "spec", "imagePullSecrets"), [
      { name: "pull-one" },
      { name: "pull-two" },
      { name: "pull-three" },
    ]);
  });
});

describe("the Service and the Ingress", () => {
  const selector = { "app.kubernetes.io/name": "imagehook", "app.kubernetes.io/instance": "ih" };
  const port = { name: "http", port: 9000, targetPort: "http", protocol: "TCP" };

  for (const { values, spec } of [
    { values: "map", spec: { type: "ClusterIP", selector, ports: [port] } },
    { values: "node-port", spec: { type: "NodePort", selector, ports: [{ ...port, nodePort: 31900 }] } },
  ]) {
    it(`point at the pods on 9000 (${values})`, async () => {
      const manifests = await render({ values: [values] });
      assert.deepEqual(find(manifests, "Service", "ih-imagehook").spec, spec);
      assert.deepEqual(at(find(manifests, "Deployment", "ih-imagehook"), "spec", "selector"), {
        matchLabels: selector,
      });
      assert.deepEqual(
        manifests.filter(({ kind }) => kind === "Ingress"),
        [],
      );
    });
  }

  it("route a host's /hooks over TLS", async () => {
    const ingress = find(await render({ values: ["ingress"] }), "Ingress", "ih-imagehook");
    assert.deepEqual(at(ingress, "metadata", "annotations"), { "example.com/proxy-body-size": "256k" });
    const backend = { service: { name: "ih-imagehook", port: { name: "http" } } };
    assert.deepEqual(ingress.spec, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["hooks.example.com"], secretName: "hooks-tls" }],
      rules: [{ host: "hooks.example.com", http: { paths: [{ path: "/hooks", pathType: "Prefix", backend }] } }],
    });
  });
});

describe("the names", () => {
  for (const { release, name } of [
    { release: "imagehook", name: "imagehook" },
    { release: "my.hooks", name: "my-hooks-imagehook" },
    { release: "1", name: "imagehook-1-imagehook" },
  ]) {
    it(`of release ${release} are valid for a Service`, async () => {
      const manifests = await render({ values: ["map"], release });
      const service = find(manifests, "Service", name);
      assert.equal(service.metadata.labels?.["app.kubernetes.io/instance"], release);
    });
  }

  it("carry the recommended labels on every object", async () => {
    for (const { kind, metadata } of await render({ values: ["mail-plain", "ingress"] })) {
      assert.deepEqual(
        metadata.labels,
        {
          "helm.sh/chart": "imagehook-0.1.0",
          "app.kubernetes.io/name": "imagehook",
          "app.kubernetes.io/instance": "ih",
          "app.kubernetes.io/version": "0.1.0",
          "app.kubernetes.io/managed-by": "Helm",
        },
        kind,
      );
    }
  });
});
