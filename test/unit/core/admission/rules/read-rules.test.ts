import assert from "node:assert/strict";
import { printFinding } from "../../../../../src/core/hook/check.ts";
import { readRules } from "../../../../../src/core/admission/rules/read-rules.ts";
import type { AdmissionRules } from "../../../../../src/core/admission/rules/rule.ts";

function rulesOf(text: string): AdmissionRules {
  const read = readRules("rules.yaml", text);
  assert.ok(read.kind === "ok", read.kind === "error" ? read.error.map(printFinding).join("\n") : "");
  return read.value;
}

function faultsOf(text: string): readonly string[] {
  const read = readRules("rules.yaml", text);
  return read.kind === "ok" ? [] : read.error.map(printFinding);
}

const RULES = `
images:
  - name: own-registry
    match: {namespaces: ["team-*"], resources: [pods., deployments.apps], operations: [CREATE]}
    allow: [registry.example.com/*]
    forbid-tags: [latest]
    require-digest: true
    action: warn
    exempt: [{namespaces: [team-a], names: [old-*], users: ["system:serviceaccount:ci:x"], images: [docker.io/library/redis]}]
  - {name: pinned, require-digest: yes}
defaults:
  - name: who
    match: {resources: [deployments.apps]}
    set:
      /metadata/annotations/example.com~1by: "\${user} for $$1"
      /metadata/labels/Team: "1e3"
      /spec/revisionHistoryLimit: 3
      /spec/paused: true
      /spec/strategy: {type: Recreate, list: [1, "1", 1.25, a], deep: {x: "\${name}"}}
fields:
  - name: replicas
    match: {resources: [deployments.apps/scale, widgets]}
    path: /spec/replicas
    type: integer
    min: 500m
    max: 2Gi
    enum: [1, "1", yes, 12345678901]
    pattern: "[a-z]+"
    required: true
    immutable: false
    message: between them
`;

describe("readRules(file, text)", () => {
  it("reads every key", () => {
    const { images, defaults, fields } = rulesOf(RULES);
    assert.deepEqual(images[0], {
      name: "own-registry",
      file: "rules.yaml",
      at: { line: 3, column: 5 },
      match: {
        namespaces: ["team-*"],
        resources: [
          { resource: "pods", group: "", subResource: "" },
          { resource: "deployments", group: "apps", subResource: "" },
        ],
        operations: ["CREATE"],
      },
      allow: ["registry.example.com/*"],
      forbidTags: ["latest"],
      requireDigest: true,
      action: "warn",
      exempt: [
        {
          namespaces: ["team-a"],
          names: ["old-*"],
          users: ["system:serviceaccount:ci:x"],
          images: ["docker.io/library/redis"],
        },
      ],
    });
    assert.deepEqual(images[1]?.match, { namespaces: [], resources: [], operations: ["CREATE", "UPDATE"] });
    assert.equal(images[1].action, "deny");
    assert.deepEqual(defaults[0]?.set, [
      {
        pointer: "/metadata/annotations/example.com~1by",
        keys: ["metadata", "annotations", "example.com/by"],
        value: "${user} for $$1",
      },
      { pointer: "/metadata/labels/Team", keys: ["metadata", "labels", "Team"], value: "1e3" },
      { pointer: "/spec/revisionHistoryLimit", keys: ["spec", "revisionHistoryLimit"], value: 3 },
      { pointer: "/spec/paused", keys: ["spec", "paused"], value: true },
      {
        pointer: "/spec/strategy",
        keys: ["spec", "strategy"],
        value: { type: "Recreate", list: [1, "1", 1.25, "a"], deep: { x: "${name}" } },
      },
    ]);
    const [field] = fields;
    assert.deepEqual(
      { ...field, pattern: field?.pattern?.pattern() },
      {
        name: "replicas",
        file: "rules.yaml",
        at: { line: 21, column: 5 },
        match: {
          namespaces: [],
          resources: [
            { resource: "deployments", group: "apps", subResource: "scale" },
            { resource: "widgets", group: null, subResource: "" },
          ],
          operations: ["CREATE", "UPDATE"],
        },
        path: ["spec", "replicas"],
        type: "integer",
        min: 0.5,
        max: 2 * 1024 ** 3,
        enum: [1, "1", true, 12_345_678_901],
        pattern: "[a-z]+",
        required: true,
        immutable: false,
        message: "between them",
      },
    );
  });

  it("reads the same from JSON", () => {
    const json = { fields: [{ name: "a", match: { resources: ["x"] }, path: "/spec", enum: [1, "1", true, -0.5] }] };
    assert.deepEqual(rulesOf(JSON.stringify(json)).fields[0]?.enum, [1, "1", true, -0.5]);
  });

  it("finds no rules in an empty file", () => {
    for (const text of ["", "# nothing\n", "{}", "images: []\n"])
      assert.deepEqual(rulesOf(text), { images: [], defaults: [], fields: [] });
  });

  const RESOURCES = "match: {resources: [x]}";
  const rows: readonly (readonly [text: string, fault: RegExp])[] = [
    ["[", /^rules\.yaml:\d+:\d+: error: /],
    ["- a\n", /^rules\.yaml:1:1: error: a rules file must be a map of keys, not a list$/],
    ["image: []\n", /image: unknown key; did you mean images\?$/],
    ["images: {}\n", /images: must be a list, not a map$/],
    ["images: [a]\n", /an entry of images must be a map of keys, not a scalar$/],
    ["images: [{allow: [a/*]}]\n", /name: give the rule a name/],
    [
      "images:\n  - {name: a, require-digest: true}\n  - {name: a, require-digest: true}\n",
      /rules\.yaml:3:12: error: a: name: a: another rule of images has this name$/,
    ],
    ["images: [{name: a}]\n", /a: name: the rule asks for nothing: set allow, forbid-tags or require-digest$/],
    ["images: [{name: a, alow: [b]}]\n", /alow: unknown key; did you mean allow\?/],
    ["images: [{name: a, allow: ['a b']}]\n", /allow: "a b" is not a repository/],
    ["images: [{name: a, forbid-tags: ['a b']}]\n", /forbid-tags: "a b" is not a tag/],
    ["images: [{name: a, require-digest: true, action: block}]\n", /action: must be deny, warn, audit$/],
    ["images: [{name: a, require-digest: true, exempt: [{}]}]\n", /exempt: an item says nothing/],
    ["images: [{name: a, require-digest: true, exempt: [{names: ['a b']}]}]\n", /names: "a b" is not a name/],
    ["images: [{name: a, require-digest: true, match: {operations: [PATCH]}}]\n", /"PATCH" is none: use CREATE/],
    ["images: [{name: a, require-digest: true, match: {namespaces: [A]}}]\n", /namespaces: "A" is not a namespace/],
    ["images: [{name: a, require-digest: true, match: {resources: [a/b/c]}}]\n", /resources: "a\/b\/c" is no resource/],
    ["images: [{name: a, require-digest: true, match: {kinds: [a]}}]\n", /kinds: unknown key/],
    [`images: [{name: a, allow: [${"b,".repeat(201)}]}]\n`, /allow: has more than 200 items/],
    [`images:\n${"  - {name: a, require-digest: true}\n".repeat(1_001)}`, /images: more than 1000 rules$/],
    [`defaults: [{name: a, ${RESOURCES}}]\n`, /set: must be a map of JSON Pointers and values/],
    ["defaults: [{name: a, set: {/spec/a: 1}}]\n", /match: resources: name the resources whose objects are changed/],
    [
      "defaults: [{name: a, match: {resources: [x], operations: [DELETE]}, set: {/a: 1}}]\n",
      /operations: only CREATE and UPDATE have an object/,
    ],
    ...(
      [
        ["spec/a", "is no JSON Pointer"],
        ["/a~2", "is no JSON Pointer"],
        ["/spec/*/a", "has a \\*"],
        ["/kind", "cannot be set: kind"],
        ["/status/a", "cannot be set: status"],
        ["/metadata", "cannot be set: of metadata"],
        ["/metadata/name", "cannot be set: of metadata"],
        [`/${"a/".repeat(20)}b`, "is deeper than 20 keys"],
      ] as const
    ).map(
      ([pointer, fault]) =>
        [`defaults: [{name: a, ${RESOURCES}, set: {"${pointer}": "1"}}]\n`, new RegExp(`set: ".*" ${fault}`)] as const,
    ),
    [`defaults: [{name: a, ${RESOURCES}, set: {/metadata/labels/a: 1}}]\n`, /labels and annotations are texts/],
    [`defaults: [{name: a, ${RESOURCES}, set: {/a: ["\${usr}", {b: "\${name"}]}}]\n`, /\$\{usr\} is no template/],
    [
      `defaults: [{name: a, ${RESOURCES}, set: {${Array.from({ length: 101 }, (_, index) => `/a${String(index)}: 1`).join(", ")}}}]\n`,
      /set: has more than 100 entries/,
    ],
    [`fields: [{name: a, ${RESOURCES}, path: /a}]\n`, /name: the rule asks for nothing: set one of type, min/],
    ["fields: [{name: a, path: /a, min: 1}]\n", /match: resources: name the resources whose fields are judged/],
    [`fields: [{name: a, ${RESOURCES}, path: a, min: 1}]\n`, /path: must be a JSON Pointer/],
    [`fields: [{name: a, ${RESOURCES}, min: 1}]\n`, /path: must be a JSON Pointer/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, min: 2, max: 1}]\n`, /min: is larger than max/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, max: many}]\n`, /max: must be a number, or a quantity/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, type: int}]\n`, /type: must be string, number/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, enum: []}]\n`, /enum: names no value/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, enum: [${"b,".repeat(201)}]}]\n`, /enum: has more than 200 values/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, pattern: "("}]\n`, /pattern: is not a regular expression of RE2/],
    [`fields: [{name: a, ${RESOURCES}, path: /a, pattern: ${"a".repeat(1_001)}}]\n`, /pattern: is longer than 1000/],
    [
      `fields: [{name: a, ${RESOURCES}, path: /a, min: 1, message: ${"a".repeat(501)}}]\n`,
      /message: is longer than 500/,
    ],
  ];
  for (const [text, fault] of rows)
    it(`finds the fault of ${JSON.stringify(text.slice(0, 90))}`, () => {
      const faults = faultsOf(text);
      assert.ok(
        faults.some((found) => fault.test(found)),
        `${String(fault)} is not among:\n${faults.join("\n")}`,
      );
      for (const found of faults) assert.match(found, /^rules\.yaml:\d+:\d+: error: /);
    });
});
