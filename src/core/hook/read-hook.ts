import type { Argument } from "./argument.ts";
import type { Field } from "./field.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { CommandHook, Hook, Upgrade, UpgradeHook } from "./hook.ts";
import { readCommand } from "./read-command.ts";
import { readArgumentField, type MatchReading } from "./read-match.ts";
import { readResponse } from "./read-response.ts";
import { readRule } from "./read-rule.ts";
import { readScriptUpgrade, UPGRADE_COMMAND } from "./read-script.ts";
import { readUpgrade } from "./read-upgrade.ts";
import { reportFlaws } from "./report-flaws.ts";
import type { Rule } from "./rule.ts";

/** A hook that was read: its id, what is wrong with it, and the hook itself when nothing keeps it from being served. */
export interface HookReading {
  readonly id: string;
  readonly hook: Hook | null;
  readonly issues: readonly Issue[];
}

const KEYS: readonly string[] = [
  "id",
  "execute-command",
  "command-working-directory",
  "response-message",
  "response-headers",
  "include-command-output-in-response",
  "include-command-output-in-response-on-error",
  "pass-environment-to-command",
  "pass-arguments-to-command",
  "pass-file-to-command",
  "parse-parameters-as-json",
  "trigger-rule",
  "trigger-rule-mismatch-http-response-code",
  "trigger-signature-soft-failures",
  "incoming-payload-content-type",
  "success-http-response-code",
  "http-methods",
  "image-upgrade",
  "command-timeout",
  "max-concurrency",
  "max-queue",
];
const UPGRADE_METHODS: readonly string[] = ["POST", "PUT"];

/** Reads one hook of a hooks file. */
export function readHook(field: Field, file: string): HookReading {
  const issues: Issue[] = [];
  const map = openMap(field, "a hook", issues);
  if (map === null) return { id: "", hook: null, issues };
  map.expectOnly(KEYS);
  const id = map.exactText("id");
  if (id === "") map.error("id", "is missing or empty");
  const isUpgrade = map.has("image-upgrade") || map.text("execute-command", "") === UPGRADE_COMMAND;
  const reading: MatchReading = { issues, faults: isUpgrade ? "error" : "warning" };
  const ruleField = map.field("trigger-rule");
  const rule = ruleField === undefined ? null : readRule(ruleField, reading);
  const environment = readArguments(map, "pass-environment-to-command", reading);
  const parts: Parts = {
    id,
    file,
    at: map.at,
    rule,
    softSignatures: map.flag("trigger-signature-soft-failures"),
    contentType: map.text("incoming-payload-content-type", ""),
    jsonParameters: readArguments(map, "parse-parameters-as-json", reading),
    response: readResponse(map, issues),
  };
  const hook = isUpgrade
    ? upgradeHook(map, parts, readAction(map, environment, rule))
    : commandHook(map, parts, environment, reading);
  reportFlaws(map, {
    environment,
    rule,
    isUpgrade,
    isInsecure: isUpgrade && isInsecure(hook),
    hasCallers: hasCallers(map),
  });
  return { id, hook: issues.some(({ severity }) => severity === "error") ? null : hook, issues };
}

type Parts = Omit<UpgradeHook, "kind" | "methods" | "upgrade">;

const readArguments = (map: FieldReader, key: string, reading: MatchReading): readonly Argument[] =>
  map.list(key).flatMap((item) => readArgumentField(item, key, reading) ?? []);

const isInsecure = (hook: Hook | null): boolean => hook?.kind === "upgrade" && hook.upgrade.isInsecure;

// Of a list that cannot be read in part, that part is an error already.
function hasCallers(map: FieldReader): boolean {
  const upgrade = map.field("image-upgrade");
  const callers = upgrade?.kind === "map" ? upgrade.entries.get("callers")?.value : undefined;
  return callers?.kind === "list" && callers.items.length > 0;
}

function readAction(map: FieldReader, environment: readonly Argument[], rule: Rule | null): Upgrade | null {
  if (!map.has("image-upgrade")) return readScriptUpgrade(map, environment, rule);
  const typed = map.map("image-upgrade");
  return typed === null ? null : readUpgrade(typed);
}

function upgradeHook(map: FieldReader, parts: Parts, upgrade: Upgrade | null): UpgradeHook | null {
  const methods = readMethods(map);
  const served = UPGRADE_METHODS.filter((method) => methods.length === 0 || methods.includes(method));
  if (served.length === 0) map.error("http-methods", `an upgrade answers ${UPGRADE_METHODS.join(" and ")} only`);
  return upgrade === null ? null : { kind: "upgrade", ...parts, methods: served, upgrade };
}

function commandHook(
  map: FieldReader,
  parts: Parts,
  environment: readonly Argument[],
  reading: MatchReading,
): CommandHook {
  const command = readCommand(map, environment, reading);
  if (command.path === "") {
    const message = `is missing, so that the hook does nothing but answer: name a command, ${UPGRADE_COMMAND}, or use image-upgrade`;
    map.warn("execute-command", message);
  }
  return { kind: "command", ...parts, methods: readMethods(map), command };
}

const readMethods = (map: FieldReader): readonly string[] =>
  map.texts("http-methods").map((method) => method.trim().toUpperCase());
