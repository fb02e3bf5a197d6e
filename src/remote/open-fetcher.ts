import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { createFetcher, type Fetcher } from "./fetcher.ts";

/** Makes the fetcher as the service is set to; the file of further authorities is read once, and throws where it is not there. */
export async function openFetcher({
  caFile,
  proxy,
}: {
  readonly caFile: string;
  readonly proxy: string;
}): Promise<Fetcher> {
  const ca = caFile === "" ? "" : await readFile(caFile, "utf8");
  return createFetcher({ ca, proxy, wellKnown: rootCertificates });
}
