import { readFile } from "node:fs/promises";
import { NAMESPACE, SERVICE_ACCOUNT } from "./names.ts";

/** A write of the service that the API server has answered. */
export interface Write {
  /** Such as `configmaps`. */
  readonly resource: string;
  readonly atMs: number;
}

interface AuditEntry {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string };
  readonly stageTimestamp: string;
}

const WRITES: readonly string[] = ["create", "update", "patch", "delete"];

/** Reads the writes of the service's account from an audit log. */
export async function readWrites(auditLog: string): Promise<readonly Write[]> {
  const user = `system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`;
  const lines = (await readFile(auditLog, "utf8")).trimEnd().split("\n");
  return lines
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter((entry) => entry.user.username === user && WRITES.includes(entry.verb))
    .filter((entry) => entry.stage === "ResponseComplete")
    .map(({ objectRef, stageTimestamp }) => ({
      resource: objectRef?.resource ?? "",
      atMs: Date.parse(stageTimestamp),
    }));
}
