/** Runs kubectl and gives what it printed. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** A variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: KeyRef; readonly configMapKeyRef?: KeyRef };
}

/** What a volume takes from a ConfigMap or a Secret. */
export interface VolumeSource {
  readonly name?: string;
  readonly secretName?: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
  readonly optional?: boolean;
}

/** A volume of a pod, as far as imagehook's chart uses them. */
export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly configMap?: VolumeSource;
  readonly secret?: VolumeSource;
  readonly projected?: {
    readonly sources: readonly { readonly configMap?: VolumeSource; readonly secret?: VolumeSource }[];
  };
}

/** A pod template, as far as it is played here. */
export interface PodTemplate {
  readonly spec: {
    readonly serviceAccountName: string;
    readonly volumes: readonly Volume[];
    readonly containers: readonly {
      readonly env?: readonly EnvVar[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
  };
}

interface DataObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Reads an object of the API server. */
export async function getObject(kubectl: Kubectl, namespace: string, kind: string, name: string): Promise<unknown> {
  return JSON.parse(await kubectl(["get", kind, name, "-n", namespace, "-o", "json"])) as unknown;
}

/** The data of a ConfigMap or a Secret as bytes by key; null when the object may be missing and is. */
export async function dataOf(
  kubectl: Kubectl,
  namespace: string,
  kind: "configmap" | "secret",
  { name, optional }: { readonly name: string; readonly optional?: boolean },
): Promise<ReadonlyMap<string, Buffer> | null> {
  try {
    const { data = {} } = (await getObject(kubectl, namespace, kind, name)) as DataObject;
    const encoding = kind === "secret" ? "base64" : "utf8";
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]));
  } catch (error) {
    if (optional === true) return null;
    throw error;
  }
}
