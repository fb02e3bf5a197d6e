import assert from "node:assert/strict";
import { judgeReply } from "../support/review-oracle.ts";

const V1 = "admission.k8s.io/v1";
const BETA = "admission.k8s.io/v1beta1";
const PATCH = Buffer.from("[]").toString("base64");

const review = (apiVersion: string, response?: object, kind = "AdmissionReview"): object => ({
  apiVersion,
  kind,
  response,
});

// The table of the API server's own test, by the names under which it is kept.
const ROWS = [
  { row: "O1", lists: [false, true], sent: BETA, reply: { response: { allowed: true } }, verdict: "" },
  { row: "O2", lists: [false, true], sent: V1, reply: review(V1, { uid: "123", allowed: true }), verdict: "" },
  {
    row: "O3",
    lists: [false, true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, auditAnnotations: { foo: "bar" } }),
    verdict: "",
  },
  { row: "O4", lists: [true], sent: BETA, reply: { response: { allowed: true, patch: PATCH } }, verdict: "" },
  {
    row: "O5",
    lists: [true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patch: PATCH, patchType: "JSONPatch" }),
    verdict: "",
  },
  {
    row: "O6",
    lists: [false, true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: false, status: { status: "Failure", message: "Foo", code: 401 } }),
    verdict: "",
  },
  { row: "O7", lists: [false, true], sent: V1, reply: review(V1), verdict: "webhook response was absent" },
  { row: "O7 beta", lists: [false, true], sent: BETA, reply: review(BETA), verdict: "webhook response was absent" },
  ...[
    review("admission.k8s.io2/v1", { uid: "123" }),
    review("admission.k8s.io/v2", { uid: "123" }),
    review(V1, { uid: "123" }, "AdmissionReview2"),
  ].map((reply) => ({
    row: "O8",
    lists: [false, true],
    sent: V1,
    reply,
    verdict: "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview",
  })),
  {
    row: "O9",
    lists: [false, true],
    sent: V1,
    reply: review(V1, { uid: "1234", allowed: true }),
    verdict: 'expected response.uid="123"',
  },
  {
    row: "O10",
    lists: [true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patch: PATCH }),
    verdict: "webhook returned response.patch but not response.patchType",
  },
  {
    row: "O11",
    lists: [true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patchType: "JSONPatch" }),
    verdict: "webhook returned response.patchType but not response.patch",
  },
  {
    row: "O12",
    lists: [true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patch: PATCH, patchType: "" }),
    verdict: 'webhook returned invalid response.patchType of ""',
  },
  {
    row: "O13",
    lists: [true],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patch: PATCH, patchType: "Foo" }),
    verdict: 'unsupported patch type "Foo"',
  },
  {
    row: "O14 patch",
    lists: [false],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patch: PATCH, patchType: "JSONPatch" }),
    verdict: "validating webhook may not return response.patch",
  },
  {
    row: "O14 type",
    lists: [false],
    sent: V1,
    reply: review(V1, { uid: "123", allowed: true, patchType: "JSONPatch" }),
    verdict: "validating webhook may not return response.patchType",
  },
];

describe("judgeReply(sent, text): the API server's own table", () => {
  for (const { row, lists, sent, reply, verdict } of ROWS)
    for (const isMutating of lists)
      it(`${row}: says ${verdict === "" ? "nothing" : verdict} of ${JSON.stringify(reply)}, ${isMutating ? "mutating" : "validating"}`, () => {
        assert.equal(judgeReply({ uid: "123", apiVersion: sent, isMutating }, JSON.stringify(reply)), verdict);
      });

  for (const [field, value] of [
    ["uid", 123],
    ["allowed", "true"],
    ["status", "no"],
    ["status.code", 403.5],
    ["status.code", 2 ** 31],
    ["status.code", "403"],
    ["status.reason", 1],
    ["status.message", {}],
    ["status.details", []],
    ["patch", "not base64"],
    ["patch", []],
    ["patchType", 1],
    ["auditAnnotations", { a: 1 }],
    ["warnings", "one"],
    ["warnings", [1]],
  ] as const)
    it(`refuses ${field} ${JSON.stringify(value)}, which Go cannot decode`, () => {
      const [, key] = field.split(".");
      const response = {
        uid: "123",
        allowed: true,
        ...(key === undefined ? { [field]: value } : { status: { [key]: value } }),
      };
      const sent = { uid: "123", apiVersion: V1, isMutating: true };
      assert.equal(judgeReply(sent, JSON.stringify(review(V1, response))), `response.${field} cannot be decoded`);
    });

  it("refuses what is no JSON, and a patch that is none", () => {
    const sent = { uid: "123", apiVersion: V1, isMutating: true };
    assert.equal(judgeReply(sent, "[{"), "reply is no JSON object");
    const patch = Buffer.from("[{").toString("base64");
    const broken = review(V1, { uid: "123", allowed: true, patch, patchType: "JSONPatch" });
    assert.equal(judgeReply(sent, JSON.stringify(broken)), "patch is no JSON Patch");
  });

  it("refuses a patch that does not apply to the object, or has none", () => {
    const patch = Buffer.from('[{"op":"add","path":"/metadata/labels/x","value":"1"}]').toString("base64");
    const reply = JSON.stringify(review(V1, { uid: "123", allowed: true, patch, patchType: "JSONPatch" }));
    const judged = (object: unknown): string =>
      judgeReply({ uid: "123", apiVersion: V1, isMutating: true, object }, reply);
    assert.equal(judged({ metadata: { labels: {} } }), "");
    assert.equal(judged({ metadata: {} }), "patch does not apply: Value required at path: /metadata/labels/x");
    assert.equal(judged(null), "patch of a request without an object");
  });
});
