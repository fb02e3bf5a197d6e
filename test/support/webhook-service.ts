import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { apply } from "./cluster.ts";

/** A port of this host that a Service leads to. */
export interface Endpoint {
  readonly service: string;
  readonly namespace: string;
  /** The name that the Service gives the port. */
  readonly portName: string;
  readonly port: number;
  /** Left out: the Service's own name. Processes on other ports of this host need a slice each. */
  readonly slice?: string;
}

/** Leads a Service without selector to a port of this host: there is no node that would run a pod behind it. */
export async function leadTo(
  cluster: ControlPlane,
  { service, namespace, portName, port, slice = service }: Endpoint,
): Promise<void> {
  await apply(cluster, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: slice, namespace, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints: [{ addresses: [cluster.hostAddress], conditions: { ready: true } }],
    ports: [{ name: portName, port, protocol: "TCP" }],
  });
}
