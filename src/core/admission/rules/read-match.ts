import type { Position } from "../../hook/field.ts";
import type { FieldReader } from "../../hook/fields.ts";
import type { ResourceMatch, RuleMatch } from "./rule.ts";

/** What every rule has. */
export interface RuleFrame {
  readonly name: string;
  readonly match: RuleMatch;
  readonly file: string;
  readonly at: Position;
}

const OPERATIONS = ["CREATE", "UPDATE", "DELETE", "CONNECT"];
const USUAL = ["CREATE", "UPDATE"];
const NAME = /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const NAMESPACE = /^[a-z0-9*](?:[a-z0-9*-]{0,62})$/;
const RESOURCE = /^([a-z0-9]{1,63})(?:(\.)([a-z0-9.-]{0,253}))?(?:\/([a-z0-9]{1,63}))?$/;
const MAX_ITEMS = 200;

/** Reads the name of a rule and what it is for. */
export function readFrame(file: string, reader: FieldReader): RuleFrame {
  const name = reader.text("name", "");
  if (!NAME.test(name)) reader.error("name", "give the rule a name of letters, digits, -, _ and ., 63 at most");
  return { name, match: readMatch(reader.map("match")), file, at: reader.at };
}

function readMatch(reader: FieldReader | null): RuleMatch {
  if (reader === null) return { namespaces: [], resources: [], operations: USUAL };
  reader.expectOnly(["namespaces", "resources", "operations"], "error");
  const operations = readTexts(reader, "operations");
  for (const operation of operations)
    if (!OPERATIONS.includes(operation))
      reader.error("operations", `${JSON.stringify(operation)} is none: use ${OPERATIONS.join(", ")}`);
  return {
    namespaces: readNames(reader, "namespaces", NAMESPACE, "a namespace's name, with * for any characters"),
    resources: readTexts(reader, "resources").flatMap((text) => readResource(reader, text)),
    operations: operations.length === 0 ? USUAL : operations,
  };
}

/** Reads a list of texts of one form. */
export function readNames(reader: FieldReader, key: string, form: RegExp, what: string): readonly string[] {
  const names = readTexts(reader, key);
  for (const name of names)
    if (!form.test(name)) reader.error(key, `${JSON.stringify(name.slice(0, 80))} is not ${what}`);
  return names;
}

/** Reads a list of texts, of two hundred at most. */
export function readTexts(reader: FieldReader, key: string): readonly string[] {
  const texts = reader.texts(key);
  if (texts.length > MAX_ITEMS) reader.error(key, `has more than ${String(MAX_ITEMS)} items`);
  return texts;
}

function readResource(reader: FieldReader, text: string): readonly ResourceMatch[] {
  const [whole, resource = "", dot, group = "", subResource = ""] = RESOURCE.exec(text) ?? [];
  if (whole !== undefined) return [{ resource, group: dot === undefined ? null : group, subResource }];
  const shown = JSON.stringify(text.slice(0, 80));
  reader.error(
    "resources",
    `${shown} is no resource: write deployments, deployments.apps, deployments.apps/scale or pods.`,
  );
  return [];
}
