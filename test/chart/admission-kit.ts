import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { makeAuthority, type Authority } from "../support/certificate.ts";
import { leadTo } from "../support/webhook-service.ts";

/** What answers the API server in the pod's place: it lets everything through, and keeps where it was asked. */
export interface Answerer {
  /** The paths, with the query that the API server adds. */
  readonly paths: string[];
  readonly authority: Authority;
  readonly stop: () => void;
}

/** Starts it behind the chart's Service, whose pod must not run: the test writes the Service's endpoints. */
export async function startAnswerer(cluster: ControlPlane, service: string, namespace: string): Promise<Answerer> {
  const authority = makeAuthority();
  const paths: string[] = [];
  const server = createServer(authority.issue({ names: [`${service}.${namespace}.svc`] }), (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      paths.push(request.url ?? "");
      const review = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string }; apiVersion: string };
      const { apiVersion } = review;
      const reply = { apiVersion, kind: "AdmissionReview", response: { uid: review.request.uid, allowed: true } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, cluster.hostAddress, resolve));
  const { port } = server.address() as AddressInfo;
  await leadTo(cluster, { service, namespace, portName: "admission", port, slice: `${service}-test` });
  return {
    paths,
    authority,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
