import type { FieldReader } from "../../hook/fields.ts";
import { expectObject, type RuleFrame } from "./read-match.ts";
import { readNames, readTexts } from "./read-texts.ts";
import type { Exemption, ImageRule, RuleAction } from "./rule.ts";

const KEYS = ["name", "match", "allow", "forbid-tags", "require-digest", "action", "exempt"];
const ACTIONS: readonly RuleAction[] = ["deny", "warn", "audit"];
const REPOSITORY = /^[a-z0-9*][a-z0-9._/:*-]{0,254}$/i;
const TAG = /^[\w*][\w.*-]{0,127}$/;
const NAMED = /^[^\s]{1,253}$/;

/** Reads a rule about images. */
export function readImageRule(reader: FieldReader, frame: RuleFrame): ImageRule {
  reader.expectOnly(KEYS, "error");
  expectObject(reader, frame, ["CREATE", "UPDATE"]);
  const allow = readNames(reader, "allow", REPOSITORY, "a repository without tag, with * for any characters");
  const forbidTags = readNames(reader, "forbid-tags", TAG, "a tag, with * for any characters");
  const requireDigest = reader.flag("require-digest");
  if (allow.length === 0 && forbidTags.length === 0 && !requireDigest)
    reader.error("name", "the rule asks for nothing: set allow, forbid-tags or require-digest");
  return { ...frame, allow, forbidTags, requireDigest, action: readAction(reader), exempt: readExemptions(reader) };
}

function readAction(reader: FieldReader): RuleAction {
  const text = reader.text("action", "deny");
  const action = ACTIONS.find((known) => known === text);
  if (action === undefined) reader.error("action", `must be ${ACTIONS.join(", ")}`);
  return action ?? "deny";
}

function readExemptions(reader: FieldReader): readonly Exemption[] {
  return reader.maps("exempt").map((one) => {
    one.expectOnly(["namespaces", "names", "users", "images"], "error");
    const exemption = {
      namespaces: readNames(one, "namespaces", NAMED, "a name, with * for any characters"),
      names: readNames(one, "names", NAMED, "a name, with * for any characters"),
      users: readTexts(one, "users").map(({ text }) => text),
      images: readNames(one, "images", REPOSITORY, "a repository without tag, with * for any characters"),
    };
    if (Object.values(exemption).every((list) => list.length === 0))
      reader.errorAt(one.at, "exempt", "an item that says nothing: name namespaces, names, users or images");
    return exemption;
  });
}
