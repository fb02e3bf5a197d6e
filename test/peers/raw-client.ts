import { connect } from "node:net";
import { isDeepStrictEqual } from "node:util";

/** A request whose every byte is ours: header names and their order are sent as given, and none is added but Host. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** How the body's length is told; `none` sends neither a length nor the body. */
  readonly framing: "length" | "chunked" | "none";
}

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** The headers that hooks of the tests name, whose names begin with `X-Hook-`. */
  readonly hookHeaders: readonly string[];
}

/** Answers a request: a server, or a test's stand-in for one. */
export type Answering = (request: RawRequest) => Promise<Answer>;

const TIMEOUT_MS = 10_000;

/** True where status, body and the hook's own headers are the same to the byte. */
export const isSameAnswer = (one: Answer, other: Answer): boolean => isDeepStrictEqual(one, other);

/** Shows an answer on one line. */
export const showAnswer = ({ status, body, hookHeaders }: Answer): string =>
  [String(status), JSON.stringify(body.toString()), ...hookHeaders].join(" ");

/** Shows a request as it goes over the wire, with what is not printable escaped. */
export const showRequest = (request: RawRequest): string =>
  renderRequest(request)
    .toString()
    .split("\r\n")
    .map((line) => `    ${JSON.stringify(line).slice(1, -1)}`)
    .join("\n");

function renderRequest({ method, target, headers, body, framing }: RawRequest): Buffer {
  const framed = {
    length: { header: [["Content-Length", String(body.length)]], bytes: [body] },
    chunked: { header: [["Transfer-Encoding", "chunked"]], bytes: [chunk(body), Buffer.from("0\r\n\r\n")] },
    none: { header: [], bytes: [] },
  }[framing];
  const lines = [["Host", "hooks.example.com"], ...headers, ...framed.header].map(
    ([name, value]) => `${name}: ${value}`,
  );
  const head = [`${method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "utf8"), ...framed.bytes]);
}

const chunk = (body: Buffer): Buffer =>
  body.length === 0 ? body : Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);

/** Sends a request to a loopback port over a connection of its own and reads the answer, within ten seconds. */
export function exchange(port: number, request: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received: Buffer = Buffer.alloc(0);
    const finish = (ended: boolean): void => {
      try {
        const answer = readAnswer(received, request.method === "HEAD", ended);
        if (answer === undefined) return;
        socket.destroy();
        resolve(answer);
      } catch (error) {
        socket.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy(new Error(`no whole answer within ${String(TIMEOUT_MS)} ms`));
    });
    socket.on("data", (data: Buffer) => {
      received = Buffer.concat([received, data]);
      finish(false);
    });
    socket.on("end", () => {
      finish(true);
    });
    // A server that refuses a body may close before it has read all: what it said counts.
    socket.on("error", (error) => {
      const answer = readAnswer(received, request.method === "HEAD", false);
      if (answer === undefined) reject(error);
      else resolve(answer);
    });
    socket.write(renderRequest(request));
  });
}

function readAnswer(received: Buffer, isHead: boolean, ended: boolean): Answer | undefined {
  const answer = readWhole(received, isHead, ended);
  if (answer === undefined && ended)
    throw new Error(`the connection ended after ${JSON.stringify(received.toString())}`);
  return answer;
}

function readWhole(received: Buffer, isHead: boolean, ended: boolean): Answer | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = received.subarray(0, headEnd).toString("latin1");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? Number.NaN);
  const rest = received.subarray(headEnd + 4);
  if (status < 200) return readWhole(rest, isHead, ended);
  const isBodiless = isHead || status === 204 || status === 304;
  const body = isBodiless ? Buffer.alloc(0) : readBody(rest, head, ended);
  return body === undefined ? undefined : { status, body, hookHeaders: hookHeadersOf(head) };
}

// Names are told apart by no case: Go changes it, Node does not.
const hookHeadersOf = (head: string): string[] =>
  [...head.matchAll(/^(x-hook-[^:]*): *(.*)$/gim)].map(
    ([, name = "", value = ""]) => `${name.toLowerCase()}: ${value}`,
  );

const readBody = (rest: Buffer, head: string, ended: boolean): Buffer | undefined =>
  /^transfer-encoding: *chunked/im.test(head)
    ? readChunks(rest)
    : readSized(rest, /^content-length: *(\d+)/im.exec(head)?.[1], ended);

function readSized(rest: Buffer, length: string | undefined, ended: boolean): Buffer | undefined {
  if (length === undefined) return ended ? Buffer.from(rest) : undefined;
  return rest.length < Number(length) ? undefined : Buffer.from(rest.subarray(0, Number(length)));
}

function readChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
