import assert from "node:assert/strict";
import { NO_RULES } from "../../../../../src/core/admission/rules/read-rules.ts";
import { findingsIn, rulesOf } from "./rules-text.ts";

const image = (name: string): string => `{name: ${name}, require-digest: true}`;

describe("readRules(file, text)", () => {
  const empty = ["", "# nothing\n", "---\n---\n", "null", "{}", "images:\n", "images: []\ndefaults:\nfields: []\n"];
  for (const text of empty) {
    it(`finds no rules in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(rulesOf(text), NO_RULES);
    });
  }

  it("keeps the order of the rules, and knows where each stands", () => {
    const { images } = rulesOf(`images:\n  - ${image("b")}\n  - ${image("a")}\n`);
    assert.deepEqual(
      images.map(({ name, file, at }) => ({ name, file, at })),
      [
        { name: "b", file: "rules.yaml", at: { line: 2, column: 5 } },
        { name: "a", file: "rules.yaml", at: { line: 3, column: 5 } },
      ],
    );
  });

  it("takes one name for rules of two kinds", () => {
    const set = "[{name: a, match: {resources: [pods]}, set: {/spec/x: 1}}]";
    const { images, defaults } = rulesOf(`images: [${image("a")}]\ndefaults: ${set}`);
    assert.deepEqual([images.length, defaults.length], [1, 1]);
  });

  it("reads the same from JSON and from YAML", () => {
    const rules = {
      fields: [{ name: "a", match: { resources: ["pods."] }, path: "/spec/x", enum: [1, "1", true, "yes"] }],
    };
    const yaml = "fields: [{name: a, match: {resources: [pods.]}, path: /spec/x, enum: [1, '1', yes, 'yes']}]";
    const [fromJson] = rulesOf(JSON.stringify(rules)).fields;
    const [fromYaml] = rulesOf(yaml).fields;
    assert.deepEqual(fromJson?.enum, [1, "1", true, "yes"]);
    assert.deepEqual({ ...fromYaml, at: null }, { ...fromJson, at: null });
  });

  const wrong: readonly { when: string; text: string; found: readonly string[] }[] = [
    {
      when: "a text is no YAML",
      text: "images: [",
      found: ["1:10: error: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    },
    {
      when: "a file holds a list",
      text: "- name: a",
      found: ["1:1: error: a rules file must be a map of keys, not a list"],
    },
    {
      when: "a key is unknown",
      text: "image: []",
      found: ["1:8: error: image: unknown key; did you mean images?"],
    },
    {
      when: "a key is in other letters",
      text: "Images: []",
      found: ["1:9: error: Images: unknown key; did you mean images?"],
    },
    {
      when: "a key stands twice",
      text: `images: [${image("a")}]\nimages: [${image("b")}]`,
      found: ["2:1: error: Map keys must be unique"],
    },
    {
      when: "a key stands twice in JSON",
      text: '{"images": [],\n"images": []}',
      found: ["2:1: error: Map keys must be unique"],
    },
    {
      when: "rules are no list",
      text: "images: {name: a}",
      found: ["1:9: error: images: must be a list, not a map"],
    },
    {
      when: "a rule is no map",
      text: "images:\n  - a",
      found: ["2:5: error: an entry of images must be a map of keys, not a scalar"],
    },
    {
      when: "there is a second document",
      text: `images: [${image("a")}]\n---\nimages: [${image("b")}]`,
      found: [
        "3:1: error: a second document: put all rules of a file under one images:, defaults: and fields:, without ---",
      ],
    },
    {
      when: "the second document is broken",
      text: `images: [${image("a")}]\n---\nimages: [`,
      found: ["3:10: error: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    },
    {
      when: "two rules have one name",
      text: `images:\n  - ${image("a")}\n  - ${image("a")}`,
      found: ["3:12: error: a: name: another rule of images has this name: give each its own, refusals tell it"],
    },
    {
      when: "rules have no name",
      text: "images: [{require-digest: true}, {name: , require-digest: true}]",
      found: [10, 41].map(
        (column) =>
          `1:${String(column)}: error: name: give the rule a name: 63 characters at most, letters, digits, -, _ and . between`,
      ),
    },
    {
      when: "a name is too long",
      text: `images: [${image("a".repeat(200))}]`,
      found: [
        `1:17: error: ${"a".repeat(80)}…: name: give the rule a name: 63 characters at most, letters, digits, -, _ and . between`,
      ],
    },
    {
      when: "an alias names nothing",
      text: "images: [*a]",
      found: ["1:10: error: this alias names no anchor above it"],
    },
  ];
  for (const { when, text, found } of wrong) {
    it(`says what is wrong when ${when}`, () => {
      assert.deepEqual(findingsIn(text), found);
    });
  }

  it("names all that is wrong, in the order of the lines", () => {
    const text = "fields:\n  - name: a\nother: 1\nimages:\n  - name: b\n    allowed: [x]\n";
    assert.deepEqual(
      findingsIn(text).map((line) => /^\d+:\d+/.exec(line)?.[0]),
      ["2:5", "2:5", "2:11", "3:8", "5:11", "6:14"],
    );
  });

  it("takes a thousand rules of a kind, and no more", () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `  - ${image(`rule-${String(index)}`)}\n`);
    assert.equal(rulesOf(`images:\n${names.slice(1).join("")}`).images.length, 1_000);
    assert.deepEqual(findingsIn(`images:\n${names.join("")}`), [
      "1002:5: error: images: more than 1000 rules: put some into another file",
    ]);
  });

  it("refuses what is nested deeper than 50 levels", () => {
    const text = `defaults: [{name: a, match: {resources: [pods]}, set: {/spec/x: ${"[".repeat(60)}${"]".repeat(60)}}}]`;
    assert.match(findingsIn(text).join("\n"), /^1:\d+: error: nested deeper than 50 levels$/);
  });

  it("does not grow with aliases of aliases", () => {
    const levels = Array.from(
      { length: 20 },
      (_, n) => `x${String(n + 1)}: &x${String(n + 1)} [*x${String(n)}, *x${String(n)}]`,
    );
    assert.match(findingsIn(`x0: &x0 a\n${levels.join("\n")}`).join("\n"), /more than 200 aliases$/);
  });
});
