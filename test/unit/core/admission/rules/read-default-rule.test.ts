import assert from "node:assert/strict";
import { findingsIn, findingsOfRule, rulesOf } from "./rules-text.ts";

const head = "name: rule, match: {resources: [pods.]}";
const set = (pointer: string, value: string): string => `set: {${pointer}: ${value}}`;
const ITEM = "names an item of a list, and none is added: set a field of an item that is there: /spec/containers/0/tty";
const OWN = "of metadata only labels and annotations are the webhook's to change";
const TEMPLATE = "is no template: use ${user}, ${namespace}, ${name}, ${operation} or ${kind}, and $$ for $";
const POINTER =
  "is no JSON Pointer: begin with /, and write ~1 for / and ~0 for ~ in a key: /metadata/labels/example.com~1team";

describe("readDefaultRule(reader, frame)", () => {
  it("reads values with their types and keys with their case, in their order", () => {
    const [rule] = rulesOf(`
defaults:
  - name: who
    match: {resources: [deployments.apps], operations: [CREATE]}
    set:
      /metadata/labels/Team: "010"
      /metadata/labels/team: 'yes'
      /metadata/annotations/example.com~1created-by: "\${user} for $$1"
      /metadata/annotations: {a: b, B: "1"}
      /spec/revisionHistoryLimit: 3
      /spec/paused: yes
      /spec/ratio: 0.123456789
      /spec/large: 1_234_567_890
      /spec/mode: 0644
      /spec/text: !!str 1
      /spec/number: !!int 7
      /spec/word: 2026-11-22
      /spec/selector: {matchLabels: {App: a, app: b, none: null}, list: [1, null, "x"]}
`).defaults;
    assert.deepEqual(
      rule?.set.map(({ pointer, value }) => [pointer, value]),
      [
        ["/metadata/labels/Team", "010"],
        ["/metadata/labels/team", "yes"],
        ["/metadata/annotations/example.com~1created-by", "${user} for $$1"],
        ["/metadata/annotations", { a: "b", B: "1" }],
        ["/spec/revisionHistoryLimit", 3],
        ["/spec/paused", true],
        ["/spec/ratio", 0.123456789],
        ["/spec/large", 1_234_567_890],
        ["/spec/mode", 0o644],
        ["/spec/text", "1"],
        ["/spec/number", 7],
        ["/spec/word", "2026-11-22"],
        ["/spec/selector", { matchLabels: { App: "a", app: "b", none: null }, list: [1, null, "x"] }],
      ],
    );
    assert.deepEqual(rule.set[2]?.keys, ["metadata", "annotations", "example.com/created-by"]);
  });

  const right = ["/spec/containers/0/tty", "/spec/~0x", "/data/a.b", "/spec/x y", "/metadata/labels/a_b.c", "/spec/"];
  for (const pointer of right) {
    it(`sets ${pointer}`, () => {
      assert.deepEqual(findingsOfRule("defaults", head, set(`"${pointer}"`, "a")), []);
    });
  }

  const wrong: readonly { pointer: string; value?: string; found: string }[] = [
    { pointer: "spec/x", found: POINTER },
    { pointer: "", found: POINTER },
    { pointer: "/spec/~2", found: POINTER },
    { pointer: "/spec/*/x", found: "has a *: a value is set at one place" },
    { pointer: "/spec/${user}", found: "has a template: only values may have them" },
    { pointer: "/spec/constructor/x", found: "has a key that no patch may have" },
    { pointer: "/spec/list/-", found: ITEM },
    { pointer: "/spec/-/x", found: ITEM },
    { pointer: "/spec/list/0", found: ITEM },
    { pointer: "/x".repeat(21), found: "is deeper than 20 keys" },
    { pointer: "/apiVersion", found: "cannot be set: apiVersion is not the webhook's to change" },
    { pointer: "/kind", found: "cannot be set: kind is not the webhook's to change" },
    { pointer: "/status/phase", found: "cannot be set: status is not the webhook's to change" },
    ...["", "/name", "/namespace", "/uid", "/finalizers", "/ownerReferences/0/name"].map((below) => ({
      pointer: `/metadata${below}`,
      found: `cannot be set: ${OWN}`,
    })),
    {
      pointer: "/metadata/labels/example.com/team",
      found: "is too deep: write ~1 for a / in a name: /metadata/labels/example.com~1team",
    },
    {
      pointer: "/metadata/annotations/a b",
      found: "has a key that annotations cannot have: a name of 63 characters, as example.com/team",
    },
    { pointer: "/metadata/labels", found: "must be a map of texts" },
    {
      pointer: "/metadata/labels",
      value: "{a: b, c: 1}",
      found: "must be a text, as all labels are: put the value in quotes",
    },
    {
      pointer: "/metadata/annotations/a",
      value: "true",
      found: "must be a text, as all annotations are: put the value in quotes",
    },
    {
      pointer: "/metadata/labels/a",
      value: "a b",
      found: "is a value that labels cannot have: 63 characters at most, letters, digits, -, _ and . between",
    },
    { pointer: "/spec/x", value: "", found: "has no value: name the one to set" },
    { pointer: "/spec/x", value: "null", found: "has no value: name the one to set" },
    { pointer: "/spec/x", value: "${users}", found: `: \${users} ${TEMPLATE}` },
    { pointer: "/spec/x", value: "[{a: 'x${user'}]", found: `: \${user ${TEMPLATE}` },
  ];
  for (const { pointer, value = "a", found } of wrong) {
    it(`refuses to set ${pointer} to ${value}`, () => {
      const quoted = value.startsWith("$") ? `"${value}"` : value;
      const place = `2:${String(`set: {"${pointer}": `.length + 1)}`;
      const [first = "", ...others] = findingsOfRule("defaults", head, set(`"${pointer}"`, quoted));
      const about = found.startsWith(":") ? found : ` ${found}`;
      assert.equal(first.replace(/^2:\d+/, place), `${place} set: ${JSON.stringify(pointer)}${about}`);
      assert.deepEqual([first.slice(0, 2), others], ["2:", []]);
    });
  }

  for (const value of ["$", "$1 $$x", "$${user}", "a ${user}${kind}", "100$"]) {
    it(`takes ${value} for a text`, () => {
      assert.deepEqual(findingsOfRule("defaults", head, set("/spec/x", `"${value}"`)), []);
    });
  }

  it("wants resources, an operation with an object, and values", () => {
    assert.deepEqual(findingsIn("defaults:\n  - name: a\n    match: {operations: [DELETE, CONNECT]}\n"), [
      "2:5: error: a: set: must be a map of JSON Pointers and values: set: {/metadata/labels/team: web}",
      "3:12: error: a: match: operations: of these only CREATE, UPDATE bring an object that the rule could look at",
      "3:12: error: a: match: resources: name the resources that the rule is for: resources: [deployments.apps]",
    ]);
    assert.deepEqual(findingsIn("defaults:\n  - name: a\n    match: {resources: []}\n    set: []\n"), [
      "3:12: error: a: match: resources: name the resources that the rule is for: resources: [deployments.apps]",
      "4:10: error: a: set: must be a map of JSON Pointers and values: set: {/metadata/labels/team: web}",
    ]);
  });

  it("names the line of the entry that is wrong", () => {
    const text =
      "defaults:\n  - name: a\n    match: {resources: [pods]}\n    set:\n      /spec/a: 1\n      /status/b: 2\n";
    assert.deepEqual(findingsIn(text), [
      `6:18: error: a: set: "/status/b" cannot be set: status is not the webhook's to change`,
    ]);
  });

  it("takes a hundred values, and no more", () => {
    const values = (count: number): string =>
      `set: {${Array.from({ length: count }, (_, index) => `/spec/x${String(index)}: 1`).join()}}`;
    assert.deepEqual(findingsOfRule("defaults", head, values(100)), []);
    assert.deepEqual(findingsOfRule("defaults", head, values(101)), ["2:6 set: has more than 100 entries"]);
  });
});
