import type { RegistryHosts } from "../core/remote/registry-hosts.ts";
import type { Login } from "../core/remote/pull-secret.ts";
import type { RegistryFailure, RemoteAnswer, RemoteFailure } from "../flow/ports.ts";

/** One question to a registry: all that a request for it needs. */
export interface RegistryRequest {
  readonly hosts: RegistryHosts;
  /** Hosts that the operator allows besides. */
  readonly otherHosts: readonly string[];
  /** The path of the repository, without its host. */
  readonly repositoryPath: string;
  readonly login: Login | null;
  readonly signal: AbortSignal;
}

/** What a status says that is no success. */
export function failureOfStatus(what: string, { status }: RemoteAnswer): RegistryFailure {
  if (status === 404) return { kind: "absent", message: `${what} is not there` };
  if (status === 401 || status === 403)
    return { kind: "denied", message: `${what} is not shown to this login: image.check.pull-secret names one` };
  const kind = status === 429 || status >= 500 ? "unreachable" : "unreadable";
  return { kind, message: `${what} was answered with status ${String(status)}` };
}

/** What it says of a registry that one of its hosts gave no answer. */
export function failureOfRemote(what: string, { kind, message }: RemoteFailure): RegistryFailure {
  switch (kind) {
    case "not-allowed":
      return { kind, message: `${what} is kept elsewhere: ${message}; OUTGOING_HOSTS allows more hosts` };
    case "unreachable":
      return { kind, message };
    case "too-large":
      return { kind: "unreadable", message };
  }
}
