import assert from "node:assert/strict";
import { findingsOfRule, rulesOf } from "./rules-text.ts";

describe("readImageRule(reader, frame)", () => {
  it("reads all keys", () => {
    const [rule] = rulesOf(`
images:
  - name: own-registry
    match: {namespaces: [team-*, web], resources: [deployments, deployments.apps, pods., deployments.apps/scale, "*"], operations: [CREATE]}
    allow: [registry.example.com/*, docker.io/library/nginx]
    forbid-tags: [latest, "1.10", edge-*]
    require-digest: true
    action: warn
    exempt: [{namespaces: [team-a], names: [old-*], users: ["system:serviceaccount:a:b"], images: [nginx]}, {users: [ann]}]
`).images;
    assert.deepEqual(rule, {
      name: "own-registry",
      file: "rules.yaml",
      at: { line: 3, column: 5 },
      match: {
        namespaces: ["team-*", "web"],
        resources: [
          { resource: "deployments", group: null, subResource: "" },
          { resource: "deployments", group: "apps", subResource: "" },
          { resource: "pods", group: "", subResource: "" },
          { resource: "deployments", group: "apps", subResource: "scale" },
          { resource: "*", group: null, subResource: "" },
        ],
        operations: ["CREATE"],
      },
      allow: ["registry.example.com/*", "docker.io/library/nginx"],
      forbidTags: ["latest", "1.10", "edge-*"],
      requireDigest: true,
      action: "warn",
      exempt: [
        { namespaces: ["team-a"], names: ["old-*"], users: ["system:serviceaccount:a:b"], images: ["nginx"] },
        { namespaces: [], names: [], users: ["ann"], images: [] },
      ],
    });
  });

  it("denies at CREATE and UPDATE of anything where nothing else is said", () => {
    const [rule] = rulesOf("images: [{name: a, forbid-tags: [latest]}]").images;
    assert.deepEqual(
      [rule?.action, rule?.match, rule?.allow, rule?.requireDigest, rule?.exempt],
      ["deny", { namespaces: [], resources: [], operations: ["CREATE", "UPDATE"] }, [], false, []],
    );
  });

  const head = "name: rule, require-digest: true";
  const wrong: readonly { line: string; found: readonly string[] }[] = [
    { line: "action: refuse", found: ["2:9 action: must be deny, warn, audit"] },
    { line: "forbidTags: [latest]", found: ["2:13 forbidTags: unknown key; did you mean forbid-tags?"] },
    { line: "allow: example.com/*", found: ["2:8 allow: must be a list, not a scalar"] },
    {
      line: "allow: [a, 'b c']",
      found: ['2:12 allow: "b c" is not a repository without tag, with * for any characters'],
    },
    { line: "forbid-tags: ['']", found: ['2:15 forbid-tags: "" is not a tag, with * for any characters'] },
    {
      line: "forbid-tags: [1.2, 1.10]",
      found: ["2:20 forbid-tags: YAML reads this as 1.1: put the text that is meant in quotes"],
    },
    { line: "forbid-tags: [{a: b}]", found: ["2:15 forbid-tags: an item must be a text, not a map"] },
    {
      line: "exempt: [{}]",
      found: ["2:10 exempt: an item that says nothing: name namespaces, names, users or images"],
    },
    { line: "exempt: [{user: [a]}]", found: ["2:17 user: unknown key; did you mean users?"] },
    { line: "match: [pods]", found: ["2:8 match must be a map of keys, not a list"] },
    { line: "match: {namespace: [a]}", found: ["2:20 namespace: unknown key; did you mean namespaces?"] },
    {
      line: "match: {namespaces: [Web]}",
      found: ['2:22 namespaces: "Web" is not a namespace\'s name, with * for any characters'],
    },
    {
      line: "match: {operations: [create, UPDATE]}",
      found: ['2:22 operations: "create" is none: use CREATE, UPDATE, DELETE, CONNECT'],
    },
    {
      line: "match: {operations: [DELETE]}",
      found: ["2:8 match: operations: of these only CREATE, UPDATE bring an object that the rule could look at"],
    },
    {
      line: "match: {resources: [Deployment]}",
      found: [
        '2:21 resources: "Deployment" is no resource as kubectl names it: write deployments, deployments.apps, deployments.apps/scale, pods. (of the core group) or *',
      ],
    },
  ];
  for (const { line, found } of wrong) {
    it(`says what is wrong with ${line}`, () => {
      const saysNothing = line.startsWith("exempt: [{user:");
      const rest = ["2:10 exempt: an item that says nothing: name namespaces, names, users or images"];
      assert.deepEqual(findingsOfRule("images", head, line), saysNothing ? [...rest, ...found] : found);
    });
  }

  for (const line of ["action: deny", "require-digest: false", "allow: []"]) {
    it(`says that a rule with ${line} alone asks for nothing`, () => {
      assert.deepEqual(findingsOfRule("images", "name: rule", line), [
        "1:18 name: the rule asks for nothing: set allow, forbid-tags or require-digest",
      ]);
    });
  }

  it("takes two hundred items in a list, and no more", () => {
    const allow = (count: number): string =>
      `allow: [${Array.from({ length: count }, (_, n) => `r${String(n)}`).join()}]`;
    assert.deepEqual(findingsOfRule("images", head, allow(200)), []);
    assert.deepEqual(findingsOfRule("images", head, allow(201)), ["2:8 allow: has more than 200 items"]);
  });
});
