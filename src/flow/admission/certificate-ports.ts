import type { CertificatePair } from "../ports.ts";

/** From when until when a certificate is good, in milliseconds since 1970; it says whole seconds. */
export interface AuthorityRequest {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What a serving certificate says; its names are DNS names and IP addresses. */
export interface ServingRequest extends AuthorityRequest {
  readonly names: readonly string[];
}

/** Makes certificates, each with a key of its own. */
export interface CertificateIssuer {
  /** An authority that may sign serving certificates and nothing below. */
  readonly makeAuthority: (request: AuthorityRequest) => Promise<CertificatePair>;
  readonly issue: (authority: CertificatePair, request: ServingRequest) => Promise<CertificatePair>;
}
