import assert from "node:assert/strict";
import {
  allowed,
  denied,
  patched,
  withAuditAnnotations,
  withWarnings,
} from "../../../../src/core/admission/response.ts";
import { reviewFor } from "../../../../src/core/admission/review-for.ts";
import { mutating, validating, type Handler, type ValidatingFunction } from "../../../../src/flow/admission/handler.ts";
import { testReview } from "../../../../src/flow/admission/test-client.ts";
import { createFakeLog } from "../../../support/fake-log.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } };
const creation = reviewFor(pod).create();
const labelled = patched("labelled", { op: "add", path: "/metadata/labels", value: { team: "shop" } });

describe("testReview(handler, request, { client, log })", () => {
  it("applies the patch, and says all that was answered", async () => {
    const handler = mutating(() => withAuditAnnotations(withWarnings(labelled, "look out"), { by: "us" }));
    assert.deepEqual(await testReview(handler, creation), {
      allowed: true,
      code: 200,
      message: "labelled",
      reason: "",
      warnings: ["look out"],
      auditAnnotations: { by: "us" },
      patch: labelled.patch,
      object: { ...pod, metadata: { name: "web", labels: { team: "shop" } } },
    });
    assert.deepEqual(creation.object, pod);
  });

  it("says what was refused", async () => {
    const { allowed: isAllowed, code, reason, message, object } = await testReview(() => denied("no"), creation);
    assert.deepEqual([isAllowed, code, reason, message, object], [false, 403, "Forbidden", "no", pod]);
  });

  it("has no object where there is none", async () => {
    const { object } = await testReview(() => allowed(), reviewFor(pod).delete());
    assert.equal(object, null);
  });

  it("gives the handler the request as it is read off the wire", async () => {
    const seen: unknown[] = [];
    await testReview(
      (request) => {
        seen.push(request);
        return allowed();
      },
      reviewFor({ ...pod, spec: undefined }).create(),
    );
    assert.deepEqual(seen, [creation]);
  });

  it("answers what the API server is told of a handler that throws", async () => {
    const { code, message } = await testReview(() => {
      throw new Error("fake panic test");
    }, creation);
    assert.deepEqual([code, message], [500, "panic: fake panic test [recovered]"]);
  });

  it("lends the client and the log that it is given, and no client otherwise", async () => {
    const log = createFakeLog();
    const seen: unknown[] = [];
    const handler: Handler<string | undefined> = (_, context) => {
      seen.push(context.client);
      context.log.info({ size: 1 }, "asked");
      return allowed();
    };
    await testReview(handler, creation, { client: "a client", log });
    await testReview(handler, creation);
    assert.deepEqual(seen, ["a client", undefined]);
    assert.equal(log.factsOf("asked").length, 1);
  });

  it("rejects a patch that does not apply, which a server would send all the same", async () => {
    const handler = mutating(() => patched("", { op: "add", path: "/metadata/labels/team", value: "shop" }));
    await assert.rejects(testReview(handler, creation), {
      message: /^the API server would refuse the patch: operation 0 \(add \/metadata\/labels\/team\) does not apply: /,
    });
  });

  it("rejects a patch of a handler that is marked as validating", async () => {
    // As from a program without types.
    const patching = (() => labelled) as unknown as ValidatingFunction;
    await assert.rejects(testReview(validating(patching), creation), {
      message: "the API server would refuse the patch: the handler is marked as validating",
    });
  });
});
