import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { allowed, createAdmissionServer, mutating } from "../../src/admission.ts";
import { makeAuthority, type Authority } from "../support/certificate.ts";
import { freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { leadTo } from "../support/webhook-service.ts";
import { install, SERVICE } from "./admission-kit.ts";

const rules = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }];
const MIN_CALLS = 1_000;
// The API server keeps its connections: so many are spread over all replicas, but for one chance in thousands.
const CALLERS = 16;
// A change of a configuration, and of endpoints, is in the API server's memory by then.
const KNOWN_MS = 1_500;

interface Replica {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

describe("two replicas under load, on the real API server with failurePolicy Fail", function () {
  this.timeout(75_000);
  const cluster = useCluster();
  const authorities = [makeAuthority("first"), makeAuthority("second"), makeAuthority("third")] as const;
  const serials = new Set<string>();
  const answers = new Map<string, number>();
  const failures: unknown[] = [];
  const replicas = new Set<Replica>();
  let isOver = false;
  let [folder, home, app] = ["", "", ""];
  let load: Promise<unknown> = Promise.resolve();

  const ask = async (): Promise<void> => {
    const path = `/api/v1/namespaces/${app}/configmaps?dryRun=All`;
    const { status, body } = await cluster().call("POST", path, { metadata: { name: "asked" } });
    const by = (body as { metadata?: { labels?: { by?: string } } }).metadata?.labels?.by;
    if (status !== 201 || by === undefined) failures.push({ status, body });
    else answers.set(by, (answers.get(by) ?? 0) + 1);
  };
  const askAtOnce = () => Promise.all(Array.from({ length: CALLERS }, ask));
  const keepAsking = async (): Promise<void> => {
    while (!isOver) await ask();
  };
  const countOf = (name: string): number => answers.get(name) ?? 0;
  const calls = (): number => [...answers.values()].reduce((sum, count) => sum + count, 0);

  /** Waits for the calls that must lie between the first certificate and the last, and for something else. */
  const manyCalls = (holds: () => boolean): Promise<number> =>
    waitFor(
      () => Promise.resolve(calls()),
      (count) => count >= MIN_CALLS && holds(),
      { timeoutMs: 30_000, what: `${String(MIN_CALLS)} calls` },
    );

  /** Swaps the directory's `..data` link, as the kubelet does when a Secret has changed. */
  async function mount(revision: string, authority: Authority): Promise<string> {
    const pair = authority.issue({ names: [`${SERVICE}.${home}.svc`] });
    await mkdir(join(folder, revision));
    await writeFile(join(folder, revision, "tls.crt"), pair.cert);
    await writeFile(join(folder, revision, "tls.key"), pair.key);
    await symlink(revision, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    return new X509Certificate(pair.cert).serialNumber;
  }

  async function start(name: string): Promise<Replica> {
    const program = join(import.meta.dirname, "admission-replica.ts");
    const child = spawn(process.execPath, [program, name, folder], { stdio: ["ignore", "pipe", "inherit"] });
    let port = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      port = Number(/^port (\d+)$/.exec(line)?.[1] ?? 0);
      if (port !== 0) break;
    }
    child.stdout.resume();
    const replica = { name, port, child };
    replicas.add(replica);
    await leadTo(cluster(), { service: SERVICE, namespace: home, portName: "https", port, slice: name });
    return replica;
  }

  /** Trusts these authorities only: the handshake fails with any other's certificate. */
  const serialAt = ({ port }: Replica, trusted: readonly Authority[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const ca = trusted.map(({ cert }) => cert);
      const socket = connect({ host: cluster().hostAddress, port, ca, servername: `${SERVICE}.${home}.svc` }, () => {
        resolve(socket.getPeerX509Certificate()?.serialNumber ?? "");
        socket.destroy();
      });
      socket.once("error", reject);
    });

  async function trust(...trusted: readonly Authority[]): Promise<void> {
    await install(cluster(), listed, { home, authority: trusted.map(({ cert }) => cert).join("") });
    await sleep(KNOWN_MS);
  }

  /** Waits until every replica serves the certificate; what they serve until then is trusted too. */
  async function served(serial: string, trusted: readonly Authority[]): Promise<void> {
    for (const replica of replicas)
      await waitFor(
        () => serialAt(replica, trusted),
        (seen) => serials.add(seen).has(serial) && seen === serial,
        { timeoutMs: 20_000, what: `the certificate ${serial} of ${replica.name}` },
      );
  }

  const listed = createAdmissionServer({ log: createFakeLog() });

  before(async () => {
    [home, app] = [await freshNamespace(cluster(), "rotation-home"), await freshNamespace(cluster(), "rotation-app")];
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": app } };
    listed.register(
      "/by",
      mutating(() => allowed()),
      { rules, namespaceSelector, failurePolicy: "Fail" },
    );
    folder = await mkdtemp(join(tmpdir(), "imagehook-rotation-"));
    serials.add(await mount("..first", authorities[0]));
    for (const file of ["tls.crt", "tls.key"]) await symlink(`..data/${file}`, join(folder, file));
    await Promise.all([start("one"), start("two")]);
    await trust(authorities[0]);
    await waitFor(
      () => askAtOnce().then(() => [...answers, ...failures.slice(-1)]),
      () => countOf("one") > 0 && countOf("two") > 0,
      { timeoutMs: 10_000, what: "both replicas" },
    );
    answers.clear();
    failures.length = 0;
    load = Promise.all(Array.from({ length: CALLERS }, keepAsking));
  });
  after(async () => {
    isOver = true;
    await load;
    await cluster().kubectl(["delete", "mutatingwebhookconfiguration", home, "--ignore-not-found"]);
    for (const { child } of replicas) child.kill("SIGKILL");
    await cluster().kubectl(["delete", "namespace", home, app, "--wait=false"]);
    await rm(folder, { recursive: true, force: true });
  });

  it("serves two more certificates, each of a new authority, and no call fails", async () => {
    const [first, second, third] = authorities;
    await trust(first, second);
    await served(await mount("..second", second), [first, second]);
    await trust(second);
    await assert.rejects(serialAt([...replicas][0] ?? assert.fail(), [first]), /certificate/);
    await trust(second, third);
    await manyCalls(() => true);
    await served(await mount("..third", third), [second, third]);
    await trust(third);
    assert.deepEqual(failures, []);
    assert.equal(serials.size, 3);
  });

  it("loses one replica to SIGTERM, gets another one, and no call fails", async () => {
    const [gone] = replicas;
    assert.ok(gone !== undefined && countOf(gone.name) > 0);
    await start("three");
    // Kubernetes tells the endpoints at the time of the signal; a preStop pause is what people put between the two.
    await cluster().kubectl(["delete", "endpointslice", gone.name, "-n", home]);
    await sleep(KNOWN_MS);
    gone.child.kill("SIGTERM");
    assert.deepEqual(await once(gone.child, "exit"), [0, null]);
    replicas.delete(gone);
    const before = countOf(gone.name);
    // A changed configuration makes the API server open new connections.
    await trust(authorities[2], authorities[1]);
    await manyCalls(() => countOf("three") > 0);
    assert.equal(countOf(gone.name), before);
    assert.deepEqual(failures, []);
  });

  it("notices a certificate of an authority that is not trusted, so the counts mean something", async () => {
    await mount("..foreign", makeAuthority("foreign"));
    await trust(makeAuthority("nobody's"));
    await waitFor(
      () => Promise.resolve(failures.length),
      (count) => count > 0,
      { timeoutMs: 20_000, what: "a failure" },
    );
    assert.match(JSON.stringify(failures[0]), /failed calling webhook .*x509: certificate signed by unknown authority/);
  });
});
