import { digestOf } from "../core/remote/manifest.ts";
import type { Digest } from "../core/image/reference.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, RegistryFailure, Remote, RemoteAnswer } from "../flow/ports.ts";
import { failureOfRemote, failureOfStatus, type RegistryRequest } from "./registry-request.ts";
import { createSignIn } from "./sign-in.ts";

/** One thing that a repository holds. */
interface Content {
  /** What it is called in messages. */
  readonly what: string;
  readonly kind: "manifests" | "blobs" | "referrers";
  readonly reference: string;
  /** The media types that are taken. */
  readonly accept: string;
}

/** Reads what repositories hold. */
export interface RegistryReader {
  readonly read: (content: Content, request: RegistryRequest) => Promise<Result<RemoteAnswer, RegistryFailure>>;
}

// The size that every registry takes manifests up to.
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Makes the reader: it signs in where a registry asks for that, and follows redirects without what it signed in with. */
export function createRegistryReader(parts: { readonly remote: Remote; readonly clock: Clock }): RegistryReader {
  const { remote } = parts;
  const signIn = createSignIn(parts);

  const read: RegistryReader["read"] = async (content, request) => {
    const { hosts, otherHosts, signal } = request;
    const allow = [hosts.api, ...hosts.contents, ...otherHosts];
    const get = async (url: string, authorization: string | null) => {
      const headers = { accept: content.accept, ...(authorization === null ? {} : { authorization }) };
      const answer = await remote.get({ url, allow, headers, maxBytes: MAX_BYTES, signal });
      return answer.kind === "ok" ? answer : fail(failureOfRemote(content.what, answer.error));
    };
    const askApi = async (url: string): Promise<Result<RemoteAnswer, RegistryFailure>> => {
      const first = await get(url, signIn.recall(request));
      if (first.kind === "error" || first.value.status !== 401) return first;
      const signedIn = await signIn.answer(first.value.header("www-authenticate"), request);
      return signedIn.kind === "ok" ? get(url, signedIn.value) : signedIn;
    };

    let url = `https://${hosts.api}/v2/${request.repositoryPath}/${content.kind}/${content.reference}`;
    let answer = await askApi(url);
    for (let moves = 0; answer.kind === "ok" && REDIRECTS.includes(answer.value.status); moves++) {
      const next = moves < MAX_REDIRECTS ? moved(answer.value, url) : null;
      if (next === null)
        return fail({ kind: "unreadable", message: `${content.what} is sent from one address to the next` });
      url = next;
      answer = await get(url, null);
    }
    if (answer.kind === "error" || answer.value.status === 200) return answer;
    return fail(failureOfStatus(content.what, answer.value));
  };
  return { read };
}

// Where an answer sends its client; null where it does not say that.
function moved({ header }: RemoteAnswer, from: string): string | null {
  const location = header("location");
  return URL.canParse(location, from) && location !== "" ? new URL(location, from).href : null;
}

/** Reads what has a digest; bytes that have another are refused. */
export async function readVerified(
  content: Content & { readonly reference: Digest },
  request: RegistryRequest,
  { read }: RegistryReader,
): Promise<Result<Buffer, RegistryFailure>> {
  const answer = await read(content, request);
  if (answer.kind === "error") return answer;
  const { body } = answer.value;
  return digestOf(body, content.reference) === content.reference ? ok(body) : fail(otherBytes(content.what));
}

/** What is said of bytes that are not those of the digest which was asked for. */
export const otherBytes = (what: string): RegistryFailure => ({
  kind: "unreadable",
  message: `${what} was answered with bytes of another digest`,
});
