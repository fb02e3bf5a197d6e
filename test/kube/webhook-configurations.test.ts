import assert from "node:assert/strict";
import { describeFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { StandingConfiguration } from "../../src/flow/admission/certificate-ports.ts";
import { issueSelfSigned } from "../../src/files/issue-certificate.ts";
import { createWebhookConfigurations } from "../../src/kube/webhook-configurations.ts";
import { useCluster } from "../support/cluster.ts";
import { renderCertificates, type RenderedCertificates } from "./certificates-kit.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe("createWebhookConfigurations(client, name), with rights to get and patch two objects", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let rendered: RenderedCertificates;
  let bundle: string;
  before(async () => {
    bundle = (await issueSelfSigned({ names: ["localhost"], days: 1 })).ca;
  });
  beforeEach(async () => {
    rendered = await renderCertificates(cluster());
  });
  afterEach(() => rendered.close());

  const read = async (): Promise<{ standing: readonly StandingConfiguration[]; missing: readonly string[] }> => {
    const found = await createWebhookConfigurations(rendered.client, rendered.name).read(soon());
    assert.equal(found.kind, "ok", JSON.stringify(found));
    return found.value;
  };

  it("reads both, and gives each webhook the bundle", async () => {
    const { standing, missing } = await read();
    assert.deepEqual(missing, []);
    assert.deepEqual(
      standing.map(({ name, bundles }) => ({ name, bundles })),
      ["mutating", "validating"].map((kind) => ({
        name: `${kind}webhookconfigurations/${rendered.name}`,
        bundles: ["", ""],
      })),
    );
    for (const { put } of standing) assert.equal((await put(bundle, soon())).kind, "ok");
    assert.deepEqual(await rendered.bundles(), [bundle, bundle, bundle, bundle]);
    assert.deepEqual(
      (await read()).standing.map(({ bundles }) => bundles),
      [
        [bundle, bundle],
        [bundle, bundle],
      ],
    );
  });

  it("does not write over a change that it has not seen", async () => {
    const [first, second] = [await read(), await read()];
    assert.equal((await first.standing[0]?.put(bundle, soon()))?.kind, "ok");
    const lost = await second.standing[0]?.put(`${bundle}${bundle}`, soon());
    assert.equal(lost?.kind === "error" && lost.error.kind, "conflict");
    assert.deepEqual(await rendered.bundles(), [bundle, bundle, "", ""]);
  });

  it("names the one that is missing", async () => {
    await cluster().kubectl(["delete", "mutatingwebhookconfiguration", rendered.name]);
    const { standing, missing } = await read();
    assert.deepEqual(missing, [`mutatingwebhookconfigurations/${rendered.name}`]);
    assert.deepEqual(
      standing.map(({ name }) => name),
      [`validatingwebhookconfigurations/${rendered.name}`],
    );
  });

  it("names the right that it lacks, on any other", async () => {
    const found = await createWebhookConfigurations(rendered.client, "other").read(soon());
    assert.ok(found.kind === "error");
    const right = 'get mutatingwebhookconfigurations.admissionregistration.k8s.io "other" of the cluster';
    assert.ok(describeFailure(found.error).includes(`lacks the right to ${right}`), describeFailure(found.error));
  });
});
