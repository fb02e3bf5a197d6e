import type { RE2JS } from "re2js";
import type { Position } from "../../hook/field.ts";

/** Which requests a rule is for; an empty list of namespaces or resources means all of them. */
export interface RuleMatch {
  /** Names, with `*` for any characters. */
  readonly namespaces: readonly string[];
  readonly resources: readonly ResourceMatch[];
  /** CREATE, UPDATE, DELETE, CONNECT; CREATE and UPDATE where a rule does not say it. */
  readonly operations: readonly string[];
}

/** A resource as kubectl writes it: `deployments`, `deployments.apps`, `deployments.apps/scale`. */
export interface ResourceMatch {
  readonly resource: string;
  /** Null: of any group. The core group is the empty text, written as `pods.`. */
  readonly group: string | null;
  /** Empty for the resource itself. */
  readonly subResource: string;
}

/** What every rule has. */
export interface AnyRule {
  readonly name: string;
  readonly match: RuleMatch;
  /** The file that it stands in, and where. */
  readonly file: string;
  readonly at: Position;
}

/** What a rule does about a request that it finds fault with: refuse it, warn the caller, or note it in the audit log. */
export type RuleAction = "deny" | "warn" | "audit";

/** What an image rule does not look at: all of what is said must hold. */
export interface Exemption {
  /** Names with `*`; empty: all. */
  readonly namespaces: readonly string[];
  /** Of objects. */
  readonly names: readonly string[];
  readonly users: readonly string[];
  /** Repositories. */
  readonly images: readonly string[];
}

/** Which images may run. */
export interface ImageRule extends AnyRule {
  /** Repositories with `*`, as their full names (`docker.io/library/nginx`); empty: all. */
  readonly allow: readonly string[];
  /** Tags that may not run. An image without tag and digest has the tag `latest`. */
  readonly forbidTags: readonly string[];
  readonly requireDigest: boolean;
  readonly action: RuleAction;
  readonly exempt: readonly Exemption[];
}

/** What is set where it is absent. */
export interface DefaultRule extends AnyRule {
  /** By JSON Pointer (RFC 6901), in the order in which they are set. */
  readonly set: readonly DefaultValue[];
}

/** A value to set. Texts in it may be templates over the request. */
export interface DefaultValue {
  readonly pointer: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

/** The types of JSON that a field may be required to have. */
export type FieldType = "string" | "number" | "integer" | "boolean" | "array" | "object";

/** What a field may hold. Bounds are of numbers, quantities (`500m`, `2Gi`), or of the length of texts and lists. */
export interface FieldRule extends AnyRule {
  /** The keys of a JSON Pointer; `*` stands for each item of a list and each value of a map. */
  readonly path: readonly string[];
  readonly type: FieldType | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly enum: readonly unknown[] | null;
  /** Must match the whole of the text. */
  readonly pattern: RE2JS | null;
  readonly required: boolean;
  /** May not change once it is set. */
  readonly immutable: boolean;
  /** Said instead of what is found; empty: what is found is said. */
  readonly message: string;
}

/** All rules, in the order of their files and of their places in them. */
export interface AdmissionRules {
  readonly images: readonly ImageRule[];
  readonly defaults: readonly DefaultRule[];
  readonly fields: readonly FieldRule[];
}
