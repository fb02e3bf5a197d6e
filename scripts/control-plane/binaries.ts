import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { builtBinary, pinnedVersion, type GoModule } from "./go-build.ts";
import { run } from "./run.ts";

/** Paths of the programs that the control plane and its tests run. */
export interface Binaries {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kubectl: string;
  readonly kwok: string;
  readonly helm: string;
}

const folderOf = (module: "kubernetes" | "helm" | "kwok"): string => join(import.meta.dirname, module);

const KUBERNETES: GoModule = {
  folder: folderOf("kubernetes"),
  // Without these the server reports a version that kubectl and helm cannot parse.
  ldflags: (goMod) => {
    const version = pinnedVersion(goMod, "k8s.io/kubernetes");
    const [major, minor] = version.slice(1).split(".");
    const set = (name: string, value = ""): string => `-X k8s.io/component-base/version.${name}=${value}`;
    return ["-s -w", set("gitVersion", version), set("gitMajor", major), set("gitMinor", minor)].join(" ");
  },
  packages: {
    etcd: "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    kubectl: "k8s.io/kubernetes/cmd/kubectl",
  },
};

const HELM: GoModule = {
  folder: folderOf("helm"),
  ldflags: (goMod) => `-s -w -X helm.sh/helm/v4/internal/version.version=${pinnedVersion(goMod, "helm.sh/helm/v4")}`,
  packages: { helm: "helm.sh/helm/v4/cmd/helm" },
};

const KWOK: GoModule = {
  folder: folderOf("kwok"),
  ldflags: () => "-s -w",
  packages: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
};

async function says(binary: string, args: readonly string[], expected: RegExp): Promise<boolean> {
  if (!existsSync(binary)) return false;
  return run(binary, args).then(
    ({ stdout }) => expected.test(stdout),
    () => false,
  );
}

/** Finds kube-apiserver and etcd where the operator keeps them for controller tests, if they are of our minor version. */
async function fromAssets(): Promise<{ readonly etcd: string; readonly kubeApiserver: string } | undefined> {
  const folder = process.env["KUBEBUILDER_ASSETS"] ?? "";
  const found = { etcd: join(folder, "etcd"), kubeApiserver: join(folder, "kube-apiserver") };
  const usable =
    folder !== "" && existsSync(found.etcd) && (await says(found.kubeApiserver, ["--version"], /v1\.36\./));
  return usable ? found : undefined;
}

async function helmOnPath(): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const helm = join(folder, "helm");
    if (await says(helm, ["version", "--template", "{{.Version}}"], /^v[34]\./)) return helm;
  }
  return undefined;
}

/** Finds every program that the control plane needs, and builds the pinned ones that this machine has not built before. */
export async function findBinaries(say: (line: string) => void): Promise<Binaries> {
  const kubernetes = (binary: string): Promise<string> => builtBinary(KUBERNETES, binary, say);
  const assets = await fromAssets();
  // One after the other: the linker alone takes a gigabyte, and what is built stays built after an interruption.
  return {
    etcd: assets?.etcd ?? (await kubernetes("etcd")),
    kubeApiserver: assets?.kubeApiserver ?? (await kubernetes("kube-apiserver")),
    kubeControllerManager: await kubernetes("kube-controller-manager"),
    kubeScheduler: await kubernetes("kube-scheduler"),
    // A kubectl on PATH may be another vendor's and minors behind.
    kubectl: await kubernetes("kubectl"),
    kwok: await builtBinary(KWOK, "kwok", say),
    helm: (await helmOnPath()) ?? (await builtBinary(HELM, "helm", say)),
  };
}
