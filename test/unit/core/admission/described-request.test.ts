import assert from "node:assert/strict";
import { describedRequest, type ChangeDetails } from "../../../../src/core/admission/described-request.ts";
import type { JsonObject } from "../../../../src/core/admission/json-object.ts";
import type { AdmissionRequest } from "../../../../src/core/admission/request.ts";
import { printReview, reviewFor } from "../../../../src/core/admission/review-for.ts";

const named = (apiVersion: string, kind: string, name: string, more: JsonObject = {}): JsonObject => ({
  ...{ apiVersion, kind, metadata: { name, ...more } },
});
const web = named("apps/v1", "Deployment", "web");
const details: ChangeDetails = { operation: "", user: "ada", namespace: "shop", stored: [] };

function request(object: JsonObject, given: Partial<ChangeDetails> = {}): AdmissionRequest {
  const described = describedRequest(object, { ...details, ...given });
  assert.ok(described.kind === "ok", JSON.stringify(described));
  return described.value;
}

function refusal(object: JsonObject, given: Partial<ChangeDetails> = {}): string {
  const described = describedRequest(object, { ...details, ...given });
  assert.ok(described.kind === "error", JSON.stringify(described));
  return described.error;
}

describe("describedRequest(object, details)", () => {
  it("creates by the user where nothing is stored", () => {
    const { operation, userInfo, object, oldObject } = request(web);
    assert.deepEqual([operation, userInfo.username, object, oldObject], ["CREATE", "ada", web, null]);
  });

  const namespaces: readonly (readonly [object: JsonObject, namespace: string])[] = [
    [web, "shop"],
    [named("apps/v1", "Deployment", "web", { namespace: "own" }), "own"],
    [named("v1", "Node", "a"), ""],
    [named("v1", "Namespace", "a"), ""],
    [named("rbac.authorization.k8s.io/v1", "ClusterRole", "a"), ""],
    [named("storage.k8s.io/v1", "StorageClass", "a"), ""],
    [named("example.com/v1", "Classy", "a"), "shop"],
  ];
  for (const [object, namespace] of namespaces) {
    it(`puts ${String(object["kind"])} ${JSON.stringify(object["metadata"])} into ${namespace || "no namespace"}`, () => {
      assert.equal(request(object).namespace, namespace);
    });
  }

  it("updates where an object is stored, and finds it by kind, namespace and name", () => {
    const right = { ...named("apps/v1beta1", "Deployment", "web", { namespace: "shop" }), spec: 1 };
    const stored = [
      named("apps/v1", "StatefulSet", "web"),
      named("other/v1", "Deployment", "web"),
      named("apps/v1", "Deployment", "other"),
      named("apps/v1", "Deployment", "web", { namespace: "other" }),
      right,
    ];
    const { operation, oldObject, object } = request(web, { stored });
    assert.deepEqual([operation, oldObject, object], ["UPDATE", right, web]);
    assert.equal(
      refusal(web, { stored: stored.slice(0, -1) }),
      "Deployment shop/web is updated: give it with --old as it is stored",
    );
    assert.equal(
      refusal(named("v1", "Node", "a"), { operation: "UPDATE" }),
      "Node a is updated: give it with --old as it is stored",
    );
  });

  it("deletes, connects and creates where it is told to", () => {
    const told = (operation: string): readonly unknown[] => {
      const { object, oldObject, ...rest } = request(web, { operation, stored: [web] });
      return [rest.operation, rest.namespace, object, oldObject];
    };
    assert.deepEqual(told("DELETE"), ["DELETE", "shop", null, web]);
    assert.deepEqual(told("CONNECT"), ["CONNECT", "shop", web, null]);
    assert.deepEqual(told("CREATE"), ["CREATE", "shop", web, null]);
  });

  it("takes a review as it is", () => {
    const sent = reviewFor(web).delete({ namespace: "own", subResource: "status", dryRun: true });
    const review = JSON.parse(printReview(sent)) as JsonObject;
    assert.deepEqual(request(review, { operation: "CREATE", stored: [web] }), sent);
    assert.equal(
      refusal({ ...review, request: null }),
      "AdmissionReview: missing request: the AdmissionReview holds none",
    );
  });
});
