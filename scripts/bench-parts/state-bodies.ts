import { stateObjectName } from "../../src/core/rollout/state.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { createObject, type Account } from "./account.ts";
import type { Fleet, Workload } from "./fleet.ts";
import { NAMESPACE, SERVICE_ACCOUNT } from "./names.ts";
import { pushBytes, type PushBytes } from "./push-bytes.ts";

/** Whose a state object is: the service hears of its own, and of the baseline's it must not. */
export type Label = "rollout" | "another";

/** Makes the bodies of one workload's state object, as the service sends them. */
export interface StateBodies {
  readonly name: string;
  readonly bytes: PushBytes;
  /** The version is empty for an object that is to be created. */
  readonly body: (version: string, state: string) => string;
}

/** Prepares them. */
export function stateBodies({ name: workload }: Workload, { uid }: Account, label: Label): StateBodies {
  const name = stateObjectName({ kind: "deployment", namespace: NAMESPACE, name: workload });
  const labels = `{"imagehook.dev/state":"${label}","app.kubernetes.io/managed-by":"imagehook"}`;
  const owner = JSON.stringify([{ apiVersion: "v1", kind: "ServiceAccount", name: SERVICE_ACCOUNT, uid }]);
  return {
    name,
    bytes: pushBytes(workload),
    body: (version, state) => {
      const guard = version === "" ? "" : `"resourceVersion":"${version}",`;
      const metadata = `{"name":"${name}","labels":${labels},${guard}"ownerReferences":${owner}}`;
      return `{"apiVersion":"v1","kind":"ConfigMap","metadata":${metadata},"data":{"state.json":"${state}"}}`;
    },
  };
}

/** Creates the state objects of a fleet: of each workload, the pushes that it has behind it. */
export async function createStates(
  cluster: ControlPlane,
  account: Account,
  { fleet: { workloads }, label }: { readonly fleet: Fleet; readonly label: Label },
): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  for (let at = 0; at < workloads.length; at += 16)
    await Promise.all(
      workloads.slice(at, at + 16).map((workload) => {
        const { bytes, body } = stateBodies(workload, account, label);
        return createObject(cluster, path, JSON.parse(body("", bytes.state(workload.pushes, 0))) as object);
      }),
    );
}
