import {
  bundleOf,
  isBelieved,
  isSameSet,
  nextStep,
  type CertificateDemands,
  type CertificateStep,
  type Holdings,
  type Leaf,
  type Life,
} from "../../../../src/core/admission/certificates.ts";

/** How a leader goes about it; those that are broken are tried too. */
export interface Conduct {
  readonly nextStep: typeof nextStep;
  readonly isBelieved: typeof isBelieved;
  /** It reads the configurations before the Secret, so that an old Secret cannot go over a new bundle. */
  readonly readsBundlesFirst: boolean;
}

export const SOUND: Conduct = { nextStep, isBelieved, readsBundlesFirst: true };

/** What may happen next. Two leaders stand for one that has not noticed yet that it leads no more. */
export type Happening =
  | { readonly kind: "leader"; readonly which: 0 | 1; readonly calls: number }
  | { readonly kind: "crash"; readonly which: 0 | 1 }
  | { readonly kind: "replica"; readonly which: 0 | 1 | 2 }
  /** A configuration takes no more changes, or does again. */
  | { readonly kind: "outage"; readonly which: 0 | 1 }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "demand"; readonly demands: CertificateDemands };

interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

type Bundle = Versioned<readonly string[]>;

/** What a leader knows, and what it does next; each is one call of the API server. */
interface Leader {
  bundles?: readonly Bundle[];
  secret?: Versioned<Holdings>;
  /** The bundles that it has put, or tried to. */
  tried: number;
  hasPut: boolean;
}

/** A cluster: one Secret, two configurations, three replicas. */
export class Model {
  nowMs = 1_000_000_000_000;
  secret: Versioned<Holdings>;
  bundles: Bundle[];
  readonly served: (Leaf | null)[] = [null, null, null];
  demands: CertificateDemands;
  private readonly conduct: Conduct;
  private readonly leaders: [Leader, Leader] = [idle(), idle()];
  private readonly isClosed: [boolean, boolean] = [false, false];
  private made = 0;

  constructor(
    conduct: Conduct,
    holdings: Holdings,
    bundles: readonly (readonly string[])[],
    demands: CertificateDemands,
  ) {
    this.conduct = conduct;
    this.secret = { version: 0, value: holdings };
    this.bundles = bundles.map((value) => ({ version: 0, value }));
    this.demands = demands;
    this.served.fill(holdings.leaf);
  }

  /** What callers say of each replica's certificate. */
  taken(): readonly ("believed" | "ended" | "refused")[] {
    return this.served.map((leaf) => (leaf === null ? "refused" : this.judge(leaf)));
  }

  happen(happening: Happening): void {
    switch (happening.kind) {
      case "leader":
        for (let calls = 0; calls < happening.calls; calls++) this.advance(happening.which);
        break;
      case "outage":
        this.isClosed[happening.which] = !this.isClosed[happening.which];
        break;
      case "crash":
        this.leaders[happening.which] = idle();
        break;
      case "replica":
        this.served[happening.which] = this.secret.value.leaf ?? this.served[happening.which] ?? null;
        break;
      case "time":
        this.nowMs += happening.ms;
        break;
      case "demand":
        this.demands = happening.demands;
    }
  }

  /** What is due now, where nobody disturbs. */
  due(): CertificateStep {
    const standing = this.bundles.map(({ value }) => value);
    return nextStep(this.secret.value, this.demands, isBelieved(this.secret.value, standing), this.nowMs);
  }

  /** True when nothing has to be done any more. */
  isSettled(): boolean {
    const bundle = bundleOf(this.secret.value);
    return this.due().kind === "nothing" && this.bundles.every(({ value }) => isSameSet(value, bundle));
  }

  private judge({ issuer, notAfterMs }: Leaf): "believed" | "ended" | "refused" {
    if (this.nowMs >= notAfterMs) return "ended";
    return issuer !== null && this.bundles.every(({ value }) => value.includes(issuer)) ? "believed" : "refused";
  }

  private advance(which: 0 | 1): void {
    const leader = this.leaders[which];
    if (!this.read(leader)) return;
    if (!this.put(leader)) this.leaders[which] = this.write(leader);
  }

  // One call at a time; true when all is read.
  private read(leader: Leader): boolean {
    const readBundles = leader.bundles === undefined && (this.conduct.readsBundlesFirst || leader.secret !== undefined);
    if (readBundles) {
      leader.bundles = [...this.bundles];
      return false;
    }
    if (leader.secret !== undefined) return true;
    leader.secret = this.secret;
    return false;
  }

  // Puts the next bundle that is not right; true when it tried.
  private put(leader: Leader): boolean {
    const { bundles = [], secret = this.secret } = leader;
    const bundle = bundleOf(secret.value);
    const index = bundles.findIndex(({ value }, at) => at >= leader.tried && !isSameSet(value, bundle));
    if (index === -1 || secret.value.authority === null) return false;
    leader.tried = index + 1;
    if (this.isClosed[index] === true) return true;
    leader.hasPut = true;
    const version = bundles[index]?.version ?? -1;
    if (this.bundles[index]?.version === version) this.bundles[index] = { version: version + 1, value: bundle };
    return true;
  }

  /** Ends all outages. */
  mend(): void {
    this.isClosed.fill(false);
  }

  private write({ bundles = [], secret = this.secret, hasPut }: Leader): Leader {
    const standing = bundles.map(({ value }) => value);
    const believed = this.conduct.isBelieved(secret.value, standing);
    const step = this.conduct.nextStep(secret.value, this.demands, believed, this.nowMs);
    // After a bundle was put, all is read again.
    if (!hasPut && this.secret.version === secret.version) {
      const value = this.after(secret.value, step);
      if (value !== secret.value) this.secret = { version: secret.version + 1, value };
    }
    return idle();
  }

  private after(held: Holdings, step: CertificateStep): Holdings {
    switch (step.kind) {
      case "nothing":
      case "await-bundle":
        return held;
      case "drop-retired":
        return { ...held, retired: [], retiredUntilMs: 0 };
      case "issue-leaf":
        return { ...held, leaf: this.leaf(step.life, held.authority?.id ?? null) };
      case "begin-authority": {
        const former = [...(held.authority === null ? [] : [held.authority]), ...held.retired];
        const retired = former.filter(({ id }) => step.retired.includes(id));
        return { ...held, authority: this.authority(step.life), retired, retiredUntilMs: step.retiredUntilMs };
      }
      case "make-all": {
        const authority = this.authority(step.authorityLife);
        return { ...held, authority, leaf: this.leaf(step.leafLife, authority.id) };
      }
    }
  }

  private authority(life: Life): NonNullable<Holdings["authority"]> {
    this.made++;
    return { ...life, id: `made-${String(this.made)}`, canSign: true };
  }

  private leaf(life: Life, issuer: string | null): Leaf {
    return { ...life, issuer, names: this.demands.names };
  }
}

const idle = (): Leader => ({ tried: 0, hasPut: false });
