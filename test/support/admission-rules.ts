import { readRequest } from "../../src/core/admission/read-request.ts";
import type { AdmissionRequest } from "../../src/core/admission/request.ts";
import type { DefaultRule, FieldRule, ImageRule, RuleMatch } from "../../src/core/admission/rules/rule.ts";
import { parsePointer } from "../../src/core/admission/json-patch.ts";

/** A request as the API server sends it, to create a pod where nothing else is said. */
export function aRequest(given: Readonly<Record<string, unknown>> = {}): AdmissionRequest {
  const read = readRequest({
    uid: "1",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    namespace: "web",
    name: "website",
    operation: "CREATE",
    userInfo: { username: "ann@example.com" },
    object: {},
    ...given,
  });
  if (read.kind === "error") throw new Error(read.error);
  return read.value;
}

/** A request to change an object of a kind. */
export const anUpdate = (kind: string, oldObject: unknown, object: unknown): AdmissionRequest =>
  aRequest({ kind: { group: "", version: "v1", kind }, operation: "UPDATE", object, oldObject });

/** A match of all creations and updates. */
const everything: RuleMatch = { namespaces: [], resources: [], operations: ["CREATE", "UPDATE"] };

const head = (name: string) => ({ name, match: everything, file: "rules.yaml", at: { line: 1, column: 1 } });

/** An image rule that refuses nothing until it is told what. */
export const anImageRule = (given: Partial<ImageRule> = {}): ImageRule => ({
  ...head("our-images"),
  allow: [],
  forbidTags: [],
  requireDigest: false,
  action: "deny",
  exempt: [],
  ...given,
});

/** A field rule that refuses nothing until it is told what. */
export const aFieldRule = (pointer: string, given: Partial<FieldRule> = {}): FieldRule => ({
  ...head("bounds"),
  path: parsePointer(pointer) ?? [],
  type: null,
  min: null,
  max: null,
  enum: null,
  pattern: null,
  required: false,
  immutable: false,
  message: "",
  ...given,
});

/** A rule that sets values by their pointers. */
export const aDefaultRule = (
  set: Readonly<Record<string, unknown>>,
  given: Partial<DefaultRule> = {},
): DefaultRule => ({
  ...head("defaults"),
  set: Object.entries(set).map(([pointer, value]) => ({ pointer, keys: parsePointer(pointer) ?? [], value })),
  ...given,
});
