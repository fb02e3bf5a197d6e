import { builtBinary, pinnedVersion, type GoModule } from "../control-plane/go-build.ts";

/** Paths of a registry and of a client that pushes to it. */
export interface RegistryPrograms {
  /** CNCF distribution. */
  readonly registry: string;
  readonly crane: string;
}

const DISTRIBUTION = "github.com/distribution/distribution/v3";
const CONTAINER_REGISTRY = "github.com/google/go-containerregistry";

const REGISTRY: GoModule = {
  folder: import.meta.dirname,
  ldflags: (goMod) =>
    [
      "-s -w",
      `-X ${DISTRIBUTION}/version.version=${pinnedVersion(goMod, DISTRIBUTION)}`,
      `-X ${CONTAINER_REGISTRY}/cmd/crane/cmd.Version=${pinnedVersion(goMod, CONTAINER_REGISTRY)}`,
    ].join(" "),
  packages: { registry: `${DISTRIBUTION}/cmd/registry`, crane: `${CONTAINER_REGISTRY}/cmd/crane` },
};

/** Finds the registry and its client, and builds the pinned ones that this machine has not built before. */
export async function findRegistryPrograms(say: (line: string) => void): Promise<RegistryPrograms> {
  return {
    registry: await builtBinary(REGISTRY, "registry", say),
    crane: await builtBinary(REGISTRY, "crane", say),
  };
}
