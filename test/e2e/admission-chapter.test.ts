import assert from "node:assert/strict";
import { defaulter, validator } from "../../src/admission.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { openWebhooks, type Webhooks } from "./admission-kit.ts";

const GROUP = "chapter.example.com";
const kind = { group: GROUP, version: "v1", kind: "Size", resource: "sizes" };

interface Size {
  readonly metadata: { labels?: Record<string, string> };
  readonly spec: { size?: number | string; wish?: string };
}

const schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: { size: { type: "integer", minimum: 1 }, wish: { type: "string" } },
    },
  },
};

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `sizes.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { kind: "Size", plural: "sizes", singular: "size" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
};

const sizeOf = (name: string, spec: object): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: "Size",
  metadata: { name },
  spec,
});

describe("the six steps of the chapter, on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  const mutated: string[] = [];
  const judged: Size[] = [];
  let webhooks: Webhooks;
  let sizes = "";

  const judge = (object: Size): undefined => {
    judged.push(structuredClone(object));
    if (Number(object.spec.size) % 2 === 1) throw new Error("spec.size: must be even");
  };
  const call = (method: string, path: string, body?: object) => cluster().call(method, sizes + path, body);
  const create = (name: string, spec: object) => call("POST", "", sizeOf(name, spec));
  const messageOf = ({ body }: { body: unknown }): string => (body as { message: string }).message;
  const stateOf = (body: unknown) => body as Size & { readonly metadata: { readonly resourceVersion: string } };

  before(async () => {
    await apply(cluster(), definition);
    await cluster().kubectl(["wait", "--for=condition=Established", "crd", `sizes.${GROUP}`]);
    webhooks = await openWebhooks(cluster(), {
      prefix: "chapter",
      register: (server, place) => {
        const complete = defaulter<Size>({
          kind,
          default: (object, { name }) => {
            mutated.push(name);
            object.metadata.labels = { ...object.metadata.labels, completed: "yes" };
            object.spec.size = object.spec.wish === "break the schema" ? "large" : (object.spec.size ?? 4);
          },
        });
        server.register("/sizes/complete", complete, { ...place, failurePolicy: "Fail" });
        const judging = validator<Size>({ kind, create: judge, update: judge });
        server.register("/sizes/judge", judging, { ...place, failurePolicy: "Fail" });
      },
    });
    sizes = `/apis/${GROUP}/v1/namespaces/${webhooks.app}/sizes`;
    await waitFor(
      () => call("GET", ""),
      ({ status }) => status === 200,
      { timeoutMs: 10_000, what: "the resource" },
    );
  });
  beforeEach(() => {
    mutated.length = 0;
    judged.length = 0;
  });
  after(async () => {
    await webhooks.close();
    await cluster().kubectl(["delete", "crd", `sizes.${GROUP}`]);
  });

  it("1 and 2: asks neither webhook about a request of somebody who may not make it", async () => {
    const sent = JSON.stringify(sizeOf("foreign", { size: 2 }));
    const args = ["create", "--as=nobody", "-n", webhooks.app, "-f", "-"];
    await assert.rejects(cluster().kubectl(args, sent), /User "nobody" cannot create resource "sizes"/);
    assert.deepEqual([mutated, judged], [[], []]);
  });

  it("3: mutates what lacks a required field before the schema is looked at", async () => {
    const { status, body } = await create("completed", {});
    assert.equal(status, 201);
    assert.deepEqual(mutated, ["completed"]);
    assert.deepEqual([stateOf(body).spec, stateOf(body).metadata.labels], [{ size: 4 }, { completed: "yes" }]);
  });

  it("4: refuses a mutation that breaks the schema before the validator runs", async () => {
    const refused = await create("broken", { size: 2, wish: "break the schema" });
    assert.equal(refused.status, 422);
    assert.match(
      messageOf(refused),
      /^Size\.chapter\.example\.com "broken" is invalid: .*spec\.size: Invalid value: "string"/,
    );
    assert.deepEqual([mutated, judged.length], [["broken"], 0]);
    assert.equal((await call("GET", "/broken")).status, 404);
  });

  it("5: shows the validator the object as it was mutated", async () => {
    assert.equal((await create("seen", {})).status, 201);
    assert.equal(judged.length, 1);
    assert.deepEqual([judged[0]?.spec, judged[0]?.metadata.labels], [{ size: 4 }, { completed: "yes" }]);
  });

  it("6: stores nothing of what the validator denies", async () => {
    const denial = `admission webhook "sizes-judge.webhooks.${webhooks.home}.svc" denied the request: spec.size: must be even`;
    const created = await create("odd", { size: 3 });
    assert.deepEqual([created.status, messageOf(created)], [403, denial]);
    assert.equal((await call("GET", "/odd")).status, 404);

    const { body: before } = await create("stays", { size: 2 });
    const updated = await call("PATCH", "/stays", { spec: { size: 5 } });
    assert.deepEqual([updated.status, messageOf(updated)], [403, denial]);
    assert.equal(judged.at(-1)?.spec.size, 5);
    const { body: after } = await call("GET", "/stays");
    assert.deepEqual(after, before);
    assert.equal(stateOf(after).metadata.resourceVersion, stateOf(before).metadata.resourceVersion);
  });

  it("6: lets a controller see what passes, and nothing of what was refused", async () => {
    const { body: list } = await call("GET", "");
    const since = stateOf(list).metadata.resourceVersion;
    const watch = call("GET", `?watch=1&timeoutSeconds=3&resourceVersion=${since}`);
    assert.equal((await create("watched", {})).status, 201);
    assert.equal((await create("unseen", { size: 7 })).status, 403);
    assert.equal((await create("unseen", { size: 2, wish: "break the schema" })).status, 422);
    assert.equal((await call("PATCH", "/watched", { spec: { size: 9 } })).status, 403);
    assert.equal((await call("PATCH", "/watched", { spec: { size: 8 } })).status, 200);
    const events = String((await watch).body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; object: Size & { metadata: { name: string } } });
    assert.deepEqual(
      events.map(({ type, object: { metadata, spec } }) => [type, metadata.name, spec.size, metadata.labels]),
      [
        ["ADDED", "watched", 4, { completed: "yes" }],
        ["MODIFIED", "watched", 8, { completed: "yes" }],
      ],
    );
  });
});
