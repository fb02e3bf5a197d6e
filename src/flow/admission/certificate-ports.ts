import type { SecretTexts } from "../../core/admission/certificate-secret.ts";
import type { Life } from "../../core/admission/certificates.ts";
import type { Result } from "../../core/result.ts";
import type { ClusterFailure } from "../../core/rollout/cluster-failure.ts";
import type { CertificatePair } from "../ports.ts";

/** What a serving certificate says; its names are DNS names and IP addresses. */
export interface ServingRequest extends Life {
  readonly names: readonly string[];
}

/** Makes certificates, each with a key of its own. They say whole seconds. */
export interface CertificateIssuer {
  /** An authority that may sign serving certificates and nothing below. */
  readonly makeAuthority: (life: Life) => Promise<CertificatePair>;
  readonly issue: (authority: CertificatePair, request: ServingRequest) => Promise<CertificatePair>;
}

/** A Secret as it was read. */
export interface StoredSecret {
  readonly texts: SecretTexts;
  /** Sets values, and takes those that are null away, where nobody has changed the Secret since; else it is a conflict. */
  readonly update: (
    changes: Readonly<Record<string, string | null>>,
    signal: AbortSignal,
  ) => Promise<Result<void, ClusterFailure>>;
}

/** What a watch shows of a Secret. A failure does not end it. */
export type SecretSighting =
  | { readonly kind: "seen"; readonly texts: SecretTexts }
  | { readonly kind: "gone" }
  | { readonly kind: "failure"; readonly failure: ClusterFailure };

/** The one Secret with the certificates. */
export interface CertificateSecret {
  readonly read: (signal: AbortSignal) => Promise<Result<StoredSecret, ClusterFailure>>;
  /** Shows it as it is and at each change, until the signal; nothing where it is not there. */
  readonly watch: (signal: AbortSignal) => AsyncIterable<SecretSighting>;
}

/** A webhook configuration as it was read. */
export interface StandingConfiguration {
  /** As kubectl names it, such as `validatingwebhookconfigurations/imagehook`. */
  readonly name: string;
  /** The PEM texts that its webhooks hold, each once for each webhook; empty where one holds none. */
  readonly bundles: readonly string[];
  /** Gives all of its webhooks this one, where nobody has changed the configuration since; else it is a conflict. */
  readonly put: (bundle: string, signal: AbortSignal) => Promise<Result<void, ClusterFailure>>;
}

/** The mutating and the validating configuration. */
export interface WebhookConfigurations {
  /** Those that are there; the names of the others are the missing ones. */
  readonly read: (
    signal: AbortSignal,
  ) => Promise<
    Result<{ readonly standing: readonly StandingConfiguration[]; readonly missing: readonly string[] }, ClusterFailure>
  >;
}
