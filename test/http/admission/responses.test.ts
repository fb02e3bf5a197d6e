import assert from "node:assert/strict";
import {
  allowed,
  denied,
  errored,
  mutating,
  mutatingChain,
  patched,
  patchFromObjects,
  statusError,
  validating,
  validatingChain,
  validationResponse,
  withAuditAnnotations,
  withWarnings,
  type AdmissionResponse,
  type AnyHandler,
} from "../../../src/admission.ts";
import { serveReviews, UID, type ReviewClient } from "./review-client.ts";

const OBJECT = { metadata: { annotation: {} }, spec: { replicas: "1" } };
const ADD = { op: "add", path: "/metadata/annotation/new-key", value: "new-value" } as const;
const REPLACE = { op: "replace", path: "/spec/replicas", value: "2" } as const;
const HELLO = { op: "add", path: "/metadata/annotation/hello", value: "world" } as const;
// As the API's own tests print it.
const ALL =
  '[{"op":"add","path":"/metadata/annotation/new-key","value":"new-value"},{"op":"replace","path":"/spec/replicas","value":"2"},{"op":"add","path":"/metadata/annotation/hello","value":"world"}]';

const circular: { self?: object } = {};
circular.self = circular;
const throwing = (error: unknown): AnyHandler =>
  validating(() => {
    throw error;
  });

const patchOf = (...operations: readonly object[]): object => ({
  patchType: "JSONPatch",
  patch: Buffer.from(JSON.stringify(operations)).toString("base64"),
});

interface Row {
  readonly when: string;
  readonly handler: AnyHandler;
  /** What is expected besides the uid. */
  readonly response: object;
}

const OK = { allowed: true, status: { code: 200 } };
const FORBIDDEN = { allowed: false, status: { code: 403, reason: "Forbidden" } };
const messaged = (message: string): object => ({ allowed: false, status: { code: 403, reason: "Forbidden", message } });

const ROWS: readonly Row[] = [
  { when: "allowed()", handler: validating(() => allowed()), response: OK },
  {
    when: "allowed(message)",
    handler: validating(() => allowed("fine")),
    response: { allowed: true, status: { code: 200, message: "fine" } },
  },
  { when: "denied()", handler: validating(() => denied()), response: FORBIDDEN },
  {
    when: "denied(message)",
    handler: validating(() => denied("none shall pass!")),
    response: messaged("none shall pass!"),
  },
  { when: "validationResponse(true)", handler: validating(() => validationResponse(true)), response: OK },
  {
    when: "validationResponse(false, message)",
    handler: validating(() => validationResponse(false, "no")),
    response: messaged("no"),
  },
  {
    when: "errored(code, error)",
    handler: validating(() => errored(400, new Error("spec.size is no number"))),
    response: { allowed: false, status: { code: 400, message: "spec.size is no number" } },
  },
  { when: "{ allowed: true }", handler: () => ({ allowed: true }), response: OK },
  { when: "{ allowed: false }", handler: () => ({ allowed: false }), response: FORBIDDEN },
  {
    when: "a code of 0 and a message of its own",
    handler: () => ({ allowed: true, status: { code: 0, message: "mine" } }),
    response: { allowed: true, status: { code: 200, message: "mine" } },
  },
  {
    when: "a promise",
    handler: () => Promise.resolve(denied("later")),
    response: messaged("later"),
  },
  {
    when: "patched(message, …)",
    handler: mutating(() => patched("some changes", ADD, REPLACE)),
    response: { allowed: true, status: { code: 200, message: "some changes" }, ...patchOf(ADD, REPLACE) },
  },
  {
    when: "patched() without operations",
    handler: mutating(() => patched("")),
    response: OK,
  },
  {
    when: "a patch beside a refusal",
    handler: () => ({ ...denied("no"), patch: [ADD] }),
    response: messaged("no"),
  },
  {
    when: "patchFromObjects of equal objects",
    handler: mutating(() => patchFromObjects(OBJECT, structuredClone(OBJECT))),
    response: OK,
  },
  {
    when: "patchFromObjects of different ones",
    handler: mutating(() => patchFromObjects(OBJECT, { ...OBJECT, spec: { replicas: "2" } })),
    response: { ...OK, ...patchOf(REPLACE) },
  },
  {
    when: "warnings and audit annotations",
    handler: validating(() => withAuditAnnotations(withWarnings(withWarnings(allowed(), "a"), "b"), { k: "v" })),
    response: { ...OK, warnings: ["a", "b"], auditAnnotations: { k: "v" } },
  },
  {
    when: "a thrown error",
    handler: throwing(new Error("fake panic test")),
    response: { allowed: false, status: { code: 500, message: "panic: fake panic test [recovered]" } },
  },
  {
    when: "a thrown text",
    handler: throwing("out of luck"),
    response: { allowed: false, status: { code: 500, message: "panic: out of luck [recovered]" } },
  },
  {
    when: "a thrown status",
    handler: throwing(
      statusError({ code: 422, reason: "Invalid", message: "spec.size: odd", details: { kind: "Size" } }),
    ),
    response: {
      allowed: false,
      status: { code: 422, reason: "Invalid", message: "spec.size: odd", details: { kind: "Size" } },
    },
  },
  ...[undefined, null, "yes", {}, { allowed: "yes" }].map((nothing) => ({
    when: `${nothing === undefined ? "undefined" : JSON.stringify(nothing)}, which is no response`,
    handler: (() => nothing as unknown as AdmissionResponse) satisfies AnyHandler,
    response: {
      allowed: false,
      status: { code: 500, message: "the webhook's handler returned no response: return allowed() or denied()" },
    },
  })),
  {
    when: "a patch that cannot be printed",
    handler: () => patched("", { op: "add", path: "/a", value: circular }),
    response: { allowed: false, status: { code: 500, message: "unable to encode response" } },
  },
  {
    when: "a chain that changes",
    handler: mutatingChain(
      () => patched("dropped", ADD, REPLACE),
      () => withWarnings(patched("", HELLO), "w"),
      () => allowed(),
    ),
    response: { ...OK, patchType: "JSONPatch", patch: Buffer.from(ALL).toString("base64"), warnings: ["w"] },
  },
  { when: "a chain that changes nothing", handler: mutatingChain(() => allowed()), response: OK },
  {
    when: "a chain in which one refuses",
    handler: mutatingChain(
      () => patched("", ADD),
      () => denied("no"),
      () => patched("", HELLO),
    ),
    response: messaged("no"),
  },
  { when: "a chain of nothing", handler: validatingChain(), response: OK },
  {
    when: "a validating chain",
    handler: validatingChain(
      () => withWarnings(allowed("dropped"), "w"),
      () => denied("no"),
      () => denied("never"),
    ),
    response: { ...messaged("no"), warnings: ["w"] },
  },
];

describe("admission over HTTPS: what handlers answer", () => {
  let client: ReviewClient;
  before(async () => {
    client = await serveReviews(
      Object.fromEntries(ROWS.map(({ handler }, index) => [`/row-${String(index)}`, handler])),
    );
  });
  after(() => client.close());

  for (const [index, { when, handler, response }] of ROWS.entries())
    it(`sends ${when}`, async () => {
      const isValidating = "list" in handler && handler.list === "validating";
      const sent = { operation: "CREATE", object: OBJECT };
      const reply = await client.review(`/row-${String(index)}`, sent, { isValidating });
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.response, { uid: UID, ...response });
    });

  it("refuses a patch of a request without an object, which the API server would not pass over", async () => {
    const index = ROWS.findIndex(({ when }) => when === "patched(message, …)");
    const reply = await client.review(`/row-${String(index)}`, { operation: "DELETE", oldObject: OBJECT });
    assert.deepEqual(reply.response?.status, {
      code: 500,
      message: "the webhook's handler patched a request without an object (DELETE)",
    });
  });
});
