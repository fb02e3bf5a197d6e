import assert from "node:assert/strict";
import { convertHooks, type Conversion } from "../../../../../src/core/hook/convert/convert-hooks.ts";
import { seedEnvironment, seedHook, SEED_VALUES, urlMatch } from "../hooks-files.ts";

/** An object of a hooks file. */
export type Json = Readonly<Record<string, unknown>>;

/** Converts the hooks of one file. */
export function convert(...hooks: readonly unknown[]): Conversion {
  const converted = convertHooks([{ file: "hooks.json", text: JSON.stringify(hooks), warnings: [] }], {
    isExpanded: false,
  });
  assert.ok(converted.kind === "ok");
  return converted.value;
}

const { token, ns, workload, container } = SEED_VALUES;
/** The rules of the seed's hook. */
export const SEED_RULES = [
  urlMatch("token", token),
  urlMatch("ns", ns),
  urlMatch("workload", workload),
  urlMatch("container", container),
];
/** The seed's hook with more rules. */
export const withRules = (...more: readonly unknown[]): Json => ({
  ...seedHook(),
  "trigger-rule": { and: [...SEED_RULES, ...more] },
});
/** The seed's hook with another variable, or without it where it has no source. */
export const withVariable = (variable: Json): Json => ({
  ...seedHook(),
  "pass-environment-to-command": [
    ...seedEnvironment("ops@example.com").filter(({ envname }) => envname !== variable["envname"]),
    ...("source" in variable ? [variable] : []),
  ],
});
/** The seed's hook with a variable of a fixed value. */
export const constant = (envname: string, name: string): Json => withVariable({ envname, source: "string", name });

/** An object without one of its keys. */
export function without(hook: Json, key: string): Json {
  return Object.fromEntries(Object.entries(hook).filter(([name]) => name !== key));
}

/** The hook without one of the variables that it passes. */
export function withVariables(hook: Json, left: string): Json {
  const passed = hook["pass-environment-to-command"] as readonly Json[];
  return { ...hook, "pass-environment-to-command": passed.filter(({ envname }) => envname !== left) };
}
