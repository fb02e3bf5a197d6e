import assert from "node:assert/strict";
import { allowed } from "../../../../src/core/admission/response.ts";
import type { manifestsFor } from "../../../../src/core/admission/manifests.ts";
import type { WebhookOptions } from "../../../../src/core/admission/webhook-options.ts";
import { validating, type AnyHandler } from "../../../../src/flow/admission/handler.ts";

/** Rules for new pods. */
export const rules = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }];
/** A resource that does not exist. */
export const size = { group: "shop.example.com", version: "v1", kind: "Size" };
/** A handler that says what it is for. */
export const validator = validating(() => allowed(), { handles: { kind: size, operations: ["CREATE", "UPDATE"] } });
/** What the webhook is called, and where it lives. */
export const place = { name: "team-labels", namespace: "web" };

/** A server with these registrations. */
export const serverOf = (
  ...rows: readonly (readonly [string, AnyHandler, WebhookOptions?])[]
): Parameters<typeof manifestsFor>[0] => ({
  registrations: rows.map(([path, handler, options = {}]) => ({ path, handler, options })),
});

type Objects = ReturnType<typeof manifestsFor>;
/** The kinds of objects, in their order. */
export const kindsOf = (objects: Objects): readonly unknown[] => objects.map((object) => object["kind"]);
/** The one object of a kind. */
export const oneOf = (objects: Objects, kind: string): Readonly<Record<string, unknown>> =>
  objects.find((object) => object["kind"] === kind) ?? assert.fail(`no ${kind}`);
/** The webhooks of a configuration. */
export const webhooksOf = (objects: Objects, kind: string): readonly Readonly<Record<string, unknown>>[] =>
  oneOf(objects, kind)["webhooks"] as readonly Readonly<Record<string, unknown>>[];
