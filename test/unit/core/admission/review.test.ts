import assert from "node:assert/strict";
import fc from "fast-check";
import type { AdmissionRequest } from "../../../../src/core/admission/request.ts";
import { printReview, reviewFor } from "../../../../src/core/admission/review-for.ts";
import {
  completeStatus,
  decodeReview,
  encodeBadReview,
  encodeReview,
  NO_ADDRESS,
} from "../../../../src/core/admission/review.ts";

const V1 = "admission.k8s.io/v1";
const BETA = "admission.k8s.io/v1beta1";
const ADDRESS = { uid: "7", apiVersion: V1 } as const;
const POD = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } };
const review = (request: unknown, apiVersion: unknown = V1, kind: unknown = "AdmissionReview"): string =>
  JSON.stringify({ kind, apiVersion, request });

describe("decodeReview(body)", () => {
  for (const apiVersion of [V1, BETA] as const)
    it(`reads back what was printed in ${apiVersion}`, () => {
      const { create, update, delete: remove, connect } = reviewFor(POD);
      for (const request of [create(), update({ ...POD, spec: {} }), remove({ dryRun: true }), connect()]) {
        const address = { uid: request.uid, apiVersion };
        assert.deepEqual(decodeReview(printReview(request, apiVersion)), { kind: "ok", value: { address, request } });
      }
    });

  it("reads back any request", () => {
    const text = fc.string();
    const kind = fc.record({ group: text, version: text, kind: text });
    const resource = fc.record({ group: text, version: text, resource: text });
    const object = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    const orNull = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { nil: null });
    const texts = fc.array(text, { maxLength: 3 });
    const request = fc.record<AdmissionRequest>({
      uid: text,
      kind,
      resource,
      subResource: text,
      requestKind: orNull(kind),
      requestResource: orNull(resource),
      requestSubResource: text,
      name: text,
      namespace: text,
      operation: text,
      userInfo: fc.record({ username: text, uid: text, groups: texts, extra: fc.dictionary(text, texts) }),
      object: orNull(object),
      oldObject: orNull(object),
      dryRun: fc.boolean(),
      options: orNull(object),
    });
    // What is printed and read is JSON, which knows no -0 and no missing prototype.
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    type Print = typeof printReview;
    const readsBack = (print: Print): boolean =>
      !fc.check(
        fc.property(request, (made) => {
          const read = decodeReview(print(made));
          assert.equal(read.kind, "ok");
          assert.deepEqual(plain(read.value.request), plain(made));
        }),
        { numRuns: 1_000, seed: 7 },
      ).failed;
    assert.ok(readsBack(printReview));
    assert.ok(
      !readsBack(({ requestKind, ...others }) => printReview({ ...others, requestKind: requestKind ?? others.kind })),
    );
  });

  it("gives empty values for what is left out, or null", () => {
    const none = { group: "", version: "", kind: "" };
    const nobody = { username: "", uid: "", groups: [], extra: {} };
    const empty = {
      uid: "",
      kind: none,
      resource: { group: "", version: "", resource: "" },
      subResource: "",
      requestKind: null,
      requestResource: null,
      requestSubResource: "",
      name: "",
      namespace: "",
      operation: "",
      userInfo: nobody,
      object: null,
      oldObject: null,
      dryRun: false,
      options: null,
    };
    const nulls = Object.fromEntries(Object.keys(empty).map((key) => [key, null]));
    for (const request of [{}, nulls, { userInfo: {}, kind: {}, resource: {} }])
      assert.deepEqual(decodeReview(review(request)), {
        kind: "ok",
        value: { address: NO_ADDRESS, request: empty },
      });
  });

  const expected = `expected ${V1} or ${BETA}, Kind=AdmissionReview, got`;
  for (const { when, body, address = NO_ADDRESS, message } of [
    { when: "nothing", body: "", message: "request body is empty" },
    { when: "half of a review", body: '{"kind":"Admis', message: "the body is not JSON" },
    { when: "YAML", body: "kind: AdmissionReview\n", message: "the body is not JSON" },
    { when: "a list", body: "[]", message: "the body is no JSON object: send an AdmissionReview" },
    { when: "null", body: "null", message: "the body is no JSON object: send an AdmissionReview" },
    { when: "no version and kind", body: "{}", message: `${expected} none, Kind=none` },
    {
      when: "another version",
      body: review({ uid: "7" }, "admission.k8s.io/v2"),
      address: ADDRESS,
      message: `${expected} "admission.k8s.io/v2", Kind="AdmissionReview"`,
    },
    {
      when: "another kind in v1beta1",
      body: review({ uid: "7" }, BETA, "Pod"),
      address: { uid: "7", apiVersion: BETA },
      message: `${expected} "${BETA}", Kind="Pod"`,
    },
    {
      when: "a version of any length",
      body: review({ uid: "7" }, "v".repeat(1_000), 1),
      address: ADDRESS,
      message: `${expected} "${"v".repeat(80)}", Kind=none`,
    },
    { when: "no request", body: review(undefined), message: "missing request: the AdmissionReview holds none" },
    { when: "a list as request", body: review([]), message: "missing request: the AdmissionReview holds none" },
    { when: "a uid that is no text", body: review({ uid: 7 }), message: "request: uid must be a text" },
    {
      when: "several wrong types, of which the first is told",
      body: review({ uid: "7", dryRun: "no", resource: { group: 1 }, operation: [] }),
      address: ADDRESS,
      message: "request: group must be a text",
    },
    {
      when: "groups that are no texts",
      body: review({ uid: "7", userInfo: { groups: ["a", 1] } }),
      address: ADDRESS,
      message: "request: groups must be a list of texts",
    },
  ] as const)
    it(`refuses ${when}`, () => {
      assert.deepEqual(decodeReview(body), { kind: "error", error: { address, code: 400, message } });
    });

  it("repeats nothing of a body that is no JSON", () => {
    const read = decodeReview('{"password":"hunter2" "x"}');
    assert.doesNotMatch(JSON.stringify(read), /hunter2/);
  });
});

describe("encodeReview(address, response)", () => {
  const encoded = (response: Parameters<typeof encodeReview>[1]): unknown => {
    const { kind, apiVersion, response: sent } = JSON.parse(encodeReview(ADDRESS, response)) as Record<string, unknown>;
    assert.deepEqual([kind, apiVersion], ["AdmissionReview", V1]);
    return sent;
  };

  it("prints two operations as base64 of their list", () => {
    const patch = [
      { op: "add", path: "/a", value: 2 },
      { op: "replace", path: "/b", value: 4 },
    ] as const;
    const text = '[{"op":"add","path":"/a","value":2},{"op":"replace","path":"/b","value":4}]';
    const sent = { patchType: "JSONPatch", patch: Buffer.from(text).toString("base64") };
    assert.deepEqual(encoded({ allowed: true, patch }), { uid: "7", allowed: true, status: { code: 200 }, ...sent });
  });

  it("leaves empty lists out, and the patch of a refusal", () => {
    const response = { uid: "7", allowed: true, status: { code: 200 } };
    assert.deepEqual(encoded({ allowed: true, patch: [], warnings: [] }), response);
    const refused = { uid: "7", allowed: false, status: { code: 403, reason: "Forbidden" } };
    assert.deepEqual(encoded({ allowed: false, patch: [{ op: "remove", path: "/a" }] }), refused);
  });

  it("prints warnings and audit annotations", () => {
    const said = { warnings: ["a"], auditAnnotations: { b: "c" } };
    assert.deepEqual(encoded({ allowed: true, ...said }), { uid: "7", allowed: true, status: { code: 200 }, ...said });
  });

  it("keeps what the version of a review is", () => {
    const reply = JSON.parse(encodeReview({ uid: "7", apiVersion: BETA }, { allowed: true })) as { apiVersion: string };
    assert.equal(reply.apiVersion, BETA);
  });
});

describe("encodeBadReview(review)", () => {
  it("refuses with the code and the message", () => {
    const body = encodeBadReview({ address: ADDRESS, code: 413, message: "too large" });
    const response = { uid: "7", allowed: false, status: { code: 413, message: "too large" } };
    assert.deepEqual(JSON.parse(body), { kind: "AdmissionReview", apiVersion: V1, response });
  });
});

describe("completeStatus(response)", () => {
  const FORBIDDEN = { code: 403, reason: "Forbidden" };
  for (const [response, status] of [
    [{ allowed: true }, { code: 200 }],
    [
      { allowed: true, status: { code: 0, message: "m" } },
      { code: 200, message: "m" },
    ],
    [{ allowed: true, status: { code: 201 } }, { code: 201 }],
    [{ allowed: false }, FORBIDDEN],
    [
      { allowed: false, status: { message: "m" } },
      { ...FORBIDDEN, message: "m" },
    ],
    [
      { allowed: false, status: { reason: "Invalid" } },
      { code: 403, reason: "Invalid" },
    ],
    [{ allowed: false, status: { code: 422 } }, { code: 422 }],
    [{ allowed: false, status: { code: 599 } }, { code: 599 }],
    ...[0, 200, 399, 600, 1_000, -1, 403.5, Number.NaN].map(
      (code) => [{ allowed: false, status: { code } }, FORBIDDEN] as const,
    ),
  ] as const)
    it(`makes ${JSON.stringify(status)} of ${JSON.stringify(response)}`, () => {
      assert.deepEqual(completeStatus(response), status);
    });
});
