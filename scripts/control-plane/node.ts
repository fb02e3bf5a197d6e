import type { Api } from "./api.ts";
import { untilReady, type Component } from "./component.ts";

const nodePath = "/api/v1/nodes/kwok-node";

/** Creates the one node and waits until the controller manager has done its first work: node schedulable, service account there. */
export async function createNode(api: Api, components: readonly [Component, ...Component[]]): Promise<void> {
  const metadata = {
    name: "kwok-node",
    labels: { "kubernetes.io/hostname": "kwok-node", "kubernetes.io/os": "linux" },
  };
  const node = { apiVersion: "v1", kind: "Node", metadata };
  const created = await api.call("POST", "/api/v1/nodes", node);
  if (created.status !== 201) throw new Error(`the API server refused the node: ${JSON.stringify(created.body)}`);
  const isReady = async (): Promise<boolean> => {
    const answer = await api.call("GET", nodePath);
    const account = await api.call("GET", "/api/v1/namespaces/default/serviceaccounts/default");
    return account.status === 200 && !JSON.stringify(answer.body).includes("node.kubernetes.io/not-ready");
  };
  await untilReady(components, 60_000, isReady);
}
