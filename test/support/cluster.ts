import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { startControlPlane, type ControlPlane } from "../../scripts/control-plane/control-plane.ts";

let starting: Promise<ControlPlane> | undefined;

// The first suite may have to build the binaries, which takes minutes.
const startTimeoutMs = 30 * 60_000;

// Registered where this module is loaded, outside of any describe: it runs after all suites of the process.
after(async function stopCluster() {
  this.timeout(60_000);
  // Where it did not start, the suite's own hook has failed with the reason.
  const cluster = await starting?.catch(() => undefined);
  await cluster?.stop();
});

/** Starts, before the suite that calls it, the control plane that all suites of this mocha process share. */
export function useCluster(): () => ControlPlane {
  let cluster: ControlPlane | undefined;
  before(async function startCluster() {
    this.timeout(startTimeoutMs);
    starting ??= startControlPlane({
      say: (line) => {
        process.stderr.write(`    ${line}\n`);
      },
    });
    cluster = await starting;
  });
  return () => {
    if (cluster === undefined) throw new Error("the control plane runs only inside of hooks and tests");
    return cluster;
  };
}

/** Repeats a look at the world until the condition holds for what it saw, and gives that; a timeout shows the last sight. */
export async function waitFor<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  options: { readonly timeoutMs: number; readonly what: string },
): Promise<T> {
  const limit = Date.now() + options.timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > limit) {
      const last = inspect(seen, { depth: 8 });
      throw new Error(`${options.what}: not within ${String(options.timeoutMs)} ms; last seen: ${last}`);
    }
    await sleep(50);
  }
}

/** Creates a namespace of its own for one suite or test, and waits for the service account without which no pod starts. */
export async function freshNamespace(cluster: ControlPlane, prefix: string): Promise<string> {
  const name = `${prefix}-${randomBytes(4).toString("hex")}`;
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  const created = await cluster.call("POST", "/api/v1/namespaces", namespace);
  if (created.status !== 201) throw new Error(`namespace ${name} was refused: ${inspect(created)}`);
  await waitFor(
    () => cluster.call("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`),
    ({ status }) => status === 200,
    { timeoutMs: 10_000, what: `the default service account of ${name}` },
  );
  return name;
}

/** Applies objects written as YAML or JSON, as `kubectl apply -f -` does. */
export async function apply(cluster: ControlPlane, manifest: string | object): Promise<void> {
  await cluster.kubectl(["apply", "-f", "-"], typeof manifest === "string" ? manifest : JSON.stringify(manifest));
}
