import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { connect } from "node:tls";
import { run } from "../../scripts/control-plane/run.ts";
import {
  allowed,
  denied,
  errored,
  mutating,
  patched,
  validating,
  withAuditAnnotations,
  withWarnings,
  type AdmissionRequest,
  type AdmissionResponse,
  type ValidatingResponse,
} from "../../src/admission.ts";
import { useCluster, waitFor } from "../support/cluster.ts";
import { openWebhooks, SERVICE, type Webhooks } from "./admission-kit.ts";

const everything = ["CREATE", "UPDATE", "DELETE"];
const maps = { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: everything };
const proxies = { apiGroups: [""], apiVersions: ["v1"], resources: ["services/proxy"], operations: ["CONNECT"] };

const wishOf = ({ object, oldObject }: AdmissionRequest): string =>
  ((object ?? oldObject)?.["data"] as { wish?: string } | undefined)?.wish ?? "";

const answers: Readonly<Record<string, () => ValidatingResponse>> = {
  deny: () => denied("not today"),
  "deny without a word": () => denied(),
  "deny without a reason": () => errored(400, ""),
  "deny with a status": () => ({
    allowed: false,
    status: { code: 422, reason: "Invalid", message: "no", details: { name: "it", kind: "ConfigMap" } },
  }),
  throw: () => {
    throw new Error("a bug of ours");
  },
  warn: () => withAuditAnnotations(withWarnings(allowed(), "data.old is going away"), { policy: "old-data" }),
};

const changes: Readonly<Record<string, () => AdmissionResponse>> = {
  change: () => patched("", { op: "add", path: "/data/changed", value: "yes" }),
  "change what is not there": () => patched("", { op: "add", path: "/metadata/labels/x", value: "yes" }),
};

describe("reviews of the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  const seen: AdmissionRequest[] = [];
  let webhooks: Webhooks;
  let path = "";

  const call = (method: string, name: string, data?: object, query = "") =>
    cluster().call(method, `${path}${name}${query}`, data && { metadata: { name: name.slice(1) || "made" }, data });
  const create = (name: string, data: object, query = "") =>
    cluster().call("POST", path + query, { metadata: { name }, data });
  const messageOf = ({ body }: { body: unknown }): string => (body as { message?: string }).message ?? "";
  const dataOf = ({ body }: { body: unknown }): unknown => (body as { data?: unknown }).data;
  const named = (word: string): string => `${word}.${SERVICE}.${webhooks.home}.svc`;
  const denial = (said: string): string => `admission webhook "${named("judge")}" denied the request${said}`;

  before(async () => {
    webhooks = await openWebhooks(cluster(), {
      prefix: "reviews",
      options: { maxInFlightBytes: 256 * 1024 },
      register: (server, place) => {
        const judge = validating((request) => {
          seen.push(request);
          return answers[wishOf(request)]?.() ?? allowed();
        });
        server.register(
          "/change",
          mutating((request) => changes[wishOf(request)]?.() ?? allowed()),
          {
            ...place,
            rules: [{ ...maps, operations: ["CREATE", "UPDATE"] }],
          },
        );
        server.register("/judge", judge, { ...place, rules: [maps, proxies], timeoutSeconds: 2 });
        const guarded = { objectSelector: { matchLabels: { guarded: "yes" } }, failurePolicy: "Fail" as const };
        server.register(
          "/guard",
          validating(() => allowed()),
          {
            ...place,
            ...guarded,
            rules: [maps],
            timeoutSeconds: 2,
          },
        );
      },
    });
    path = `/api/v1/namespaces/${webhooks.app}/configmaps`;
  });
  beforeEach(() => {
    seen.length = 0;
  });
  after(() => webhooks.close());

  const refusals = [
    { wish: "deny", status: 403, said: ": not today", reason: "Forbidden" },
    { wish: "deny without a word", status: 403, said: ": Forbidden", reason: "Forbidden" },
    { wish: "deny without a reason", status: 400, said: " without explanation", reason: undefined },
    { wish: "deny with a status", status: 422, said: ": no", reason: "Invalid" },
    { wish: "throw", status: 500, said: ": panic: a bug of ours [recovered]", reason: undefined },
  ];
  for (const { wish, status, said, reason } of refusals)
    it(`are refusals of a creation and of an update: ${wish}`, async () => {
      const created = await create("refused", { wish });
      assert.deepEqual([created.status, messageOf(created)], [status, denial(said)]);
      assert.equal((created.body as { reason?: string }).reason, reason);
      assert.equal((await call("GET", "/refused")).status, 404);
      const name = `stays-${wish.replaceAll(" ", "-")}`;
      const { body } = await create(name, { kept: "yes" });
      const updated = await call("PATCH", `/${name}`, { wish });
      assert.deepEqual([updated.status, messageOf(updated)], [status, denial(said)]);
      assert.deepEqual((await call("GET", `/${name}`)).body, body);
    });

  it("change what is created and what is updated", async () => {
    assert.deepEqual(dataOf(await create("changed", { wish: "change" })), { wish: "change", changed: "yes" });
    await create("later", { a: "1" });
    await call("PATCH", "/later", { wish: "change" });
    assert.deepEqual(dataOf(await call("GET", "/later")), { a: "1", wish: "change", changed: "yes" });
  });

  it("say that a run is dry, which stores nothing", async () => {
    const made = await create("dry", { wish: "change" }, "?dryRun=All");
    assert.deepEqual([made.status, dataOf(made)], [201, { wish: "change", changed: "yes" }]);
    assert.deepEqual(
      seen.map(({ dryRun, operation }) => [dryRun, operation]),
      [[true, "CREATE"]],
    );
    assert.equal((await call("GET", "/dry")).status, 404);
  });

  it("show a deletion the old object", async () => {
    await create("doomed", { kept: "yes" });
    assert.equal((await call("DELETE", "/doomed")).status, 200);
    const { operation, object, oldObject } = seen.at(-1) ?? assert.fail("nobody was asked");
    assert.deepEqual([operation, object, oldObject?.["data"]], ["DELETE", null, { kept: "yes" }]);
  });

  it("are asked for a connection, which has options for its object", async () => {
    await cluster().call("GET", `/api/v1/namespaces/${webhooks.app}/services/none:80/proxy/`);
    const { operation, object, subResource, name } = seen.at(-1) ?? assert.fail("nobody was asked");
    assert.deepEqual(
      [operation, object?.["kind"], subResource, name],
      ["CONNECT", "ServiceProxyOptions", "proxy", "none:80"],
    );
  });

  it("are shown by kubectl apply: the denial, and warnings", async () => {
    const apply = (name: string, wish: string) => {
      const stdin = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { wish } });
      const args = ["apply", "--kubeconfig", cluster().kubeconfig, "-n", webhooks.app, "-f", "-"];
      return run(cluster().binaries.kubectl, args, { stdin });
    };
    await assert.rejects(apply("applied", "deny"), (error) => String(error).includes(denial(": not today")));
    const { stdout, stderr } = await apply("warned", "warn");
    assert.deepEqual([stdout.trim(), stderr.trim()], ["configmap/warned created", "Warning: data.old is going away"]);
  });

  it("put notes into the audit log behind the webhook's name", async () => {
    await create("noted", { wish: "warn" });
    const lines = (await readFile(cluster().auditLog, "utf8"))
      .split("\n")
      .filter((line) => line.includes(webhooks.app));
    const entries = lines.map((line) => JSON.parse(line) as { annotations?: Record<string, string>; verb: string });
    const notes = entries.map(({ annotations }) => annotations?.[`${named("judge")}/policy`]);
    assert.ok(notes.includes("old-data"), JSON.stringify(entries.at(-1)));
  });

  it("fail where a patch does not apply, though the policy is Ignore", async () => {
    const failed = await create("unpatched", { wish: "change what is not there" });
    assert.equal(failed.status, 500);
    assert.match(messageOf(failed), /^Internal error occurred: add operation does not apply: /);
    assert.equal((await call("GET", "/unpatched")).status, 404);
  });

  const guarded = (name: string) =>
    cluster().call("POST", path, { metadata: { name, labels: { guarded: "yes" } }, data: {} });

  it("of a full server are 429: Ignore lets the request through, Fail refuses it", async () => {
    const { server, authority, home } = webhooks;
    const servername = `${SERVICE}.${home}.svc`;
    const socket = connect({ host: cluster().hostAddress, port: server.port, ca: authority.cert, servername });
    const head = ["POST /judge HTTP/1.1", `Host: ${servername}`, "Content-Type: application/json"];
    socket.write(`${[...head, `Content-Length: ${String(64 * 1024)}`].join("\r\n")}\r\n\r\n{`);
    await waitFor(
      () => guarded("full").then(messageOf),
      (said) => said.includes("failed calling webhook"),
      { timeoutMs: 20_000, what: "a refusal" },
    );
    const passed = await create("passed", { wish: "deny" });
    socket.destroy();
    assert.equal(passed.status, 201);
    assert.match(
      (await server.metrics()).text,
      /imagehook_admission_requests_total\{path="\/guard",code="429"\} [1-9]/,
    );
    assert.match(
      (await server.metrics()).text,
      /imagehook_admission_requests_total\{path="\/judge",code="429"\} [1-9]/,
    );
  });

  it("of nobody: Ignore lets the request through, Fail refuses it", async () => {
    await webhooks.server.stop();
    assert.equal((await create("alone", { wish: "deny" })).status, 201);
    const refused = await guarded("unguarded");
    assert.equal(refused.status, 500);
    const [start, end] = [`failed calling webhook "${named("guard")}": `, "connect: connection refused"];
    assert.ok(messageOf(refused).includes(start) && messageOf(refused).endsWith(end), messageOf(refused));
  });
});
