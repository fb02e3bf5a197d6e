import assert from "node:assert/strict";
import { describeFailure } from "../../../../src/core/rollout/cluster-failure.ts";

const message =
  'deployments.apps "website" is forbidden: User "system:serviceaccount:hooks:imagehook" cannot patch resource "deployments" in API group "apps" in the namespace "shop"';
const right = { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" };

describe("describeFailure(failure)", () => {
  it("gives the API server's own message", () => {
    assert.equal(describeFailure({ kind: "refused", message: "quota exceeded", status: 403 }), "quota exceeded");
  });

  it("names the missing right and the commands that grant it to the account that was refused", () => {
    assert.equal(
      describeFailure({ kind: "forbidden", message, right }),
      'the service account lacks the right to patch deployments.apps "website" in namespace "shop". ' +
        "Grant it: kubectl create role imagehook-deployments -n shop --verb=get,list,watch,patch --resource=deployments.apps --resource-name=website " +
        "&& kubectl create rolebinding imagehook-deployments -n shop --role=imagehook-deployments --serviceaccount=hooks:imagehook",
    );
  });

  it("grants what belongs to no namespace by a role of the cluster", () => {
    const nodes = { verb: "list", resource: "nodes", namespace: "", name: "" };
    assert.equal(
      describeFailure({ kind: "forbidden", message, right: nodes }),
      "the service account lacks the right to list nodes of the cluster. " +
        "Grant it: kubectl create clusterrole imagehook-nodes --verb=list --resource=nodes " +
        "&& kubectl create clusterrolebinding imagehook-nodes --clusterrole=imagehook-nodes --serviceaccount=hooks:imagehook",
    );
  });

  it("names the role of a subresource without a slash, which no name may hold", () => {
    const get = { verb: "get", resource: "pods/log", namespace: "shop", name: "" };
    const text = describeFailure({ kind: "forbidden", message: "no", right: get });
    assert.match(text, /create role imagehook-pods-log -n shop --verb=get --resource=pods\/log && /);
  });

  it("names all verbs that a cron job needs", () => {
    const text = describeFailure({ kind: "forbidden", message, right: { ...right, resource: "cronjobs.batch" } });
    assert.match(
      text,
      /create role imagehook-cronjobs -n shop --verb=get,list,watch,patch --resource=cronjobs\.batch /,
    );
  });

  it("names all verbs that a state object needs once it is there", () => {
    const update = { verb: "update", resource: "configmaps", namespace: "hooks", name: "imagehook-1" };
    const text = describeFailure({ kind: "forbidden", message, right: update });
    assert.match(text, / --verb=get,update,delete --resource=configmaps --resource-name=imagehook-1 /);
  });

  it("names the two verbs by which a Lease is held, and its creation by itself, which no name limits", () => {
    const lease = { resource: "leases.coordination.k8s.io", namespace: "hooks", name: "imagehook" };
    const held = describeFailure({ kind: "forbidden", message, right: { ...lease, verb: "get" } });
    assert.match(held, / --verb=get,update --resource=leases\.coordination\.k8s\.io --resource-name=imagehook /);
    const created = describeFailure({ kind: "forbidden", message, right: { ...lease, verb: "create", name: "" } });
    assert.match(
      created,
      /create role imagehook-leases -n hooks --verb=create --resource=leases\.coordination\.k8s\.io && /,
    );
  });

  it("leaves the name out where the right has none", () => {
    const create = { verb: "create", resource: "configmaps", namespace: "hooks", name: "" };
    assert.match(
      describeFailure({ kind: "forbidden", message, right: create }),
      /^the service account lacks the right to create configmaps in namespace "hooks"\. Grant it: kubectl create role imagehook-configmaps -n hooks --verb=create,list,watch --resource=configmaps && kubectl create rolebinding /,
    );
  });

  it("leaves a gap where the API server names no service account", () => {
    const failure = { kind: "forbidden", message: 'User "admin" cannot patch resource "deployments"', right } as const;
    assert.match(describeFailure(failure), /--serviceaccount=NAMESPACE:SERVICEACCOUNT$/);
  });
});
