import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";

/** Reads what `kubectl auth can-i --list` says about an account: one right a line, columns parted by one blank. */
export async function rightsOf(cluster: ControlPlane, account: string, namespace: string): Promise<string[]> {
  const as = `--as=system:serviceaccount:${account}`;
  const table = await cluster.kubectl(["auth", "can-i", "--list", "--no-headers", as, "-n", namespace]);
  const lines = table.split("\n").map((line) => line.trim().replace(/\s+/g, " "));
  return lines.filter((line) => line !== "").sort();
}
