import assert from "node:assert/strict";
import { at, containerOf, find, helm, chart, render, secretOf, valuesFile, type Manifest } from "./helm.ts";

const TOKEN = "0123456789abcdef0123";

const envOf = (manifests: readonly Manifest[], name: string): unknown =>
  (at(containerOf(manifests), "env") as { name: string; value?: string }[]).find((variable) => variable.name === name)
    ?.value;
const volumeOf = (manifests: readonly Manifest[], name: string): unknown => {
  const volumes = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "volumes");
  return (volumes as { name: string }[]).find((volume) => volume.name === name);
};
const kindsOf = (manifests: readonly Manifest[]): readonly string[] => manifests.map(({ kind }) => kind);

async function refusal(args: readonly string[]): Promise<string> {
  try {
    await helm(["template", "ih", chart, "-f", valuesFile("map"), ...args]);
  } catch (error) {
    return String(error);
  }
  return "";
}

describe("the chart: operations", () => {
  it("has a Service of its own, so that whatever publishes the hooks does not publish it", async () => {
    const manifests = await render({ values: ["node-port"], args: ["--set", "operations.port=9100"] });
    assert.deepEqual(at(find(manifests, "Service", "ih-imagehook-operations"), "spec"), {
      type: "ClusterIP",
      selector: at(find(manifests, "Service", "ih-imagehook"), "spec", "selector"),
      ports: [{ name: "operations", port: 9100, targetPort: "operations", protocol: "TCP" }],
    });
    const ports = at(find(manifests, "Service", "ih-imagehook"), "spec", "ports") as { targetPort: string }[];
    assert.deepEqual(
      ports.map(({ targetPort }) => targetPort),
      ["http"],
    );
  });

  it("has no API and no ServiceMonitor by itself", async () => {
    const manifests = await render({ values: ["map"] });
    assert.equal(envOf(manifests, "OPERATIONS_PORT"), "9001");
    assert.deepEqual([envOf(manifests, "API_TOKEN_FILE"), volumeOf(manifests, "api")], [undefined, undefined]);
    assert.equal(kindsOf(manifests).includes("ServiceMonitor"), false);
    assert.equal(
      manifests.some(({ metadata }) => metadata.name === "ih-imagehook-api"),
      false,
    );
  });

  const volume = (secretName: string, key: string): object => ({
    name: "api",
    secret: { secretName, defaultMode: 0o440, items: [{ key, path: "token" }] },
  });
  const mount = { name: "api", mountPath: "/etc/imagehook/api", readOnly: true };

  it("mounts the API's token as a file, and shows it nowhere else", async () => {
    const manifests = await render({ values: ["map"], args: ["--set", `operations.apiToken=${TOKEN}`] });
    assert.deepEqual(secretOf(manifests, "ih-imagehook-api"), { token: TOKEN });
    assert.equal(envOf(manifests, "API_TOKEN_FILE"), "/etc/imagehook/api/token");
    assert.deepEqual(volumeOf(manifests, "api"), volume("ih-imagehook-api", "token"));
    assert.ok(JSON.stringify(at(containerOf(manifests), "volumeMounts")).includes(JSON.stringify(mount)));
    assert.equal(JSON.stringify(manifests).includes(TOKEN), false);
  });

  it("mounts a Secret of the user's own in its place", async () => {
    const ref = "operations.apiTokenSecretRef.name=mine,operations.apiTokenSecretRef.key=api";
    const manifests = await render({ values: ["map"], args: ["--set", ref] });
    assert.deepEqual(volumeOf(manifests, "api"), volume("mine", "api"));
    assert.equal(envOf(manifests, "API_TOKEN_FILE"), "/etc/imagehook/api/token");
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ["operations.apiToken=short", /operations\.apiToken: shorter than 16 characters/],
    ["operations.apiToken=0123456789abcdef 0", /operations\.apiToken: holds a blank or a comma/],
    ["operations.apiTokenSecretRef.name=mine", /operations\.apiTokenSecretRef: set name and key/],
    [
      `operations.apiToken=${TOKEN},operations.apiTokenSecretRef.name=mine,operations.apiTokenSecretRef.key=api`,
      /operations: set apiToken or apiTokenSecretRef, not both/,
    ],
    ["operations.port=0", /operations/],
    ["publicUrl=https://hooks.example.com/钩", /publicUrl: .* is not like https:\/\/hooks\.example\.com/],
  ];
  for (const [set, problem] of refused) {
    it(`refuses ${set}`, async () => {
      assert.match(await refusal(["--set", set]), problem);
    });
  }

  it("is found by the Prometheus operator where that is asked for", async () => {
    const args = ["--set", "serviceMonitor.enabled=true,serviceMonitor.labels.release=prometheus"];
    const manifests = await render({ values: ["map"], args });
    const monitor = find(manifests, "ServiceMonitor", "ih-imagehook");
    assert.equal(monitor.metadata.labels?.["release"], "prometheus");
    assert.deepEqual(at(monitor, "spec", "endpoints"), [{ port: "operations", path: "/metrics", interval: "30s" }]);
    const labels = at(monitor, "spec", "selector", "matchLabels") as Record<string, string>;
    const chosen = manifests.filter(
      ({ kind, metadata, spec }) =>
        kind === "Service" &&
        Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value) &&
        (at(spec, "ports") as { name: string }[]).some(({ name }) => name === "operations"),
    );
    assert.deepEqual(
      chosen.map(({ metadata }) => metadata.name),
      ["ih-imagehook-operations"],
    );
  });

  it("tells the service its public address", async () => {
    const manifests = await render({ values: ["map"], args: ["--set", "publicUrl=https://hooks.example.com"] });
    assert.equal(envOf(manifests, "PUBLIC_URL"), "https://hooks.example.com");
  });
});
