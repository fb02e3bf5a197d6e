import assert from "node:assert/strict";
import type { UpgradeHook } from "../../../../src/core/hook/hook.ts";
import type { HookReading } from "../../../../src/core/hook/read-hook.ts";
import { readHooks } from "../../../../src/core/hook/read-hooks.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the template of the original tool's hooks file leaves to its user. */
export interface SeedValues {
  readonly id: string;
  readonly token: string;
  readonly ns: string;
  readonly workload: string;
  readonly container: string;
  readonly mailTo: string;
}

/** Values that a user could fill in. */
export const SEED_VALUES: SeedValues = {
  id: "cnrancher_website",
  token: "0123456789abcdef",
  ns: "default",
  workload: "deployment/website",
  container: "web",
  mailTo: "ops@example.com",
};

const fromUrl = (name: string, envname: string): Json => ({ envname, source: "url", name });

/** A match of type `value` on a parameter of the URL. */
export const urlMatch = (name: string, value: string): Json => ({
  match: { type: "value", value, parameter: { source: "url", name } },
});

/** The environment that the original's template passes. */
export const seedEnvironment = (mailTo: string): readonly Json[] => [
  fromUrl("ns", "APP_NS"),
  fromUrl("workload", "APP_WORKLOAD"),
  fromUrl("container", "APP_CONTAINER"),
  fromUrl("repo_type", "REPO_TYPE"),
  fromUrl("net_type", "NET_TYPE"),
  { envname: "MAIL_TO", source: "string", name: mailTo },
];

/** One hook in the shape of the original tool's template. */
export const seedHook = (values: Partial<SeedValues> = {}): Json => {
  const { id, token, ns, workload, container, mailTo } = { ...SEED_VALUES, ...values };
  return {
    id,
    "execute-command": "/webhooks.sh",
    "command-working-directory": "/home",
    "response-message": "I got the payload!",
    "include-command-output-in-response": true,
    "include-command-output-in-response-on-error": true,
    "trigger-rule-mismatch-http-response-code": 500,
    "response-headers": [{ name: "Access-Control-Allow-Origin", value: "*" }],
    "pass-arguments-to-command": [{ source: "entire-payload" }],
    "pass-environment-to-command": seedEnvironment(mailTo),
    "trigger-rule": {
      and: [
        urlMatch("token", token),
        urlMatch("ns", ns),
        urlMatch("workload", workload),
        urlMatch("container", container),
      ],
    },
  };
};

/** A typed hook, with the keys of `image-upgrade` given; a key of `undefined` is left out. */
export const typedHook = (upgrade: Json = {}, more: Json = {}): Json => ({
  id: "website",
  "image-upgrade": { namespace: "web", workload: "deployment/website", container: "web", ...upgrade },
  "trigger-rule": {
    match: {
      type: "value",
      parameter: { source: "url", name: "token" },
      "value-from": { file: "/etc/imagehook/tokens/website" },
    },
  },
  ...more,
});

/** Reads a text that must hold hooks. */
export function readAll(text: string): readonly HookReading[] {
  const read = readHooks(text, "hooks.json");
  if (read.kind === "error") assert.fail(JSON.stringify(read.error));
  if (read.value.kind !== "hooks") assert.fail(read.value.reason);
  return read.value.hooks;
}

/** Reads one hook. */
export function readOne(hook: unknown): HookReading {
  const [reading, ...rest] = readAll(JSON.stringify([hook], null, 2));
  assert.ok(reading !== undefined && rest.length === 0);
  return reading;
}

/** Reads one upgrade hook that must be served without an issue. */
export function readServed(hook: unknown): UpgradeHook {
  const { hook: served, issues } = readOne(hook);
  assert.ok(served?.kind === "upgrade" && issues.length === 0, JSON.stringify(issues));
  return served;
}

/** What is wrong with a hook, each as `severity: message`. */
export const issuesOf = (hook: unknown): readonly string[] =>
  readOne(hook).issues.map(({ severity, message }) => `${severity}: ${message}`);

/** Fails unless a hook is refused with the message among its errors. */
export function assertRefused(hook: unknown, message: string | RegExp): void {
  const issues = issuesOf(hook);
  const errors = issues.flatMap((issue) => (issue.startsWith("error: ") ? [issue.slice("error: ".length)] : []));
  const isFound = errors.some((error) => (typeof message === "string" ? error === message : message.test(error)));
  assert.ok(isFound, issues.join("\n"));
  assert.equal(readOne(hook).hook, null);
}

/** Fails unless a hook is served with exactly these warnings. */
export function assertWarned(hook: unknown, ...messages: readonly string[]): UpgradeHook {
  assert.deepEqual(
    issuesOf(hook),
    messages.map((message) => `warning: ${message}`),
  );
  const { hook: served } = readOne(hook);
  assert.ok(served?.kind === "upgrade");
  return served;
}
