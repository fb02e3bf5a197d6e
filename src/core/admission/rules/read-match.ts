import { clip } from "../../clip.ts";
import type { Position } from "../../hook/field.ts";
import type { FieldReader } from "../../hook/fields.ts";
import { readNames, readTexts } from "./read-texts.ts";
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
const NAMESPACE = /^[a-z0-9*][a-z0-9*-]{0,62}$/;
const RESOURCE = /^(\*|[a-z0-9]{1,63})(?:(\.)([a-z0-9.-]{0,253}))?(?:\/(\*|[a-z0-9]{1,63}))?$/;

/** Reads the name of a rule and what it is for. */
export function readFrame(file: string, reader: FieldReader): RuleFrame {
  const name = reader.text("name", "");
  if (!NAME.test(name))
    reader.error("name", "give the rule a name: 63 characters at most, letters, digits, -, _ and . between");
  return { name, match: readMatch(reader.map("match")), file, at: reader.at };
}

function readMatch(reader: FieldReader | null): RuleMatch {
  if (reader === null) return { namespaces: [], resources: [], operations: USUAL };
  reader.expectOnly(["namespaces", "resources", "operations"], "error");
  const operations = readTexts(reader, "operations");
  for (const { text, at } of operations)
    if (!OPERATIONS.includes(text))
      reader.errorAt(at, "operations", `${JSON.stringify(clip(text))} is none: use ${OPERATIONS.join(", ")}`);
  return {
    namespaces: readNames(reader, "namespaces", NAMESPACE, "a namespace's name, with * for any characters"),
    resources: readTexts(reader, "resources").flatMap(({ text, at }) => readResource(text, at, reader)),
    operations: operations.length === 0 ? USUAL : operations.map(({ text }) => text),
  };
}

function readResource(text: string, at: Position, reader: FieldReader): readonly ResourceMatch[] {
  const [whole, resource = "", dot, group = "", subResource = ""] = RESOURCE.exec(text) ?? [];
  if (whole !== undefined) return [{ resource, group: dot === undefined ? null : group, subResource }];
  const forms = "deployments, deployments.apps, deployments.apps/scale, pods. (of the core group) or *";
  reader.errorAt(at, "resources", `${JSON.stringify(clip(text))} is no resource as kubectl names it: write ${forms}`);
  return [];
}

/** Reports a rule that is for no operation with an object, and would never say anything. */
export function expectObject(reader: FieldReader, { match }: RuleFrame, operations: readonly string[]): void {
  if (match.operations.some((operation) => operations.includes(operation))) return;
  reader.error(
    "match",
    `operations: of these only ${operations.join(", ")} bring an object that the rule could look at`,
  );
}

/** Reports a rule that does not say which resources it is for. */
export function expectResources(reader: FieldReader): void {
  const match = reader.field("match");
  const given = match?.kind === "map" ? match.entries.get("resources")?.value : undefined;
  if (given === undefined || (given.kind === "list" && given.items.length === 0))
    reader.error("match", "resources: name the resources that the rule is for: resources: [deployments.apps]");
}
