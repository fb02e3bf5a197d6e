import assert from "node:assert/strict";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { makeAuthority } from "../support/certificate.ts";

/** A node whose kubelet the test plays, so far as it gives out logs. */
export interface PlayedKubelet {
  /** The node's name, for a pod's nodeName. */
  readonly node: string;
  /** Paths and queries that the API server asked for. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

// The API server asks a node at its name: this one is an address of this machine.
const NODE = "127.0.0.1";

/** Adds a node that takes no pod but by its name, and answers each question for a log with this text. */
export async function playKubelet(cluster: ControlPlane, log: string): Promise<PlayedKubelet> {
  const asked: string[] = [];
  const server = createServer(makeAuthority().issue(), (request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "text/plain" }).end(log);
  });
  const port = await listen(server);
  const created = await cluster.call("POST", "/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: NODE },
    spec: { taints: [{ key: "imagehook.test/kubelet", effect: "NoSchedule" }] },
    status: { daemonEndpoints: { kubeletEndpoint: { Port: port } } },
  });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const close = async (): Promise<void> => {
    await cluster.kubectl(["delete", "node", NODE]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { node: NODE, asked, close };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
