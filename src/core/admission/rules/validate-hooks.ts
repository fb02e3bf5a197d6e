import { clip } from "../../clip.ts";
import { checkHooks, printFinding, type CheckedFile, type Finding } from "../../hook/check.ts";
import { isHooksFileName } from "../../hook/hooks-file-name.ts";
import { readHooks } from "../../hook/read-hooks.ts";
import type { Issue } from "../../hook/fields.ts";
import { fail, ok } from "../../result.ts";
import type { AdmissionRequest } from "../request.ts";
import { allowed, denied, withWarnings, type ValidatingResponse } from "../response.ts";
import { firstOf } from "./list-problems.ts";
import { objectAt, textAt, valueAt } from "./places.ts";
import { isSameValue } from "./same-value.ts";
import { isBeingDeleted } from "./subject.ts";

/** How the service that will serve the hooks is set up. */
export interface HooksSettings {
  readonly allowsCommands: boolean;
  /** Its files are templates: what they hold is known in its own environment alone. */
  readonly expandsTemplates?: boolean;
}

/** The label of ConfigMaps that hold hooks files. */
const LABEL = "imagehook.dev/hooks";
// What etcd takes of a ConfigMap at most; the service itself reads larger files.
const MAX_LENGTH = 1024 * 1024;
const MAX_MESSAGE_LENGTH = 7_168;
const MAX_LINE_LENGTH = 500;
const MAX_WARNING_LENGTH = 240;

/**
 * Checks the hooks files of a labelled ConfigMap as `imagehook check` does, before the service reads them. Files that
 * they name, such as those of tokens, cannot be seen here. A change that leaves the files as they were, and one of a
 * ConfigMap that is being deleted, passes.
 */
export function validateHooks(request: AdmissionRequest, settings: HooksSettings): ValidatingResponse {
  const { kind, object, oldObject } = request;
  if (kind.kind !== "ConfigMap" || kind.group !== "" || !holdsHooks(object)) return allowed();
  if (isBeingDeleted(request) || (holdsHooks(oldObject) && isSameFiles(object, oldObject))) return allowed();
  const { findings } = checkHooks(filesOf(object, settings), settings);
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning").map(print);
  const verdict = errors.length === 0 ? allowed() : denied(refusal(errors));
  return withWarnings(verdict, ...firstOf(warnings.map((warning) => clip(warning, MAX_WARNING_LENGTH))));
}

const holdsHooks = (object: unknown): boolean => textAt(object, "metadata", "labels", LABEL) === "true";

const isSameFiles = (object: unknown, oldObject: unknown): boolean =>
  ["data", "binaryData"].every((key) => isSameValue(valueAt(object, key), valueAt(oldObject, key)));

function filesOf(object: unknown, settings: HooksSettings): readonly CheckedFile[] {
  const texts = Object.entries(objectAt(object, "data"));
  const bytes = Object.entries(objectAt(object, "binaryData")).map(([key, value]) => [key, decode(value)] as const);
  return [...texts, ...bytes]
    .filter(([key]) => isHooksFileName(key))
    .map(([key, text]) => readFile(key, text, settings));
}

const decode = (value: unknown): unknown =>
  typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : value;

function readFile(file: string, text: unknown, { expandsTemplates = false }: HooksSettings): CheckedFile {
  const unread = (message: string): CheckedFile => ({ file, reading: fail({ at: START, message }), warnings: [] });
  if (typeof text !== "string") return unread("the value is no text");
  if (text.length > MAX_LENGTH) return unread(`the file is longer than ${String(MAX_LENGTH)} characters`);
  if (expandsTemplates && text.includes("{{")) return { file, reading: NOTHING, warnings: [UNCHECKED] };
  return { file, reading: readHooks(text.replace(/^\uFEFF/, ""), file), warnings: [] };
}

const START = { line: 1, column: 1 };
const NOTHING = ok({ kind: "hooks", hooks: [] } as const);
const UNCHECKED: Issue = {
  severity: "warning",
  at: START,
  message: "not checked: it holds templates, which only the service's own environment can expand",
};

const print = (finding: Finding): string => clip(printFinding(finding), MAX_LINE_LENGTH);

// As many lines as there is room for.
function refusal(errors: readonly Finding[]): string {
  const lines = errors.map(print);
  let room = MAX_MESSAGE_LENGTH;
  const fitting = lines.findIndex((line) => (room -= Buffer.byteLength(line) + 1) < 0);
  const said = firstOf(lines, fitting === -1 ? lines.length : fitting);
  return ["the hooks files would not be served as they are; mend them, and look with imagehook check:", ...said].join(
    "\n",
  );
}
