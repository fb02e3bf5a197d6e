/** An authority that may still be needed. Its id is its certificate's fingerprint; times are milliseconds since 1970. */
interface RetiredAuthority {
  readonly id: string;
  readonly notAfterMs: number;
}

/** The authority that signs what is made now. */
interface Authority extends RetiredAuthority {
  readonly notBeforeMs: number;
  /** It is an authority's certificate, and its key is there. */
  readonly canSign: boolean;
}

/** The certificate that is served. */
export interface Leaf {
  /** The authority that signed it, of those that are known; null where none did. */
  readonly issuer: string | null;
  readonly names: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What there is; null stands for what is missing or cannot be used. */
export interface Holdings {
  readonly authority: Authority | null;
  readonly leaf: Leaf | null;
  /** Those before it, whose certificates some replica may still serve. */
  readonly retired: readonly RetiredAuthority[];
  /** When the last certificate of a retired one ends. */
  readonly retiredUntilMs: number;
}

/** What certificates there should be. */
export interface CertificateDemands {
  /** DNS names, without regard to their order. */
  readonly names: readonly string[];
  readonly authorityValidityMs: number;
  readonly validityMs: number;
}

/** From when until when a certificate is to be good. */
export interface Life {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Why a new serving certificate is due. */
type LeafReason = "missing" | "names" | "age" | "authority";

/** The next thing to do. Each is one write of the Secret, so that whoever comes after a crash finds where to go on. */
export type CertificateStep =
  | { readonly kind: "nothing"; readonly dueAtMs: number }
  /** A new serving certificate is due, but its authority is not yet believed everywhere. */
  | { readonly kind: "await-bundle"; readonly reason: LeafReason }
  | { readonly kind: "make-all"; readonly authorityLife: Life; readonly leafLife: Life }
  /** The present authority joins the retired ones that are still needed, which are named by id. */
  | {
      readonly kind: "begin-authority";
      readonly life: Life;
      readonly retired: readonly string[];
      readonly retiredUntilMs: number;
    }
  | { readonly kind: "issue-leaf"; readonly life: Life; readonly reason: LeafReason }
  | { readonly kind: "drop-retired" };

/** How much earlier than now a certificate begins, for those whose clocks are late. */
const BACKDATE_MS = 3_600_000;

/**
 * Decides what is due; it is told whether all callers believe the present authority. A new authority is begun first,
 * then believed by all beside the old one; only then it signs what is served. The old one goes when all that it signed has
 * ended, so that whatever a replica still serves is believed.
 */
export function nextStep(
  holdings: Holdings,
  demands: CertificateDemands,
  isBelievedByAll: boolean,
  nowMs: number,
): CertificateStep {
  const { authority, leaf, retired } = holdings;
  if (authority === null || isDue(authority, nowMs) || !authority.canSign) return begin(holdings, demands, nowMs);
  const issue = (reason: LeafReason): CertificateStep =>
    isBelievedByAll
      ? { kind: "issue-leaf", reason, life: leafLife(authority, leaf, demands, nowMs) }
      : { kind: "await-bundle", reason };
  if (leaf === null) return issue("missing");
  if (leaf.issuer !== authority.id) return issue("authority");
  if (!isSameSet(leaf.names, demands.names)) return issue("names");
  if (isDue(leaf, nowMs)) return issue("age");
  const dropAtMs = retired.length === 0 ? Infinity : retirementEnd(holdings);
  if (nowMs >= dropAtMs) return { kind: "drop-retired" };
  return { kind: "nothing", dueAtMs: Math.min(dueAt(authority), dueAt(leaf), dropAtMs) };
}

/** The names by which a Service is called from within the cluster; the API server uses the first. */
export const serviceNames = (service: string, namespace: string): readonly string[] => [
  `${service}.${namespace}.svc`,
  `${service}.${namespace}.svc.cluster.local`,
  `${service}.${namespace}`,
  service,
];

/** The authorities that callers must believe, by id: the present one first. */
export const bundleOf = ({ authority, retired }: Holdings): readonly string[] => [
  ...(authority === null ? [] : [authority.id]),
  ...retired.map(({ id }) => id),
];

/** True when each caller, of whom it is told which authorities it believes, believes the present one. */
export const isBelieved = ({ authority }: Holdings, standing: readonly (readonly string[])[]): boolean =>
  authority !== null && standing.every((ids) => ids.includes(authority.id));

/** True when both hold the same, in whatever order and however often. */
export const isSameSet = (some: readonly string[], others: readonly string[]): boolean =>
  new Set(some).size === new Set(others).size && some.every((one) => others.includes(one));

// Where nothing was served that anyone believes, nobody has to be waited for. The last certificate of an authority ends
// last, since none is made to end before the one that it follows; where it is lost, all may live as long as their authority.
function begin(
  { authority, leaf, ...holdings }: Holdings,
  demands: CertificateDemands,
  nowMs: number,
): CertificateStep {
  const life = lifeFrom(nowMs, demands.authorityValidityMs);
  const served = typeof leaf?.issuer === "string" ? leaf : authority;
  if (served === null) return { kind: "make-all", authorityLife: life, leafLife: lifeFrom(nowMs, demands.validityMs) };
  const former = authority === null ? holdings.retired : [authority, ...holdings.retired];
  const retired = former.filter(({ notAfterMs }) => nowMs < notAfterMs).map(({ id }) => id);
  const earlierMs = holdings.retired.length === 0 ? 0 : holdings.retiredUntilMs;
  return { kind: "begin-authority", life, retired, retiredUntilMs: Math.max(earlierMs, served.notAfterMs) };
}

function leafLife(authority: Authority, leaf: Leaf | null, demands: CertificateDemands, nowMs: number): Life {
  const { notBeforeMs, notAfterMs } = lifeFrom(nowMs, demands.validityMs);
  const followedMs = leaf?.issuer === authority.id ? leaf.notAfterMs : 0;
  return { notBeforeMs, notAfterMs: Math.min(authority.notAfterMs, Math.max(notAfterMs, followedMs)) };
}

const lifeFrom = (nowMs: number, validityMs: number): Life => ({
  notBeforeMs: nowMs - BACKDATE_MS,
  notAfterMs: nowMs + validityMs,
});

// Two thirds of its time are over, or a clock that was fast has made it and nobody takes it yet.
const isDue = (life: Life, nowMs: number): boolean => nowMs >= dueAt(life) || nowMs < life.notBeforeMs;

function dueAt({ notBeforeMs, notAfterMs }: Life): number {
  const madeAtMs = Math.min(notBeforeMs + BACKDATE_MS, notAfterMs);
  return madeAtMs + ((notAfterMs - madeAtMs) * 2) / 3;
}

const retirementEnd = ({ retired, retiredUntilMs }: Holdings): number =>
  Math.min(retiredUntilMs, Math.max(...retired.map(({ notAfterMs }) => notAfterMs)));
