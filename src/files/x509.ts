import type * as X509 from "@peculiar/x509";

/**
 * Loads the library that makes certificates: some 20 MiB and 0.1 s, so only where one is due. It brings a container that
 * does not load without a metadata API of Reflect. None of its classes has metadata, so one that knows none is enough.
 */
export async function loadX509(): Promise<typeof X509> {
  if (!("getMetadata" in Reflect))
    Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
  return import("@peculiar/x509");
}
