import assert from "node:assert/strict";
import Koa from "koa";
import {
  allowed,
  createAdmissionServer,
  denied,
  validating,
  type AdmissionRequest,
  type HandlerContext,
} from "../../../src/admission.ts";
import { serveReviews, UID, type ReviewClient } from "./review-client.ts";

const POD = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { image: "bar:v2" } };
const OLD = { ...POD, spec: { image: "bar:v1" } };
const SENT = {
  kind: { group: "", version: "v1", kind: "Pod" },
  resource: { group: "", version: "v1", resource: "pods" },
  requestKind: { group: "", version: "v1beta1", kind: "Pod" },
  requestResource: { group: "", version: "v1beta1", resource: "pods" },
  name: "web",
  namespace: "shop",
  operation: "UPDATE",
  userInfo: { username: "ada", uid: "7", groups: ["a", "b"], extra: { team: ["x"] } },
  object: POD,
  oldObject: OLD,
  dryRun: true,
  options: { kind: "UpdateOptions" },
};
const never = (): Promise<never> => new Promise(() => undefined);

describe("admission over HTTPS: what handlers are given", () => {
  let client: ReviewClient;
  const seen: { request: AdmissionRequest; context: HandlerContext }[] = [];
  let aborted: Promise<string> = Promise.resolve("");
  before(async () => {
    client = await serveReviews({
      "/see": (request, context) => {
        seen.push({ request, context });
        context.log.info({ more: 1 }, "said by the handler");
        return allowed();
      },
      "/decode": validating((request, { decoder }) => {
        decoder.oldObject(request, { group: "", version: "v1", kind: "Pod" });
        decoder.object(request, { group: "", version: "v1", kind: "Node" });
        return allowed();
      }),
      "/slow": (_request, { signal }) => {
        aborted = new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve(String(signal.reason));
          });
        });
        return never();
      },
      "/deaf": never,
      "/late": () => new Promise((resolve) => setTimeout(resolve, 50, denied("later"))),
      "/throws": () => Promise.reject(new Error("fake panic test")),
    });
  });
  after(() => client.close());

  it("are given the whole request", async () => {
    await client.review("/see", SENT);
    assert.deepEqual(seen.at(-1)?.request, { uid: UID, subResource: "", requestSubResource: "", ...SENT });
  });

  it("are given empty values for what a review leaves out", async () => {
    await client.review("/see", { userInfo: {}, kind: null });
    const request = seen.at(-1)?.request;
    assert.deepEqual(
      [request?.kind, request?.requestKind, request?.object, request?.name, request?.dryRun, request?.userInfo],
      [{ group: "", version: "", kind: "" }, null, null, "", false, { username: "", uid: "", groups: [], extra: {} }],
    );
  });

  it("have a log that says what it is about, and nothing of the object", async () => {
    client.log.clear();
    await client.review("/see", { ...SENT, subResource: "status" });
    const facts = {
      path: "/see",
      requestId: UID,
      operation: "UPDATE",
      resource: "pods/status",
      kind: "Pod",
      namespace: "shop",
      name: "web",
      user: "ada",
      dryRun: true,
    };
    assert.deepEqual(client.log.factsOf("said by the handler"), [{ ...facts, more: 1 }]);
    assert.deepEqual(client.log.factsOf("review is answered"), [{ ...facts, allowed: true, code: 200 }]);
    assert.doesNotMatch(client.log.text(), /bar:v/);
  });

  it("have no Kubernetes client unless the server was given one", async () => {
    await client.review("/see", SENT);
    assert.equal(seen.at(-1)?.context.client, undefined);
    const own = { get: () => 1 };
    const server = createAdmissionServer({ host: "127.0.0.1", port: 0, client: own, log: client.log });
    server.register("/", (_request, context) => (context.client.get() === 1 ? allowed() : denied()));
    assert.deepEqual(server.paths, ["/"]);
  });

  it("refuse an object of another kind by the decoder", async () => {
    const { response } = await client.review("/decode", SENT, { isValidating: true });
    assert.deepEqual(response?.status, { code: 400, message: "expected v1, Kind=Node, got v1, Kind=Pod" });
    const empty = await client.review("/decode", { operation: "CREATE" }, { isValidating: true });
    assert.deepEqual(empty.response?.status, { code: 400, message: "there is no content to decode" });
  });

  it("are refused for within the API server's time, and told by their signal", async () => {
    const startMs = performance.now();
    const { response } = await client.review("/slow?timeout=1s", SENT);
    assert.ok(performance.now() - startMs < 1_000, "too late");
    assert.deepEqual(response?.status, { code: 504, message: "the webhook's handler did not answer within 900 ms" });
    assert.equal(await aborted, "Error: the API server waits no longer than 900 ms");
    const deaf = await client.review("/deaf?timeout=200ms&x=1", SENT);
    assert.equal(deaf.response?.status.code, 504);
  });

  it("may take their time within it", async () => {
    const { response } = await client.review("/late?timeout=1s", SENT);
    assert.equal(response?.status.message, "later");
  });

  it("are told when the caller has gone", async () => {
    const gone = client.review("/slow?timeout=30s", SENT);
    const settled = gone.then(
      () => "answered",
      () => "broken off",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.close();
    assert.equal(await settled, "broken off");
    assert.equal(await aborted, "Error: the caller has gone");
    client = await serveReviews({ "/throws": () => Promise.reject(new Error("fake panic test")), "/deaf": never });
  });

  it("are counted when they throw and when they are late, with the stack in the log alone", async () => {
    const { text } = await client.review("/throws", SENT);
    await client.review("/deaf?timeout=100ms", SENT);
    assert.doesNotMatch(text, /at .*handlers\.test/);
    assert.match(client.log.text(), /at .*handlers\.test/);
    const metrics = await client.server.metrics();
    assert.match(metrics.text, /imagehook_admission_panics_total\{path="\/throws"\} 1/);
    assert.match(metrics.text, /imagehook_admission_timeouts_total\{path="\/deaf"\} 1/);
    assert.match(metrics.text, /imagehook_admission_denials_total\{path="\/deaf"\} 1/);
    assert.match(metrics.text, /imagehook_admission_in_flight\{path="\/deaf"\} 0/);
  });
});

describe("admissionMiddleware(find, answer)", () => {
  it("serves reviews in any Koa application, beside what is there", async () => {
    const { admissionMiddleware, createAnswerReview } = await import("../../../src/admission.ts");
    const log = { debug: never, info: never, warn: never, error: never };
    const answer = createAnswerReview({ client: undefined, log, metrics: { begin: () => () => undefined } });
    const app = new Koa();
    app.use(admissionMiddleware((path) => (path === "/judge" ? () => denied("no") : undefined), answer));
    app.use((context) => {
      context.body = "something else";
    });
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const body = JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request: { uid: UID } });
    const headers = { "content-type": "application/json" };
    const judged = await fetch(`http://127.0.0.1:${String(port)}/judge`, { method: "POST", headers, body });
    assert.match(await judged.text(), /"message":"no"/);
    assert.equal(await (await fetch(`http://127.0.0.1:${String(port)}/other`)).text(), "something else");
    server.closeAllConnections();
    server.close();
  });
});
