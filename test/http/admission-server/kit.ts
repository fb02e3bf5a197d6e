import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request, type Agent, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import {
  createAdmissionServer,
  type AdmissionServer,
  type AdmissionServerOptions,
} from "../../../src/assembly/admission-server.ts";
import { makeAuthority, type Certificate } from "../../support/certificate.ts";
import { createFakeLog, type FakeLog } from "../../support/fake-log.ts";

export const authority = makeAuthority();

/** A server that is not started yet, its certificate in files of its own, and its log. */
export interface ServerKit {
  readonly server: AdmissionServer;
  readonly log: FakeLog;
  readonly folder: string;
  /** Writes another pair over the files. */
  readonly lay: (pair: Certificate) => Promise<void>;
  /** Stops the server and removes the files. */
  readonly end: () => Promise<void>;
}

/** Makes a server on loopback, at a port that the system chooses. */
export async function createKit(options: AdmissionServerOptions = {}): Promise<ServerKit> {
  const folder = await mkdtemp(join(tmpdir(), "imagehook-admission-"));
  const log = createFakeLog();
  const lay: ServerKit["lay"] = async ({ cert, key }) => {
    await writeFile(join(folder, "tls.crt"), cert);
    await writeFile(join(folder, "tls.key"), key);
  };
  await lay(authority.issue());
  const server = createAdmissionServer({ host: "127.0.0.1", port: 0, certDir: folder, log, ...options });
  const end = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { server, log, folder, lay, end };
}

/** An answer, and the serial of the certificate that the server showed. */
export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly serial: string;
}

/** What is asked; a POST of a review where nothing else is said. */
export interface Asked extends Pick<RequestOptions, "method" | "ca" | "cert" | "key" | "servername"> {
  /** Left out: the length of the body. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent | false;
}

/** A review of a ConfigMap. */
export const reviewOf = (data: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "uid-1", operation: "CREATE", object: { apiVersion: "v1", kind: "ConfigMap", data } },
  });

/** Asks a server on loopback. */
export async function ask(port: number, path: string, { body = reviewOf(), ...asked }: Asked = {}): Promise<Seen> {
  const sent = request({
    host: "127.0.0.1",
    port,
    path,
    ca: authority.cert,
    method: "POST",
    agent: false,
    ...asked,
    headers: { "Content-Type": "application/json", ...(asked.headers ?? lengthOf(body)) },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const serial = response.socket instanceof TLSSocket ? response.socket.getPeerCertificate().serialNumber : "";
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response), serial };
}

const lengthOf = (body: string | Buffer) => ({ "Content-Length": Buffer.byteLength(body) });

/** Whether a reply allowed its review. */
export const isAllowed = ({ body }: Seen): unknown =>
  (JSON.parse(body) as { response: { allowed: unknown } }).response.allowed;

/** Waits for something to become true, for five seconds at most. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const limitMs = performance.now() + 5_000;
  while (!(await isTrue())) {
    if (performance.now() > limitMs) assert.fail(what);
    await sleep(50);
  }
}
