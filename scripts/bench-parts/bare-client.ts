import { readFile } from "node:fs/promises";
import { Pool, type Dispatcher } from "undici";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import type { Account } from "./account.ts";
import type { Fleet, Workload } from "./fleet.ts";
import { sum } from "./load.ts";
import { NAMESPACE } from "./names.ts";
import { stateBodies, type StateBodies } from "./state-bodies.ts";
import { readStates, type OpenOf } from "./verify.ts";

/** The baseline of the whole path: a client that only makes the two writes of each push. */
export interface BareClient {
  /** Makes pushes for so long at so many at once; gives pushes per second. A refused write rejects. */
  readonly run: (durationMs: number, concurrency: number) => Promise<number>;
  /** Makes one push to every workload. */
  readonly sweep: (concurrency: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

interface Prepared extends StateBodies {
  /** The state object's resource version; empty before it exists. */
  version: string;
}

/** What it writes, and who hears how long each push took. */
export interface BareClientOptions {
  readonly fleet: Fleet;
  /** How many of a workload's pushes are open after the latest one. */
  readonly openOf: OpenOf;
  readonly onPush?: ((tookMs: number) => unknown) | undefined;
}

interface Write {
  readonly method: "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly body: string;
  /** Whether the answer's text is needed, or only its status. */
  readonly reads: boolean;
}

const QUERY = "?fieldManager=imagehook";
const STATES = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const VERSION = '"resourceVersion":"';

/**
 * Opens the client. It stores the same bytes as the service under the same account over one pool, the state with its
 * resource version and before the patch. It is as fast as it could be made: no server in front, bodies from templates,
 * undici's bare dispatch, and of the answers nothing is parsed: it looks for the resource version and drops the rest.
 */
export async function openBareClient(
  cluster: ControlPlane,
  account: Account,
  { fleet, openOf, onPush = () => undefined }: BareClientOptions,
): Promise<BareClient> {
  const ca = await readFile(cluster.caFile, "utf8");
  const pool = new Pool(cluster.server, { connect: { ca }, connections: 32, allowH2: false });
  const states = await readStates(cluster);
  const prepare = (workload: Workload): Prepared => {
    const bodies = stateBodies(workload, account, "another");
    return { ...bodies, version: states.get(bodies.name)?.metadata.resourceVersion ?? "" };
  };
  const prepared = new Map(fleet.workloads.map((workload) => [workload, prepare(workload)]));
  const headersOf = (contentType: string): Record<string, string> => ({
    authorization: `Bearer ${account.token}`,
    accept: "application/json",
    "user-agent": "imagehook",
    "content-type": contentType,
  });
  const json = headersOf("application/json");
  const jsonPatch = headersOf("application/json-patch+json");

  const push = async (workload: Workload): Promise<void> => {
    const known = prepared.get(workload);
    if (known === undefined) throw new Error(`${workload.name} is not of this fleet`);
    const before = workload.pushes.at(-1) ?? 0;
    const after = fleet.nextPush();
    workload.pushes.push(after);
    const startMs = performance.now();
    const isNew = known.version === "";
    const answer = await write(pool, json, {
      method: isNew ? "POST" : "PUT",
      path: (isNew ? STATES : `${STATES}/${known.name}`) + QUERY,
      body: known.body(known.version, known.bytes.state(workload.pushes, openOf(workload))),
      reads: true,
    });
    const at = answer.indexOf(VERSION) + VERSION.length;
    known.version = answer.slice(at, answer.indexOf('"', at));
    const patch = known.bytes.patch(before, after);
    await write(pool, jsonPatch, {
      method: "PATCH",
      path: `${DEPLOYMENTS}/${workload.name}${QUERY}`,
      body: patch,
      reads: false,
    });
    onPush(performance.now() - startMs);
    fleet.giveBack(workload);
  };

  const measure = async (concurrency: number, goesOn: () => boolean): Promise<number> => {
    const startMs = performance.now();
    const worker = async (): Promise<number> => {
      let count = 0;
      for (; goesOn(); count++) await push(fleet.take());
      return count;
    };
    const counts = await Promise.all(Array.from({ length: concurrency }, worker));
    return sum(counts) / ((performance.now() - startMs) / 1_000);
  };
  return {
    run: (durationMs, concurrency) => {
      const endMs = performance.now() + durationMs;
      return measure(concurrency, () => performance.now() < endMs);
    },
    sweep: (concurrency) => {
      let left = fleet.workloads.length;
      return measure(concurrency, () => left-- > 0);
    },
    close: () => pool.destroy(),
  };
}

function write(pool: Pool, headers: Record<string, string>, { method, path, body, reads }: Write): Promise<string> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let text = "";
    const handler: Dispatcher.DispatchHandler = {
      // The presence of this one tells undici which generation of handlers it is.
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => {
        if (reads || status >= 300) text += chunk.toString("latin1");
      },
      onResponseEnd: () => {
        if (status === 200 || status === 201) resolve(text);
        else reject(new Error(`the bare client's ${method} ${path} was answered ${String(status)}: ${text}`));
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    };
    pool.dispatch({ method, path, headers, body }, handler);
  });
}
