import assert from "node:assert/strict";
import { allowed } from "../../../src/admission.ts";
import { serveReviews, UID, type Deviation, type ReviewClient } from "./review-client.ts";

const LIMIT = 7_340_032;
const V1 = "admission.k8s.io/v1";

const reviewOf = (request: unknown, apiVersion: unknown = V1, kind: unknown = "AdmissionReview"): string =>
  JSON.stringify({ kind, apiVersion, request });

function ofSize(bytes: number): string {
  const frame = reviewOf({ uid: UID, object: { pad: "" } });
  return reviewOf({ uid: UID, object: { pad: "x".repeat(bytes - frame.length) } });
}

const JSON_TYPE = "expected application/json";
const VERSIONS = "expected admission.k8s.io/v1 or admission.k8s.io/v1beta1, Kind=AdmissionReview, got";

const REFUSED: readonly {
  readonly when: string;
  readonly body: string;
  readonly deviation?: Deviation;
  readonly status: number;
  readonly code: number;
  readonly message: string;
}[] = [
  { when: "an empty body", body: "", status: 400, code: 400, message: "request body is empty" },
  {
    when: "a body of 7 MiB",
    body: ofSize(LIMIT),
    status: 413,
    code: 413,
    message: "request entity is too large; limit is 7340032 bytes",
  },
  ...["text/plain", "application/yaml", "application/jsonp", "json", ";"].map((type) => ({
    when: `content type ${type}`,
    body: reviewOf({ uid: UID }),
    deviation: { headers: { "content-type": type } },
    status: 400,
    code: 400,
    message: `contentType=${type}, ${JSON_TYPE}`,
  })),
  {
    when: "no content type",
    body: reviewOf({ uid: UID }),
    deviation: { headers: { "content-type": "" } },
    status: 400,
    code: 400,
    message: `contentType=, ${JSON_TYPE}`,
  },
  {
    when: "a compressed body",
    body: reviewOf({ uid: UID }),
    deviation: { headers: { "content-encoding": "gzip" } },
    status: 415,
    code: 415,
    message: "the body is compressed: send it as it is",
  },
  ...["{", `${reviewOf({ uid: UID })}x`, "kind: AdmissionReview\napiVersion: admission.k8s.io/v1\n", "\u0000"].map(
    (body) => ({
      when: `the body ${JSON.stringify(body.slice(-40))}`,
      body,
      status: 400,
      code: 400,
      message: "the body is not JSON",
    }),
  ),
  ...["[]", "null", "1", '"a"'].map((body) => ({
    when: `the body ${body}`,
    body,
    status: 400,
    code: 400,
    message: "the body is no JSON object: send an AdmissionReview",
  })),
  { when: "an object without a kind", body: "{}", status: 400, code: 400, message: `${VERSIONS} none, Kind=none` },
  {
    when: "another version",
    body: reviewOf({ uid: UID }, "admission.k8s.io/v2"),
    status: 200,
    code: 400,
    message: `${VERSIONS} "admission.k8s.io/v2", Kind="AdmissionReview"`,
  },
  {
    when: "another group",
    body: reviewOf({ uid: UID }, "admission.k8s.io2/v1"),
    status: 200,
    code: 400,
    message: `${VERSIONS} "admission.k8s.io2/v1", Kind="AdmissionReview"`,
  },
  {
    when: "another kind",
    body: reviewOf({ uid: UID }, V1, "Pod"),
    status: 200,
    code: 400,
    message: `${VERSIONS} "admission.k8s.io/v1", Kind="Pod"`,
  },
  ...[undefined, null, [], "request"].map((request) => ({
    when: `the request ${request === undefined ? "left out" : JSON.stringify(request)}`,
    body: reviewOf(request),
    status: 400,
    code: 400,
    message: "missing request: the AdmissionReview holds none",
  })),
  {
    when: "a uid that is no text",
    body: reviewOf({ uid: 123 }),
    status: 400,
    code: 400,
    message: "request: uid must be a text",
  },
  ...(
    [
      ["object", [], "a JSON object"],
      ["oldObject", "x", "a JSON object"],
      ["dryRun", "true", "true or false"],
      ["operation", 1, "a text"],
      ["kind", "Pod", "a JSON object"],
      ["userInfo", { groups: "a" }, "a list of texts"],
    ] as const
  ).map(([key, value, what]) => ({
    when: `the ${key} ${JSON.stringify(value)}`,
    body: reviewOf({ uid: UID, [key]: value }),
    status: 200,
    code: 400,
    message: `request: ${key === "userInfo" ? "groups" : key} must be ${what}`,
  })),
];

describe("admission over HTTPS: what is no review", () => {
  let client: ReviewClient;
  let asked = 0;
  before(async () => {
    client = await serveReviews({
      "/allow": () => {
        asked++;
        return allowed();
      },
      "/a/b": () => allowed(),
    });
  });
  after(() => client.close());

  for (const { when, body, deviation, status, code, message } of REFUSED)
    it(`refuses ${when}`, async () => {
      const before = asked;
      const reply = await client.post("/allow", body, deviation);
      assert.equal(reply.status, status, reply.text);
      assert.deepEqual(reply.response?.status, { code, message });
      assert.equal(reply.response.allowed, false);
      assert.equal(reply.headers["content-type"], "application/json; charset=utf-8");
      assert.equal(asked, before, "the handler was asked");
    });

  it("takes a body of one byte less than 7 MiB", async () => {
    const reply = await client.post("/allow", ofSize(LIMIT - 1));
    assert.equal(reply.response?.allowed, true);
  });

  for (const type of ["application/json", "application/json; charset=utf-8", "Application/JSON"])
    it(`takes content type ${type}`, async () => {
      const reply = await client.post("/allow", reviewOf({ uid: UID }), { headers: { "content-type": type } });
      assert.equal(reply.response?.allowed, true);
    });

  for (const method of ["GET", "PUT", "DELETE", "PATCH"])
    it(`answers ${method} 405`, async () => {
      const reply = await client.post("/allow", method === "GET" ? "" : reviewOf({ uid: UID }), { method });
      assert.equal(reply.status, 405);
      assert.equal(reply.headers.allow, "POST");
    });

  for (const path of ["/", "/allow/", "/Allow", "/allow/x", "/nothing", "/a", "//allow"])
    it(`answers ${path} 404`, async () => {
      const reply = await client.post(path, reviewOf({ uid: UID }));
      assert.equal(reply.status, 404);
    });

  it("ignores fields that it does not know, and of a key given twice takes the last", async () => {
    const body = `{"kind":"AdmissionReview","apiVersion":"${V1}","new":1,"request":{"uid":"other","later":{},"uid":"${UID}"}}`;
    const reply = await client.post("/allow", body);
    assert.equal(reply.response?.uid, UID);
  });

  it("replies in the version of the review", async () => {
    for (const apiVersion of [V1, "admission.k8s.io/v1beta1"]) {
      const reply = await client.review("/allow", {}, { apiVersion });
      assert.deepEqual(JSON.parse(reply.text), {
        kind: "AdmissionReview",
        apiVersion,
        response: { uid: UID, allowed: true, status: { code: 200 } },
      });
    }
  });

  it("counts what it refused by the path", async () => {
    const { text } = await client.server.metrics();
    assert.match(text, /imagehook_admission_requests_total\{path="\/allow",code="400"\} [1-9]/);
  });
});
