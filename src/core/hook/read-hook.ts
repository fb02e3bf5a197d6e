import type { Argument } from "./argument.ts";
import { literalOf, matchesOf, provesCaller, SHORT_TOKEN, shortTokens } from "./caller.ts";
import type { Field } from "./document.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { Hook, HookResponse, Upgrade } from "./hook.ts";
import { readArgumentField } from "./read-match.ts";
import { readRule } from "./read-rule.ts";
import { readScriptUpgrade, UPGRADE_COMMAND } from "./read-script.ts";
import { readUpgrade } from "./read-upgrade.ts";
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
];
const UPGRADE_METHODS: readonly string[] = ["POST", "PUT"];
const PLACEHOLDER = /^<[^<>]{1,60}>$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]{0,1000}$/;

/** Reads one hook of a hooks file. */
export function readHook(field: Field, file: string): HookReading {
  const issues: Issue[] = [];
  const map = openMap(field, "a hook", issues);
  if (map === null) return { id: "", hook: null, issues };
  map.expectOnly(KEYS);
  const id = map.text("id", "");
  if (id === "") map.error("id", "is missing or empty");
  const ruleField = map.field("trigger-rule");
  const rule = ruleField === undefined ? null : readRule(ruleField, issues);
  const environment = map
    .list("pass-environment-to-command")
    .flatMap((item) => readArgumentField(item, "pass-environment-to-command", issues) ?? []);
  const upgrade = readAction(map, environment, rule);
  const read = {
    id,
    file,
    at: map.at,
    methods: readMethods(map),
    rule,
    softSignatures: map.flag("trigger-signature-soft-failures"),
    response: readResponse(map, issues),
  };
  reportPlaceholders(map, environment, rule);
  reportCaller(map, rule);
  const isServed = !issues.some(({ severity }) => severity === "error");
  return { id, hook: isServed && upgrade !== null ? { ...read, upgrade } : null, issues };
}

function readAction(map: FieldReader, environment: readonly Argument[], rule: Rule | null): Upgrade | null {
  const typed = map.map("image-upgrade");
  if (typed !== null) return readUpgrade(typed);
  const command = map.text("execute-command", "");
  if (command === UPGRADE_COMMAND) return readScriptUpgrade(map, environment, rule);
  map.error(
    "execute-command",
    command === ""
      ? `is missing: use ${UPGRADE_COMMAND}, or the key image-upgrade`
      : `"${command}" is not served: only the built-in ${UPGRADE_COMMAND} is`,
  );
  return null;
}

function readMethods(map: FieldReader): readonly string[] {
  const methods = map.texts("http-methods").map((method) => method.trim().toUpperCase());
  const served = UPGRADE_METHODS.filter((method) => methods.length === 0 || methods.includes(method));
  if (served.length === 0) map.error("http-methods", `an upgrade answers ${UPGRADE_METHODS.join(" and ")} only`);
  return served;
}

function readResponse(map: FieldReader, issues: Issue[]): HookResponse {
  const message = map.text("response-message", "");
  const showsOutput = map.flag("include-command-output-in-response") || message === "";
  return {
    message: showsOutput ? null : message,
    headers: map.list("response-headers").flatMap((item) => readHeader(item, issues)),
    successStatus: readStatus(map, "success-http-response-code"),
    mismatchStatus: readStatus(map, "trigger-rule-mismatch-http-response-code"),
  };
}

function readHeader(field: Field, issues: Issue[]): readonly { name: string; value: string }[] {
  const header = openMap(field, "response-headers", issues);
  if (header === null) return [];
  const [name, value] = [header.text("name", ""), header.text("value", "")];
  if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) return [{ name, value }];
  header.error("name", `"${name}" with this value is not an HTTP header`);
  return [];
}

// The statuses that Go's net/http has a text for, less the informational ones, which are no answer.
const STATUS_RANGES: readonly (readonly [number, number])[] = [
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

function readStatus(map: FieldReader, key: string): number {
  const text = map.text(key, "");
  if (text === "" || text === "0") return 200;
  const status = Number(text);
  if (STATUS_RANGES.some(([from, to]) => status >= from && status <= to && Number.isInteger(status))) return status;
  map.warn(key, `"${text}" is not an HTTP status: 200 is answered`);
  return 200;
}

function reportPlaceholders(map: FieldReader, environment: readonly Argument[], rule: Rule | null): void {
  if (PLACEHOLDER.test(map.text("id", "")))
    map.error("id", `${map.text("id", "")} is a placeholder: put the hook's own id`);
  for (const text of rule === null ? [] : matchesOf(rule).map(literalOf)) {
    if (text !== null && PLACEHOLDER.test(text)) {
      map.error("trigger-rule", `${text} is a placeholder: put the real value`);
    }
    if (text === "") {
      map.error("trigger-rule", "a match has an empty value (a variable that is not set?): it would let anyone in");
    }
  }
  for (const { source, name, envname } of environment) {
    if (source === "string" && PLACEHOLDER.test(name)) {
      map.error(
        "pass-environment-to-command",
        `${envname} holds the placeholder ${name}: put the real value, or leave it out`,
      );
    }
  }
}

function reportCaller(map: FieldReader, rule: Rule | null): void {
  if (rule === null || !provesCaller(rule)) {
    map.error(
      "trigger-rule",
      "does not prove who calls: add a match on a token, with value or with value-from: {file: …}",
    );
    return;
  }
  for (const name of shortTokens(rule)) {
    map.warn("trigger-rule", `the value of ${name} has less than ${String(SHORT_TOKEN)} characters and can be guessed`);
  }
}
