import {
  bundleText,
  SECRET_KEYS,
  type HeldCertificates,
  type SecretTexts,
} from "../../core/admission/certificate-secret.ts";
import type { CertificateDemands, CertificateStep } from "../../core/admission/certificates.ts";
import type { CertificatePair, LogFacts } from "../ports.ts";
import type { CertificateIssuer } from "./certificate-ports.ts";

/** A step for which the Secret has to be written. */
export type WritingStep = Exclude<CertificateStep, { readonly kind: "nothing" | "await-bundle" }>;

/** What the log says of each when it is done. */
export const TOLD: Readonly<Record<WritingStep["kind"], string>> = {
  "make-all": "a certificate authority and a serving certificate are made",
  "begin-authority": "a new certificate authority is begun; the old one is believed on",
  "issue-leaf": "a serving certificate is issued",
  "drop-retired": "the old certificate authority is dropped; nothing that it signed is valid any more",
};

/** What the log says beside that. */
export function factsOf(step: WritingStep): LogFacts {
  switch (step.kind) {
    case "make-all":
      return { validTo: new Date(step.leafLife.notAfterMs), authorityValidTo: new Date(step.authorityLife.notAfterMs) };
    case "begin-authority":
      return { authorityValidTo: new Date(step.life.notAfterMs), oldUntil: new Date(step.retiredUntilMs) };
    case "issue-leaf":
      return { why: step.reason, validTo: new Date(step.life.notAfterMs) };
    case "drop-retired":
      return {};
  }
}

/** What is known when a step is done. */
export interface StepFacts {
  readonly texts: SecretTexts;
  readonly held: HeldCertificates;
  readonly demands: CertificateDemands;
  readonly issuer: CertificateIssuer;
}

type Changes = Readonly<Record<string, string | null>>;

/** Makes what a step asks for, and says what has to change in the Secret. */
export async function changesOf(step: WritingStep, { texts, held, demands, issuer }: StepFacts): Promise<Changes> {
  const { names } = demands;
  switch (step.kind) {
    case "make-all": {
      const authority = await issuer.makeAuthority(step.authorityLife);
      return { ...authorityTexts(authority), ...leafTexts(await issuer.issue(authority, { ...step.leafLife, names })) };
    }
    case "begin-authority":
      return {
        ...authorityTexts(await issuer.makeAuthority(step.life)),
        [SECRET_KEYS.retired]: bundleText(step.retired, held),
        [SECRET_KEYS.retiredUntil]: new Date(step.retiredUntilMs).toISOString(),
      };
    case "issue-leaf": {
      const { [SECRET_KEYS.authority]: cert = "", [SECRET_KEYS.authorityKey]: key = "" } = texts;
      return leafTexts(await issuer.issue({ cert, key }, { ...step.life, names }));
    }
    case "drop-retired":
      return { [SECRET_KEYS.retired]: null, [SECRET_KEYS.retiredUntil]: null };
  }
}

const authorityTexts = ({ cert, key }: CertificatePair): Changes => ({
  [SECRET_KEYS.authority]: cert,
  [SECRET_KEYS.authorityKey]: key,
});

const leafTexts = ({ cert, key }: CertificatePair): Changes => ({ [SECRET_KEYS.cert]: cert, [SECRET_KEYS.key]: key });
