import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { freePort } from "../../scripts/control-plane/network.ts";
import { printReview, reviewFor } from "../../src/core/admission/review-for.ts";
import { makeAuthority } from "../support/certificate.ts";

const program = join(import.meta.dirname, "../../examples/none-shall-pass.ts");

interface Running {
  readonly port: number;
  readonly child: ChildProcess;
  /** The lines until it listens, and what it printed of its own. */
  readonly lines: readonly string[];
}

interface Reply {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status: { readonly code: number; readonly message: string };
  readonly patch?: string;
}

describe("examples/none-shall-pass.ts", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function start(last: string, args: readonly string[] = []): Promise<Running> {
    const port = await freePort();
    const child = spawn(process.execPath, ["--conditions=imagehook:source", program, ...args], {
      env: { PATH: process.env["PATH"], PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const lines: string[] = [];
    const found = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        if (line.includes(last)) resolve();
      });
      child.once("exit", () => {
        reject(new Error(`it ended: ${lines.join("\n")}`));
      });
    });
    await found;
    return { port, child, lines };
  }

  async function ask(port: number, path: string, ca: string, object: object): Promise<Reply> {
    const headers = { "content-type": "application/json", connection: "close" };
    const asked = request({ host: "127.0.0.1", servername: "localhost", port, path, ca, method: "POST", headers });
    asked.end(printReview(reviewFor(object).create()));
    const [response] = (await once(asked, "response")) as [AsyncIterable<Buffer>];
    return (JSON.parse(await text(response)) as { response: Reply }).response;
  }

  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } };
  const changes = [
    { op: "add", path: "/metadata/annotations/access", value: "granted" },
    { op: "add", path: "/metadata/annotations/reason", value: "not so secret" },
  ];

  async function answersAsItsListingSays(port: number, ca: string): Promise<void> {
    const refused = await ask(port, "/validating", ca, pod);
    assert.deepEqual(
      [refused.allowed, refused.status.code, refused.status.message, refused.uid],
      [false, 403, "none shall pass!", reviewFor(pod).create().uid],
    );
    const annotated = { ...pod, metadata: { ...pod.metadata, annotations: {} } };
    for (const [object, expected] of [
      [annotated, changes],
      [pod, [{ op: "add", path: "/metadata/annotations", value: {} }, ...changes]],
    ] as const) {
      const { allowed, status, patch = "" } = await ask(port, "/mutating", ca, object);
      const decoded = JSON.parse(Buffer.from(patch, "base64").toString("utf8")) as unknown;
      assert.deepEqual([allowed, status.message, decoded], [true, "some changes", expected]);
    }
  }

  it("refuses and changes on a pair that it makes in memory, by the caBundle that it prints, until SIGTERM", async () => {
    const { port, child, lines } = await start("caBundle: ");
    const [, bundle = ""] = /^caBundle: ([\w+/=]+)$/m.exec(lines.join("\n")) ?? [];
    await answersAsItsListingSays(port, Buffer.from(bundle, "base64").toString("utf8"));
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("serves the certificate of a directory, and prints no caBundle then", async () => {
    const folder = await mkdtemp(join(tmpdir(), "imagehook-example-"));
    const authority = makeAuthority();
    const { cert, key } = authority.issue();
    await writeFile(join(folder, "tls.crt"), cert);
    await writeFile(join(folder, "tls.key"), key);
    const { port, child, lines } = await start("all is started", [folder]);
    await answersAsItsListingSays(port, authority.cert);
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    assert.doesNotMatch(lines.join("\n"), /caBundle/);
    await rm(folder, { recursive: true });
  });
});
