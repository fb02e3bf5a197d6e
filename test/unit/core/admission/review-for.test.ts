import assert from "node:assert/strict";
import { printReview, reviewFor } from "../../../../src/core/admission/review-for.ts";
import { decodeReview } from "../../../../src/core/admission/review.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } };
const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "closed" } };

describe("reviewFor(object)", () => {
  it("reads kind, resource, name and namespace off the object", () => {
    const { kind, resource, requestKind, requestResource, name, namespace } = reviewFor(pod).create();
    assert.deepEqual([name, namespace], ["web", "shop"]);
    assert.deepEqual([kind, requestKind], [{ group: "", version: "v1", kind: "Pod" }, kind]);
    assert.deepEqual([resource, requestResource], [{ group: "", version: "v1", resource: "pods" }, resource]);
  });

  it("reads the group of other kinds, of objects without a namespace", () => {
    const { kind, namespace } = reviewFor(policy).create();
    assert.deepEqual(kind, { group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy" });
    assert.equal(namespace, "");
  });

  it("makes something of an object that says nothing", () => {
    const { kind, name, namespace } = reviewFor({ metadata: "none" }).create();
    assert.deepEqual([kind, name, namespace], [{ group: "", version: "", kind: "" }, "", ""]);
  });

  const plurals = { Pod: "pods", NetworkPolicy: "networkpolicies", Ingress: "ingresses" };
  for (const [kind, resource] of Object.entries(plurals))
    it(`guesses that ${kind} is served as ${resource}`, () => {
      assert.equal(reviewFor({ kind }).create().resource.resource, resource);
    });

  const operations = [
    { operation: "CREATE", review: reviewFor(pod).create(), object: pod, oldObject: null, options: "CreateOptions" },
    {
      operation: "UPDATE",
      review: reviewFor(pod).update(policy),
      object: pod,
      oldObject: policy,
      options: "UpdateOptions",
    },
    { operation: "DELETE", review: reviewFor(pod).delete(), object: null, oldObject: pod, options: "DeleteOptions" },
    { operation: "CONNECT", review: reviewFor(pod).connect(), object: pod, oldObject: null, options: undefined },
  ];
  for (const { operation, review, object, oldObject, options } of operations)
    it(`gives ${operation} the objects that it has`, () => {
      assert.deepEqual([review.operation, review.object, review.oldObject], [operation, object, oldObject]);
      assert.equal(review.options?.["kind"], options);
    });

  const details = {
    uid: "1",
    namespace: "other",
    dryRun: true,
    subResource: "exec",
    userInfo: { username: "ada" },
    kind: { group: "a", version: "v2", kind: "B" },
  };
  const builder = reviewFor(pod);
  for (const [name, review] of Object.entries({
    create: builder.create(details),
    update: builder.update(pod, details),
    delete: builder.delete(details),
    connect: builder.connect(details),
  }))
    it(`takes what a test says otherwise: ${name}`, () => {
      const { uid, namespace, dryRun, subResource, requestSubResource, kind, requestKind, resource, userInfo } = review;
      assert.deepEqual([uid, namespace, dryRun, subResource, requestSubResource], ["1", "other", true, "exec", "exec"]);
      assert.deepEqual([kind, requestKind], [details.kind, details.kind]);
      assert.deepEqual(resource, { group: "a", version: "v2", resource: "bs" });
      assert.deepEqual(userInfo, { username: "ada", uid: "", groups: ["system:authenticated"], extra: {} });
    });
});

describe("printReview(request, apiVersion)", () => {
  for (const apiVersion of [undefined, "admission.k8s.io/v1", "admission.k8s.io/v1beta1"] as const)
    it(`prints what is read again: ${apiVersion ?? "without a version"}`, () => {
      const request = reviewFor(pod).update(policy, { dryRun: true });
      const read = decodeReview(printReview(request, apiVersion));
      const address = { uid: request.uid, apiVersion: apiVersion ?? "admission.k8s.io/v1" };
      assert.deepEqual(read, { kind: "ok", value: { address, request } });
    });
});
