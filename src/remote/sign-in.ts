import { createHash } from "node:crypto";
import { readChallenge, tokenUrl, type Challenge } from "../core/remote/challenge.ts";
import type { Login } from "../core/remote/pull-secret.ts";
import { readToken, type Token } from "../core/remote/token.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, RegistryFailure, Remote } from "../flow/ports.ts";
import { createRecent } from "../flow/recent.ts";
import { failureOfRemote, failureOfStatus, type RegistryRequest } from "./registry-request.ts";

/** Signs in at registries: what it returns is the value of a request's `Authorization`. */
export interface SignIn {
  /** What an earlier sign-in brought and is still good; null for nothing. */
  readonly recall: (request: RegistryRequest) => string | null;
  /** Answers a registry's challenge, its `WWW-Authenticate`. */
  readonly answer: (header: string, request: RegistryRequest) => Promise<Result<string, RegistryFailure>>;
}

const REMEMBERED = 1_000;
const MAX_TOKEN_BYTES = 64 * 1024;
// A token that ends while a request is under way is of no use.
const SPARE_MS = 10_000;

interface Kept {
  readonly authorization: string;
  readonly until: number;
}

/** Makes the sign-in. It keeps tokens until shortly before they end, and shows a login to allowed hosts only. */
export function createSignIn({ remote, clock }: { readonly remote: Remote; readonly clock: Clock }): SignIn {
  const kept = createRecent<Kept>(REMEMBERED);
  return {
    recall: (request) => {
      const known = kept.get(keyOf(request));
      return known === undefined || known.until <= clock.now().getTime() ? null : known.authorization;
    },
    answer: async (header, request) => {
      const challenge = readChallenge(header);
      if (challenge.kind === "bearer") {
        const token = await askToken(challenge, request, remote);
        if (token.kind === "error") return token;
        const authorization = `Bearer ${token.value.text}`;
        kept.set(keyOf(request), {
          authorization,
          until: clock.now().getTime() + token.value.lifetimeMs - SPARE_MS,
        });
        return ok(authorization);
      }
      const { login, hosts } = request;
      if (challenge.kind === "basic" && login !== null) return ok(basic(login));
      return fail({
        kind: "denied",
        message: `${hosts.api} wants a login: image.check.pull-secret names the Secret that holds one`,
      });
    },
  };
}

async function askToken(
  challenge: Challenge & { kind: "bearer" },
  { hosts, otherHosts, repositoryPath, login, signal }: RegistryRequest,
  remote: Remote,
): Promise<Result<Token, RegistryFailure>> {
  const what = `a token of ${hosts.api}`;
  const url = tokenUrl(challenge, repositoryPath);
  if (url.kind === "error") return fail({ kind: "unreadable", message: `${hosts.api} wants a token: ${url.error}` });
  const answer = await remote.get({
    url: url.value,
    allow: [hosts.api, ...hosts.tokens, ...otherHosts],
    headers: login === null ? {} : { authorization: basic(login) },
    maxBytes: MAX_TOKEN_BYTES,
    signal,
  });
  if (answer.kind === "error") return fail(failureOfRemote(what, answer.error));
  if (answer.value.status !== 200) return fail(failureOfStatus(what, answer.value));
  const token = readToken(answer.value.body);
  return token.kind === "ok" ? token : fail({ kind: "unreadable", message: `${what}: ${token.error}` });
}

const basic = ({ user, password }: Login): string => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

// The login itself is not kept.
const keyOf = ({ hosts, repositoryPath, login }: RegistryRequest): string =>
  createHash("sha256")
    .update(JSON.stringify([hosts.api, repositoryPath, login]))
    .digest("base64");
