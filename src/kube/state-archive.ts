import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { printState, type RolloutState } from "../core/rollout/state.ts";
import type { StateArchive, StatePage } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { listAt, textAt, valueAt } from "./fields.ts";
import { corePath } from "./paths.ts";
import { identityOf, readStateObject, STATE_KEY, STATE_SELECTOR } from "./state-object.ts";

const PAGE_SIZE = 200;

/**
 * The state objects of a namespace behind the port. A single one is listed by its name: the right to list is there for
 * all of them, that to get only for those of hooks.
 */
export function createStateArchive(client: KubeClient, namespace: string): StateArchive {
  const list = (query: Readonly<Record<string, string>>, signal: AbortSignal) =>
    client.request({
      method: "GET",
      path: corePath(namespace, "configmaps"),
      query: { labelSelector: STATE_SELECTOR, ...query },
      right: { verb: "list", resource: "configmaps", namespace, name: "" },
      signal,
    });
  const object = async (name: string, signal: AbortSignal): Promise<Result<unknown, ClusterFailure>> => {
    const found = await list({ fieldSelector: `metadata.name=${name}` }, signal);
    return found.kind === "ok" ? ok(listAt(found.value, "items")[0]) : found;
  };
  const pages: StateArchive["pages"] = async function* (signal) {
    let next = "";
    do {
      const found = await list({ limit: String(PAGE_SIZE), ...(next !== "" && { continue: next }) }, signal);
      if (found.kind === "error") {
        yield found;
        return;
      }
      yield ok(pageOf(listAt(found.value, "items")));
      next = textAt(found.value, "metadata.continue");
    } while (next !== "");
  };
  const find: StateArchive["find"] = async (name, signal) => {
    const found = await object(name, signal);
    if (found.kind === "error" || found.value === undefined) return found.kind === "error" ? found : ok(null);
    return readable(found.value);
  };
  const change: StateArchive["change"] = async (name, edit, signal) => {
    const found = await object(name, signal);
    if (found.kind === "error" || found.value === undefined) return found.kind === "error" ? found : ok(undefined);
    const before = readable(found.value);
    if (before.kind === "error") return before;
    const after = edit(before.value);
    if (after === before.value) return ok(undefined);
    const saved = await client.request({
      method: "PUT",
      path: corePath(namespace, "configmaps", name),
      body: edited(found.value, after),
      right: { verb: "update", resource: "configmaps", namespace, name },
      signal,
    });
    return saved.kind === "ok" ? ok(undefined) : saved;
  };
  return { pages, find, change };
}

function pageOf(items: readonly unknown[]): StatePage {
  const states = items.flatMap((item) => {
    const read = readStateObject(item);
    return read.kind === "ok" ? [read.value.stored.state] : [];
  });
  return { states, unreadable: items.length - states.length };
}

function readable(item: unknown): Result<RolloutState, ClusterFailure> {
  const read = readStateObject(item);
  if (read.kind === "ok") return ok(read.value.stored.state);
  const { name, namespace } = identityOf(item);
  const where = `the state object ${name} in namespace "${namespace}"`;
  return fail({ kind: "unreadable", message: `${where} cannot be read (${read.error}): delete it to start anew` });
}

const edited = (item: unknown, state: RolloutState): unknown => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: valueAt(item, "metadata"),
  data: { ...(valueAt(item, "data") ?? {}), [STATE_KEY]: printState(state) },
});
