import type { Network } from "../image/network.ts";
import type { Repository } from "../image/reference.ts";
import type { Target } from "../rollout/target.ts";
import type { Argument } from "./argument.ts";
import type { Position } from "./document.ts";
import type { Rule } from "./rule.ts";

/** A setting of an upgrade that stands in the hooks file, or that the request brings. */
export type Setting<T> =
  { readonly kind: "fixed"; readonly value: T } | { readonly kind: "argument"; readonly argument: Argument };

/** Which repository a push may bring: the one that the container runs, one that the hook names, or any. */
export type AllowedRepository =
  { readonly kind: "own" } | { readonly kind: "named"; readonly repository: Repository } | { readonly kind: "any" };

/** The built-in action: which container is rolled forward, and what a push may change of it. */
export interface Upgrade {
  readonly target: Target;
  readonly container: string;
  readonly registry: Setting<string>;
  readonly network: Setting<Network>;
  readonly repository: AllowedRepository;
  readonly mailTo: readonly string[];
  /** How the hook says it: the typed `image-upgrade`, or `/webhooks.sh` with its environment. */
  readonly style: "typed" | "script";
}

/** What a hook answers with. */
export interface HookResponse {
  /** The body of a success; null for the output lines. */
  readonly message: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly successStatus: number;
  readonly mismatchStatus: number;
}

/** One hook as it is served. */
export interface Hook {
  readonly id: string;
  readonly file: string;
  readonly at: Position;
  readonly methods: readonly string[];
  /** Null: every request triggers it. */
  readonly rule: Rule | null;
  /** A wrong signature inside of `or` counts as false, and does not end the evaluation. */
  readonly softSignatures: boolean;
  readonly response: HookResponse;
  readonly upgrade: Upgrade;
}
