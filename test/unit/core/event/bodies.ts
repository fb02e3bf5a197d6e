import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dialectOf } from "../../../../src/core/event/dialects.ts";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import type { RegistryMessage } from "../../../../src/core/event/registry-message.ts";
import { parseJsonPayload, type PayloadObject } from "../../../../src/core/hook/payload.ts";

/** A body as a test writes it down. */
export type Body = Readonly<Record<string, unknown>>;

/** Reads a body that a registry sent, as text. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../../../fixtures/registry/${path}`, import.meta.url), "utf8");

/** Parses a body that must be a payload. */
function payloadOf(body: string | Body): PayloadObject {
  const parsed = parseJsonPayload(typeof body === "string" ? body : JSON.stringify(body));
  if (parsed.kind === "error") assert.fail(parsed.error);
  return parsed.value;
}

/** What a request brings beside its body. */
export interface Beside {
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly timeZone?: string;
}

/** Makes a registry's request. */
export function messageOf(
  body: string | Body,
  { headers = {}, host = "", timeZone = "" }: Beside = {},
): RegistryMessage {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { body: payloadOf(body), header: (name) => byName.get(name) ?? "", host, timeZone };
}

/** Reads a request as the registry type does; an empty type is told by its headers and its body. */
export function readAs(type: string, body: string | Body, beside?: Beside): EventReading {
  const message = messageOf(body, beside);
  const dialect = dialectOf(type, message);
  if (dialect.kind === "error") assert.fail(dialect.error.reason);
  return dialect.value.read(message);
}

/** The body with the value at a path replaced, also in its arrays; `undefined` takes the field away. */
export const withValue = (body: Body, path: string, value: unknown): Body =>
  replaceIn(body, path.split("."), value) as Body;

function replaceIn(value: unknown, [head, ...rest]: readonly string[], by: unknown): unknown {
  if (head === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index): unknown => (String(index) === head ? replaceIn(item, rest, by) : item));
  const object = (value ?? {}) as Body;
  return { ...object, [head]: replaceIn(object[head], rest, by) };
}

const isInner = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The paths of all values of a body, of those in arrays and of objects as well. */
export function pathsOf(value: object, prefix = ""): readonly string[] {
  return Object.entries(value).flatMap(([key, item]: readonly [string, unknown]) => {
    const path = `${prefix}${key}`;
    return isInner(item) ? [path, ...pathsOf(item, `${path}.`)] : [path];
  });
}

/** A digest with the digits of one character. */
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A push of one image as it must come out; `name` is the registry and the repository. */
export const pushed = (name: string, tag: string, more: Body = {}): unknown => ({
  kind: "push",
  images: [anImage(name, tag, more)],
});

/** An image as it must come out of a request. */
export function anImage(name: string, tag: string, more: Body = {}): unknown {
  const [registry = "", ...path] = name.split("/");
  const rest = { digest: null, pushedAt: null, delivery: null, isHostImplied: false };
  return { registry, repository: path.join("/"), tag, ...rest, ...more };
}

/** Bodies in the shape that the three registry types send, with values of our own. */
export const BODIES = {
  aliyun: {
    push_data: { digest: digest("a"), pushed_at: "2026-03-13 23:38:07", tag: "v7" },
    repository: {
      date_created: "2026-03-05 13:47:43",
      name: "website",
      namespace: "acme",
      region: "cn-shanghai",
      repo_authentication_type: "NO_CERTIFIED",
      repo_full_name: "acme/website",
      repo_origin_type: "NO_CERTIFIED",
      repo_type: "PUBLIC",
    },
  },
  dockerhub: {
    push_data: { pushed_at: 1773416287, images: [], tag: "v7", pusher: "acme" },
    callback_url: "",
    repository: {
      status: "Active",
      description: "website",
      is_trusted: true,
      full_description: "# website\n",
      repo_url: "",
      owner: "acme",
      is_official: false,
      is_private: false,
      name: "website",
      namespace: "acme",
      star_count: 0,
      comment_count: 0,
      date_created: 1772718463,
      dockerfile: "# ",
      repo_name: "acme/website",
    },
  },
  custom: {
    push_data: { tag: "v7", digest: digest("b"), pushed_at: "2026-03-13T23:38:07+08:00" },
    repository: { repo_url: "registry.example.com:5000", name: "website", namespace: "acme" },
  },
} as const satisfies Record<string, Body>;
