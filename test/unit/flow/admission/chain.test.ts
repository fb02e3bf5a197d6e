import assert from "node:assert/strict";
import type { PatchOperation } from "../../../../src/core/admission/json-patch.ts";
import type { AdmissionRequest } from "../../../../src/core/admission/request.ts";
import {
  allowed,
  denied,
  patched,
  withAuditAnnotations,
  withWarnings,
} from "../../../../src/core/admission/response.ts";
import { reviewFor } from "../../../../src/core/admission/review-for.ts";
import { statusError } from "../../../../src/core/admission/status-error.ts";
import { mutatingChain, validatingChain } from "../../../../src/flow/admission/chain.ts";
import { mutating, validating, type Handler, type ValidatingFunction } from "../../../../src/flow/admission/handler.ts";
import { testReview } from "../../../../src/flow/admission/test-client.ts";

const workload = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", annotation: {} },
  spec: { replicas: "1" },
};
const creation = reviewFor(workload).create();

const first: readonly PatchOperation[] = [
  { op: "add", path: "/metadata/annotation/new-key", value: "new-value" },
  { op: "replace", path: "/spec/replicas", value: "2" },
];
const second: PatchOperation = { op: "add", path: "/metadata/annotation/hello", value: "world" };

/** A handler that says more than its verdict. */
const saying = (name: string, note: Readonly<Record<string, string>>): ValidatingFunction =>
  validating(() => withAuditAnnotations(withWarnings(allowed(), `${name} warns`), note));

const refusing: ValidatingFunction = () =>
  withAuditAnnotations(withWarnings(denied("none shall pass!"), "refusing warns"), { by: "refusing" });

const never = (): never => {
  throw new Error("a handler behind a refusal was asked");
};

describe("mutatingChain(...handlers)", () => {
  it("answers all their operations in one patch", async () => {
    const chain = mutatingChain(
      () => patched("", ...first),
      () => allowed(),
      mutating(() => patched("", second)),
    );
    const { patch, object, code } = await testReview(chain, creation);
    assert.equal(
      JSON.stringify(patch),
      '[{"op":"add","path":"/metadata/annotation/new-key","value":"new-value"},{"op":"replace","path":"/spec/replicas","value":"2"},{"op":"add","path":"/metadata/annotation/hello","value":"world"}]',
    );
    assert.deepEqual(object, {
      ...workload,
      metadata: { name: "web", annotation: { "new-key": "new-value", hello: "world" } },
      spec: { replicas: "2" },
    });
    assert.equal(code, 200);
  });

  it("gives each handler the object as the ones before it have changed it, and the rest of the request as it came", async () => {
    const seen: AdmissionRequest[] = [];
    const chain = mutatingChain(
      (request) => {
        seen.push(request);
        return patched("", { op: "add", path: "/metadata/labels", value: {} });
      },
      async (request) => {
        seen.push(request);
        return Promise.resolve(patched("", { op: "add", path: "/metadata/labels/team", value: "shop" }));
      },
    );
    const { object } = await testReview(chain, creation);
    assert.deepEqual(object?.["metadata"], { ...workload.metadata, labels: { team: "shop" } });
    const changed = { ...workload, metadata: { ...workload.metadata, labels: {} } };
    assert.deepEqual(seen, [creation, { ...creation, object: changed }]);
  });

  it("gives each handler the context", async () => {
    const clients: unknown[] = [];
    const handler: Handler<string> = (_, { client, signal }) => {
      clients.push(client, signal.aborted);
      return allowed();
    };
    await testReview(mutatingChain<string>(handler, handler), creation, { client: "a client" });
    assert.deepEqual(clients, ["a client", false, "a client", false]);
  });

  for (const [when, handlers] of [
    ["there are none", []],
    ["none changes anything", [() => allowed("fine"), () => patched("fine")]],
  ] as const satisfies readonly (readonly [string, readonly Handler[]])[])
    it(`answers no patch where ${when}`, async () => {
      assert.deepEqual(await mutatingChain(...handlers)(creation, await contextOf()), {
        allowed: true,
        status: { code: 200 },
      });
    });

  it("keeps warnings and audit annotations; of two notes of one name it keeps the later", async () => {
    const chain = mutatingChain(saying("one", { one: "1", by: "one" }), saying("two", { by: "two" }), () =>
      patched("", second),
    );
    const { warnings, auditAnnotations, patch } = await testReview(chain, creation);
    assert.deepEqual([warnings, patch], [["one warns", "two warns"], [second]]);
    assert.deepEqual(auditAnnotations, { one: "1", by: "two" });
  });

  it("answers the first refusal, with what was said before it, and changes nothing", async () => {
    const chain = mutatingChain(() => patched("", second), saying("one", { one: "1", by: "one" }), refusing, never);
    const { object, ...told } = await testReview(chain, creation);
    assert.deepEqual(object, workload);
    assert.deepEqual(told, {
      allowed: false,
      code: 403,
      message: "none shall pass!",
      reason: "Forbidden",
      warnings: ["one warns", "refusing warns"],
      auditAnnotations: { one: "1", by: "refusing" },
      patch: [],
    });
  });

  it("leaves a status that is thrown as it is", async () => {
    const chain = mutatingChain(() => {
      throw statusError({ code: 422, reason: "Invalid", message: "spec.size: must be even" });
    }, never);
    const { code, reason, message } = await testReview(chain, creation);
    assert.deepEqual([code, reason, message], [422, "Invalid", "spec.size: must be even"]);
  });

  const unfit: readonly { readonly when: string; readonly operations: readonly PatchOperation[]; message: RegExp }[] = [
    {
      when: "a parent is absent",
      operations: [second, { op: "add", path: "/metadata/labels/team", value: "shop" }],
      message: /^handler 1 of the chain: operation 1 \(add \/metadata\/labels\/team\) does not apply: /,
    },
    {
      when: "a path is no pointer",
      operations: [{ op: "remove", path: "metadata" }],
      message: /^handler 1 of the chain: operation 0 \(remove metadata\) does not apply: /,
    },
  ];
  for (const { when, operations, message } of unfit)
    it(`says which handler and operation is at fault where ${when}, and asks no more`, async () => {
      const chain = mutatingChain(saying("one", { one: "1" }), () => patched("", ...operations), never);
      const tested = await testReview(chain, creation);
      assert.deepEqual([tested.allowed, tested.code, tested.patch], [false, 500, []]);
      assert.match(tested.message, message);
      assert.deepEqual([tested.warnings, tested.auditAnnotations], [["one warns"], { one: "1" }]);
    });

  it("refuses a patch of a request without an object", async () => {
    const { code, message } = await testReview(
      mutatingChain(() => patched("", second)),
      reviewFor(workload).delete(),
    );
    assert.deepEqual([code, message], [500, "handler 0 of the chain: it patched a request without an object"]);
  });

  it("is marked as mutating", () => {
    assert.equal(mutatingChain().list, "mutating");
  });
});

describe("validatingChain(...handlers)", () => {
  it("allows what all allow, with all that they say", async () => {
    const chain = validatingChain(saying("one", { one: "1", by: "one" }), saying("two", { by: "two" }));
    const tested = await testReview(chain, creation);
    assert.deepEqual([tested.allowed, tested.code, tested.message], [true, 200, ""]);
    assert.deepEqual([tested.warnings, tested.auditAnnotations], [["one warns", "two warns"], { one: "1", by: "two" }]);
  });

  it("allows where there are none", async () => {
    const { allowed: isAllowed, code } = await testReview(validatingChain(), creation);
    assert.deepEqual([isAllowed, code], [true, 200]);
  });

  it("answers the first refusal, with what was said before it", async () => {
    const chain = validatingChain(saying("one", { one: "1" }), refusing, never);
    const { allowed: isAllowed, message, reason, warnings, auditAnnotations } = await testReview(chain, creation);
    assert.deepEqual([isAllowed, message, reason], [false, "none shall pass!", "Forbidden"]);
    assert.deepEqual([warnings, auditAnnotations], [["one warns", "refusing warns"], { one: "1", by: "refusing" }]);
  });

  it("asks one after the other, with the request and the context", async () => {
    const asked: unknown[] = [];
    const slow: ValidatingFunction<string> = async (request, { client }) => {
      await Promise.resolve();
      asked.push(request, client);
      return allowed();
    };
    await testReview(validatingChain<string>(slow, slow), creation, { client: "a client" });
    assert.deepEqual(asked, [creation, "a client", creation, "a client"]);
  });

  it("is marked as validating", () => {
    assert.equal(validatingChain().list, "validating");
  });
});

/** The context that a handler is given. */
async function contextOf(): Promise<Parameters<Handler>[1]> {
  return new Promise((resolve) => {
    void testReview<unknown>((_, context) => {
      resolve(context);
      return allowed();
    }, creation);
  });
}
