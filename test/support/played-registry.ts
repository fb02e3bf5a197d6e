import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** A registry of a test's own: what it holds, and whom it shows it to. */
export interface PlayedRegistry {
  readonly answer: RequestListener;
  /** Puts bytes at `manifests/<reference>` or `blobs/<digest>` of a repository; its digest is the answer. */
  readonly put: (place: string, content: Buffer | object, mediaType?: string) => string;
  /** How many tokens were given out. */
  readonly tokensGiven: () => number;
  /** What came as `Authorization`, decoded where it was a login. */
  readonly shown: string[];
}

/** How a registry wants to be asked. */
export interface PlayedAccess {
  /** What stands in `WWW-Authenticate`; empty: everyone is shown everything. */
  readonly challenge?: string;
  /** `user:password` of those who get a token; empty: everyone does. */
  readonly login?: string;
  readonly expiresIn?: number;
}

const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
/** The media type of images of several platforms. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/** The digest of bytes. */
export const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

interface Held {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** Makes a registry that speaks as distribution does, tokens at `/token` included. */
export function playRegistry({ challenge = "", login = "", expiresIn }: PlayedAccess = {}): PlayedRegistry {
  const held = new Map<string, Held>();
  const shown: string[] = [];
  let tokens = 0;
  const put: PlayedRegistry["put"] = (place, content, mediaType = OCI_IMAGE) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    held.set(`/v2/${place}`, { bytes, mediaType });
    return sha256(bytes);
  };
  const giveToken = (authorization: string, response: ServerResponse): void => {
    if (login !== "" && authorization !== `Basic ${Buffer.from(login).toString("base64")}`) {
      response.writeHead(401).end();
      return;
    }
    tokens++;
    response.end(JSON.stringify({ token: `token-${String(tokens)}`, expires_in: expiresIn }));
  };
  const isLetIn = (authorization: string): boolean => {
    if (challenge === "") return true;
    if (challenge.startsWith("Basic")) return authorization === `Basic ${Buffer.from(login).toString("base64")}`;
    return authorization === `Bearer token-${String(tokens)}`;
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { authorization = "" } = request.headers;
    const url = new URL(String(request.url), "https://registry");
    if (authorization !== "") shown.push(readable(authorization));
    if (url.pathname === "/token") {
      giveToken(authorization, response);
      return;
    }
    if (!isLetIn(authorization)) {
      response.writeHead(401, { "www-authenticate": challenge }).end();
      return;
    }
    const found = held.get(url.pathname);
    if (found === undefined) response.writeHead(404).end(`{"errors":[{"code":"MANIFEST_UNKNOWN"}]}`);
    else response.writeHead(200, { "content-type": found.mediaType }).end(found.bytes);
  };
  return { answer, put, tokensGiven: () => tokens, shown };
}

const readable = (authorization: string): string =>
  authorization.startsWith("Basic ")
    ? `Basic ${Buffer.from(authorization.slice("Basic ".length), "base64").toString()}`
    : authorization;
