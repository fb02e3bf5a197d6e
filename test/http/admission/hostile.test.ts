import assert from "node:assert/strict";
import fc from "fast-check";
import type Koa from "koa";
import { allowed, patched, type AdmissionRequest } from "../../../src/admission.ts";
import { readBody } from "../../../src/http/body.ts";
import { wrongType } from "../../support/reply-types.ts";
import { hostileBody } from "./hostile-bodies.ts";
import { serveReviews, UID, type Reply, type ReplyResponse, type ReviewClient } from "./review-client.ts";

const isText = (value: unknown): value is string => typeof value === "string";
const VERSIONS = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];

interface Sent {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly request?: { readonly uid?: unknown; readonly object?: unknown } | null;
}

function parse(body: Buffer): Sent | null {
  try {
    return JSON.parse(body.toString("utf8")) as Sent | null;
  } catch {
    return null;
  }
}

// What is wrong with the answer to a body, judged without our own reader; empty where nothing is.
function faultOf(body: Buffer, { status, headers, response }: Reply): string {
  if (![200, 400].includes(status)) return `status ${String(status)}`;
  if (headers["content-type"]?.startsWith("application/json") !== true) return "no JSON";
  if (response === null || typeof response.allowed !== "boolean") return "no response";
  const wrong = wrongType({ ...response });
  return wrong === "" ? faultIn(response, parse(body)) : `response.${wrong} cannot be decoded`;
}

function faultIn({ uid, allowed: isAllowed, status }: ReplyResponse, sent: Sent | null): string {
  if (uid !== (isText(sent?.request?.uid) ? sent.request.uid : "")) return "another uid";
  if (!isAllowed) return status.code >= 400 ? "" : "refused without a code";
  const isReview = sent?.kind === "AdmissionReview" && VERSIONS.includes(String(sent.apiVersion));
  return isReview ? "" : "what is no review is allowed";
}

describe("admission over HTTPS: hostile bodies", () => {
  let client: ReviewClient;
  const seen: AdmissionRequest[] = [];
  before(async () => {
    client = await serveReviews({
      "/allow": (request) => {
        seen.push(request);
        return allowed();
      },
      "/patch": () => patched("", { op: "add", path: "/added", value: 1 }),
    });
    client.server.use("/careless", careless);
  });
  after(() => client.close());

  const check = (path: string, numRuns: number): Promise<fc.RunDetails<[Buffer]>> =>
    fc.check(
      fc.asyncProperty(hostileBody, async (body) => {
        assert.equal(faultOf(body, await client.post(path, body)), "");
      }),
      { numRuns, seed: 7, endOnFailure: true },
    );

  for (const path of ["/allow", "/patch"])
    it(`get nothing but well-formed replies at ${path}`, async () => {
      const { failed, counterexample, errorInstance } = await check(path, 1_000);
      assert.equal(failed, false, `${String(counterexample)}: ${String(errorInstance)}`);
    }).timeout(60_000);

  it("reach the handler in part, or the trial were void", () => {
    assert.ok(seen.length > 100, String(seen.length));
    assert.ok(seen.length < 900, String(seen.length));
  });

  it("find out a server that answers as controller-runtime does", async () => {
    const { failed } = await check("/careless", 1_000);
    assert.ok(failed);
  }).timeout(60_000);

  it("have every reply judged: the client refuses one that the API server would not take", async () => {
    client.server.use("/other-uid", (context) => {
      context.body = { kind: "AdmissionReview", apiVersion: VERSIONS[0], response: { uid: `${UID}0`, allowed: true } };
    });
    await assert.rejects(client.review("/other-uid", {}), /expected response\.uid=/);
  });

  // It runs its handler on whatever is JSON, as if every body were a review.
  async function careless(context: Koa.Context): Promise<void> {
    const read = await readBody(context.req, { maxBytes: 1_000_000, takesEncoded: false });
    const sent = read.kind === "ok" ? parse(read.value) : null;
    const uid = sent?.request?.uid ?? "";
    context.body = { kind: "AdmissionReview", apiVersion: sent?.apiVersion, response: { uid, allowed: true } };
  }
});
