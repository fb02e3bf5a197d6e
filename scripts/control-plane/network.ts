import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { randomInt } from "node:crypto";
import { run } from "./run.ts";

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/** Picks a loopback port below the kernel's ephemeral range, so that no outgoing connection takes it while its server restarts. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(20_000, 30_000);
    if (await canListen(port)) return port;
  }
  throw new Error("no free port found between 20000 and 30000 on 127.0.0.1: stop what listens there");
}

const ownAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal, address }) => family === "IPv4" && !internal && !address.startsWith("169.254."))
    ?.address;

/** Finds an IPv4 address of this host that is not loopback, which kube-apiserver refuses to advertise; root gets one on lo. */
export async function hostAddress(): Promise<string> {
  const own = ownAddress();
  if (own !== undefined) return own;
  const spare = "10.254.254.254";
  await run("ip", ["address", "replace", `${spare}/32`, "dev", "lo"]).catch((error: unknown) => {
    const advice = `run as root: ip address add ${spare}/32 dev lo`;
    throw new Error(`this host has no IPv4 address besides loopback, and kube-apiserver needs one: ${advice}`, {
      cause: error,
    });
  });
  return spare;
}
