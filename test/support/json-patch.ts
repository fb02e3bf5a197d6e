import { isDeepStrictEqual } from "node:util";
import type { PatchOperation } from "../../src/core/rollout/patch.ts";

type Node = Record<string, unknown>;

/**
 * Applies a JSON Patch to a copy of an object as the API server does: where one operation fails, none counts and the
 * answer is undefined; a test for null passes where there is nothing.
 */
export function applyPatch<T extends object>(object: T, operations: readonly PatchOperation[]): T | undefined {
  const copy = structuredClone(object);
  return operations.every((operation) => applyOne(copy as Node, operation)) ? copy : undefined;
}

function applyOne(root: Node, { op, path, value }: PatchOperation): boolean {
  const keys = path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  const parent = keys.reduce<unknown>(childOf, root);
  const old = childOf(parent, last);
  if (op === "test") return isDeepStrictEqual(old ?? null, value);
  if (typeof parent !== "object" || parent === null || (op === "replace" && old === undefined)) return false;
  (parent as Node)[last] = structuredClone(value);
  return true;
}

function childOf(node: unknown, key: string): unknown {
  const isContainer = typeof node === "object" && node !== null && Object.hasOwn(node, key);
  return isContainer ? (node as Node)[key] : undefined;
}
