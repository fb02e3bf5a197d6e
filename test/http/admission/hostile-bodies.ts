import fc from "fast-check";
import { UID } from "./review-client.ts";

const REVIEW = {
  kind: "AdmissionReview",
  apiVersion: "admission.k8s.io/v1",
  request: {
    uid: UID,
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    name: "web",
    namespace: "shop",
    operation: "CREATE",
    userInfo: { username: "ada", groups: ["a"], extra: { team: ["x"] } },
    object: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers: [{ image: "web:1" }] } },
    oldObject: null,
    dryRun: false,
  },
};
const TEXT = JSON.stringify(REVIEW);

const value = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    UID,
    "admission.k8s.io/v1beta1",
    "AdmissionReview",
    0,
    -1,
    true,
    [],
    {},
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type Node = Record<string, unknown>;

// A value on the way that the picks lead is another one.
function replaceAt(node: unknown, picks: readonly number[], replacement: unknown): unknown {
  const keys = typeof node === "object" && node !== null ? Object.keys(node) : [];
  const [pick, ...more] = picks;
  if (pick === undefined || keys.length === 0) return replacement;
  const key = keys[pick % keys.length] ?? "";
  const child = replaceAt((node as Node)[key], more, replacement);
  return Array.isArray(node) ? node.with(Number(key), child) : { ...(node as Node), [key]: child };
}

const changedValues = fc
  .array(fc.tuple(fc.array(fc.nat(15), { minLength: 1, maxLength: 4 }), value), { minLength: 1, maxLength: 3 })
  .map((changes) => changes.reduce<unknown>((made, [picks, other]) => replaceAt(made, picks, other), REVIEW))
  .map((made) => Buffer.from(JSON.stringify(made)));

// These are reviews.
const otherObjects = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }))
  .map(([object, unknown]) => ({ ...REVIEW, request: { ...unknown, ...REVIEW.request, object } }))
  .map((made) => Buffer.from(JSON.stringify(made)));

const changedBytes = fc
  .array(fc.tuple(fc.nat(TEXT.length - 1), fc.nat(12), fc.uint8Array({ maxLength: 6 })), { minLength: 1, maxLength: 3 })
  .map((changes) =>
    changes.reduce(
      (bytes, [at, removed, added]) => Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]),
      Buffer.from(TEXT),
    ),
  );

const deep = fc
  .tuple(fc.constantFrom("[", '{"a":', '{"request":'), fc.integer({ min: 1, max: 20_000 }), fc.boolean())
  .map(([open, depth, isWithin]) => {
    const nested = `${open.repeat(depth)}1${(open === "[" ? "]" : "}").repeat(depth)}`;
    return Buffer.from(isWithin ? TEXT.replace('"oldObject":null', `"oldObject":${nested}`) : nested);
  });

/** Bodies that are nearly reviews, nearly JSON, nearly text, or nothing of these. */
export const hostileBody: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: changedValues },
  { weight: 4, arbitrary: changedBytes },
  { weight: 2, arbitrary: otherObjects },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 2, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: deep },
);
