import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { imageFor, pushOf, startPost, untilPhase, type Post } from "./ends-kit.ts";
import {
  aDeployment,
  hookPath,
  imageOf,
  install,
  logOf,
  logWritten,
  post as send,
  read,
  TOKEN,
  type Answer,
  type Installation,
} from "./kit.ts";

const RATE = 50;
// Of so many one is a new push: what is to be seen is the end of the process, not how fast the API server writes.
const NEW_EACH = 10;
const OLD = new Date(Date.now() - 3_600_000);
const BUSY = ["busy-0", "busy-1", "busy-2", "busy-3", "busy-4"];
// A busy machine's API server is no fault of the process: registries send what it was too slow for again.
const API_SLOW = "the API server cannot be reached: no answer in time";
const MAX_SLOW = 0.5;
const SHUTDOWN_DELAY_MS = 3_000;
// How long a cluster may take until its Service sends nothing to a pod that is not ready.
const FORGOTTEN_AFTER_MS = 1_000;
// A rollout that fails outlives the process.
const OPEN_FOR_SECONDS = 20;
const LEADS_WITHIN_MS = 5_000;

/** What became of a request of the load. */
interface Sent {
  readonly pod: "ending" | "other";
  readonly atMs: number;
  /** Null where the connection failed. */
  readonly answer: Answer | null;
}

// One story: the first pod is told to end while registries call, and the second takes over.
describe("a pod that is told to end while registries call", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let installed: Installation;
  let post: Post;
  let other: LocalPod;
  let watching: ChildProcess;
  let holders = "";
  const sent: Sent[] = [];
  const times = { signalledMs: 0, unreadyMs: 0, exitedMs: 0, takenOverMs: 0 };
  const seen: { code: number | null; waited: Answer | null; slow: string } = { code: null, waited: null, slow: "" };

  before(async () => {
    post = await startPost();
    const names = [...BUSY, "open", "stuck", "slow"];
    installed = await install(cluster(), {
      env: { SHUTDOWN_DELAY: `${String(SHUTDOWN_DELAY_MS)}ms` },
      values: (web) => ({
        hooks: Object.fromEntries(
          names.map((name) => [
            name,
            {
              namespace: web,
              workload: `deployment/${name}`,
              container: "web",
              repoType: "custom",
              token: TOKEN,
              mailTo: "ops@example.com",
            },
          ]),
        ),
        mail: post.values,
      }),
      prepare: async ({ web }) => {
        const items = names.map((name) => {
          const manifest = aDeployment(web, name, imageFor("1")) as { spec: object };
          const busy = BUSY.includes(name) ? { replicas: 0 } : {};
          return { ...manifest, spec: { ...manifest.spec, ...busy, progressDeadlineSeconds: OPEN_FOR_SECONDS } };
        });
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
      },
    });
    await waitFor(() => Promise.resolve(logOf(installed.pod)), leads, { timeoutMs: 5_000, what: "the first to lead" });
    other = await installed.startReplica();
    const words = ["get", "lease", "-n", installed.namespace, "--watch", "-o", "jsonpath=[{.spec.holderIdentity}]"];
    watching = spawn(cluster().binaries.kubectl, ["--kubeconfig", cluster().kubeconfig, ...words]);
    watching.stdout?.setEncoding("utf8").on("data", (chunk: string) => (holders += chunk));
    await endUnderLoad();
  });
  after(async () => {
    watching.kill();
    await once(watching, "close");
    await installed.remove();
    await post.sink.close();
  });

  const leads = (lines: ReturnType<typeof logOf>): boolean => lines.some(({ msg }) => msg === "leads now");

  async function endUnderLoad(): Promise<void> {
    assert.equal((await installed.post(hookPath("open"), pushOf("2-image-pull"))).status, 200);
    const waiting = installed.post(hookPath("stuck", { wait: "10m" }), pushOf("2-never-ready"));
    const over = new AbortController();
    const load = sendUntil(over.signal);
    await sleep(1_000);
    times.signalledMs = performance.now();
    const exited = installed.pod.stop("SIGTERM").then((code) => {
      times.exitedMs = performance.now();
      return code;
    });
    const unready = untilUnready();
    const late = sendSlowly();
    await unready;
    [seen.code, seen.waited, seen.slow] = await Promise.all([exited, waiting, late]);
    await waitFor(() => Promise.resolve(logOf(other)), leads, { timeoutMs: 20_000, what: "the other to lead" });
    times.takenOverMs = performance.now();
    over.abort();
    await load;
  }

  async function untilUnready(): Promise<void> {
    const status = async (): Promise<number> => (await fetch(`${installed.pod.url}/readyz`)).status;
    await waitFor(status, (code) => code === 503, { timeoutMs: SHUTDOWN_DELAY_MS, what: "readiness off" });
    times.unreadyMs = performance.now();
  }

  // As a Service does: to the pod that ends until that is known everywhere, then to the other.
  async function sendUntil(signal: AbortSignal): Promise<void> {
    const running: Promise<void>[] = [];
    const startedMs = performance.now();
    for (let count = 0; !signal.aborted; count++) {
      const atMs = performance.now();
      const isForgotten = times.unreadyMs > 0 && atMs > times.unreadyMs + FORGOTTEN_AFTER_MS;
      const path = hookPath(BUSY[Math.floor(count / NEW_EACH) % BUSY.length] ?? "");
      const isNew = count % NEW_EACH === 0;
      const body = isNew ? pushOf(`2.${String(count)}`) : pushOf("1.5", OLD);
      const request = send(isForgotten ? other : installed.pod, path, body);
      const pod = isForgotten ? "other" : "ending";
      running.push(
        request
          .catch(() => null)
          .then((answer) => {
            sent.push({ pod, atMs, answer });
          }),
      );
      await sleep(Math.max(0, startedMs + ((count + 1) * 1_000) / RATE - performance.now()));
    }
    await Promise.all(running);
  }

  // A request whose body comes to its end after new ones are no longer taken.
  async function sendSlowly(): Promise<string> {
    const body = JSON.stringify(pushOf("2"));
    const socket = connect(Number(new URL(installed.pod.url).port), "127.0.0.1");
    await once(socket, "connect");
    const head = `POST ${hookPath("slow")} HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
    socket.write(head + body.slice(0, 20));
    setTimeout(() => socket.write(body.slice(20)), SHUTDOWN_DELAY_MS + 500);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  }

  it("is not ready at once, and exits with 0", () => {
    assert.ok(times.unreadyMs - times.signalledMs < SHUTDOWN_DELAY_MS / 2, JSON.stringify(times));
    assert.equal(seen.code, 0);
    assert.ok(times.exitedMs - times.signalledMs >= SHUTDOWN_DELAY_MS, JSON.stringify(times));
  });

  it("takes every request as long as requests may still come", () => {
    const during = sent.filter(({ pod, atMs }) => pod === "ending" && atMs > times.signalledMs);
    const wanted = (RATE * FORGOTTEN_AFTER_MS) / 1_000 / 2;
    assert.ok(during.length >= wanted, `only ${String(during.length)} requests came in that time`);
    const slow = sent.filter(({ answer }) => answer?.text === API_SLOW);
    assert.ok(slow.length < sent.length * MAX_SLOW, `the API server was too slow ${String(slow.length)} times`);
    const failed = sent.filter(({ answer }) => answer?.status !== 200 && answer?.text !== API_SLOW);
    assert.deepEqual(
      failed.map(({ pod, atMs, answer }) => [pod, atMs - times.signalledMs, answer?.status, answer?.text]),
      [],
    );
    assert.ok(sent.some(({ pod }) => pod === "other"));
  });

  it("finishes what is under way, and closes those connections", () => {
    assert.match(seen.slow, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(seen.slow, /\r\nConnection: close\r\n/i);
    assert.ok(seen.slow.includes(`deployment.apps/slow image updated`), seen.slow);
    assert.equal(seen.waited?.status, 202);
    assert.equal(seen.waited.headers.get("connection"), "close");
    assert.match(seen.waited.text, /\nthe rollout goes on$/);
  });

  it("gives the Lease away before it exits, and the other leads at once", async () => {
    await waitFor(
      () => Promise.resolve(holders),
      (text) => /\[\]\[[^\]]+\]/.test(text),
      { timeoutMs: 5_000, what: "the Lease to change hands" },
    );
    const names = [...holders.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name);
    const turns = names.filter((name, index) => name !== names[index - 1]);
    assert.equal(turns.length, 3, turns.join(" "));
    assert.equal(turns[1], "");
    const messages = logOf(installed.pod).map(({ msg }) => msg);
    assert.ok(messages.indexOf("leads no more") < messages.indexOf("stopped"), messages.slice(-5).join(", "));
    assert.ok(times.takenOverMs - times.exitedMs < LEADS_WITHIN_MS, JSON.stringify(times));
  });

  it("leaves its open rollouts to the other, which ends each with one mail", async () => {
    await untilPhase(installed, { kind: "deployment", name: "open" }, "failed", 40_000);
    const [mail] = await post.about("open", /: failed$/);
    assert.match(String(mail?.text), /progress deadline of 20 s: .* cannot pull the image/);
    await post.about("slow", /: complete$/);
    await logWritten();
    const hasEnded = (pod: LocalPod): boolean =>
      logOf(pod).some(({ msg, hook }) => msg === "rollout ended" && hook === "open");
    assert.deepEqual([hasEnded(installed.pod), hasEnded(other)], [false, true]);
    for (const name of ["open", "slow"]) assert.equal((await post.about(name, /result: /)).length, 1);
    const last = Math.max(...sent.map(({ answer }) => Number(/:2\.(\d+)$/.exec(answer?.text ?? "")?.[1] ?? 0)));
    const images = await Promise.all(
      BUSY.map(async (name) => imageOf(await read(cluster(), installed.web, "deployment", name))),
    );
    assert.ok(images.includes(imageFor(`2.${String(last)}`)), images.join(" "));
  });
});
