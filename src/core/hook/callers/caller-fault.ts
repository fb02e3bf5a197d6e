import { ok } from "../../result.ts";
import type { HookRequest } from "../argument.ts";
import type { Surroundings } from "../match.ts";
import { isSameText } from "../same-text.ts";
import { isBodySignature } from "./body-signature.ts";
import type { CallerEntry, SignatureEntry } from "./caller-entry.ts";
import { credentialsOf, headerOf, parameterOf, type Sent } from "./sent-values.ts";
import { standardWebhookFault } from "./standard-webhooks.ts";

/** What callers are tried with, besides the request. */
export interface CallerSurroundings extends Surroundings {
  /** Of entries that take the network why they prove nobody, or null where they do: found out before. */
  readonly beforehand?: ReadonlyMap<CallerEntry, string | null>;
}

/** Why an entry that takes the network proves nobody where that was not asked. */
const NOT_LOOKED_AT = "not looked at: what proves it comes over the network";

/**
 * Says why a request does not prove its caller by an entry, or null when it does. What is given twice proves nobody:
 * a proxy and this service could look at different ones. No value that was sent stands in the reason.
 */
export function callerFault(entry: CallerEntry, request: HookRequest, surroundings: CallerSurroundings): string | null {
  if ("file" in entry) return secretsFault(entry, request, surroundings);
  switch (entry.kind) {
    case "networks": {
      const isInside = entry.ranges.some((range) => range.holds(request.remoteAddress));
      return isInside ? null : "the client's address is in none of the networks";
    }
    case "oidc":
    case "sns":
      return foundBefore(entry, surroundings);
  }
}

type SecretEntry = Extract<CallerEntry, { readonly file: string }>;

function secretsFault(entry: SecretEntry, request: HookRequest, surroundings: CallerSurroundings): string | null {
  const secrets = surroundings.tokensOf(entry.file);
  if (secrets.length === 0) return `${entry.file} is not here, or holds no secret`;
  switch (entry.kind) {
    case "token":
      return secretFault(parameterOf(request, entry.name), secrets);
    case "bearer":
      return secretFault(credentialsOf(request, "Bearer"), secrets);
    case "basic":
      return secretFault(loginOf(request), secrets.filter(isLogin));
    case "header":
      return secretFault(headerOf(request, entry.name), secrets);
    case "hmac":
      return signatureFault(entry, request, secrets);
    case "standard-webhooks":
      return webhookFault(request, secrets, surroundings.now);
  }
}

function foundBefore(entry: CallerEntry, { beforehand }: CallerSurroundings): string | null {
  const fault = beforehand?.get(entry);
  return fault === undefined ? NOT_LOOKED_AT : fault;
}

// Each is compared, so that the time does not tell which one matched.
const isOneOf = (sent: string, secrets: readonly string[]): boolean =>
  secrets.map((secret) => isSameText(sent, secret)).includes(true);

function secretFault(sent: Sent, secrets: readonly string[]): string | null {
  if (sent.kind === "error") return sent.error;
  return isOneOf(sent.value, secrets) ? null : "what came is none of the secrets";
}

function signatureFault(
  { headers, takesSecret }: SignatureEntry,
  request: HookRequest,
  secrets: readonly string[],
): string | null {
  const [first] = headers;
  const { header, algorithm } = headers.find((one) => request.headers.has(one.header.toLowerCase())) ?? first;
  const sent = headerOf(request, header);
  if (sent.kind === "error") return sent.error;
  const isSigned = isBodySignature(sent.value, request.body(), { algorithm, secrets });
  const isSecret = takesSecret && isOneOf(sent.value, secrets);
  return isSigned || isSecret ? null : `header "${header}" is not the body's signature`;
}

function webhookFault(request: HookRequest, secrets: readonly string[], now: Date): string | null {
  const [id, timestamp, signature] = [
    headerOf(request, "webhook-id"),
    headerOf(request, "webhook-timestamp"),
    headerOf(request, "webhook-signature"),
  ];
  if (id.kind === "error") return id.error;
  if (timestamp.kind === "error") return timestamp.error;
  if (signature.kind === "error") return signature.error;
  const sent = { id: id.value, timestamp: timestamp.value, signature: signature.value, body: request.body() };
  return standardWebhookFault(sent, secrets, now);
}

function loginOf(request: HookRequest): Sent {
  const sent = credentialsOf(request, "Basic");
  return sent.kind === "error" ? sent : ok(Buffer.from(sent.value, "base64").toString("utf8"));
}

// A line without a password would let in whoever knows the user.
const isLogin = (line: string): boolean => /^[^:]*:./.test(line);
