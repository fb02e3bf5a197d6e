import assert from "node:assert/strict";
import { validateHooks } from "../../../../../src/core/admission/rules/validate-hooks.ts";
import { aRequest, anUpdate } from "../../../../support/admission-rules.ts";

const LABELS = { "imagehook.dev/hooks": "true" };
const SETTINGS = { allowsCommands: false };
const hook = (id: string, more = "") => `- id: ${id}
  image-upgrade:
    namespace: web
    workload: deployment/website
    container: web
    callers: [{token: {file: /etc/tokens/website}}]
${more}`;
const aConfigMap = (data: unknown, more: object = {}, labels: unknown = LABELS) => ({
  kind: "ConfigMap",
  metadata: { name: "hooks", labels },
  data,
  ...more,
});
const kind = { group: "", version: "v1", kind: "ConfigMap" };
const judge = (object: unknown, settings = SETTINGS) => validateHooks(aRequest({ kind, object }), settings);
const said = (response: ReturnType<typeof validateHooks>): string => response.status?.message ?? "";

describe("validateHooks(request, settings)", () => {
  it("lets hooks in that would be served, and passes their warnings on", () => {
    const response = judge(aConfigMap({ "hooks.yaml": hook("website", "  nonsense: 1\n") }));
    assert.equal(response.allowed, true);
    assert.match(response.warnings?.join("\n") ?? "", /^hooks\.yaml:\d+:\d+: warning: .*nonsense/m);
    assert.ok(response.warnings?.every((warning) => warning.length <= 241));
  });

  it("refuses with every problem and its place in every file", () => {
    const response = judge(
      aConfigMap({
        "a.yaml": "- id: website\n  trigger-rule: [\n",
        "b.yml": hook("twice") + hook("twice"),
        "c.json": '[{"id": "x", "image-upgrade": {"namespace": 7}}]',
      }),
    );
    assert.deepEqual([response.allowed, response.status?.code], [false, 403]);
    assert.match(said(response), /^the hooks files would not be served as they are; mend them/);
    for (const place of [
      /^a\.yaml:\d+:\d+: error: /m,
      /^b\.yml:7:\d+: error: twice: the id is taken/m,
      /^c\.json:1:\d+: error: x: /m,
    ])
      assert.match(said(response), place);
  });

  it("refuses hooks with commands where they are switched off, and lets them in where they are on", () => {
    const object = aConfigMap({
      "hooks.yaml":
        "- id: run\n  execute-command: /bin/true\n  trigger-rule: {match: {type: value, value: 0123456789abcdef0, parameter: {source: header, name: X-Token}}}\n",
    });
    assert.match(said(judge(object)), /commands are switched off/);
    assert.equal(judge(object, { allowsCommands: true }).allowed, true);
  });

  it("looks at what is binary, and at keys that are hooks files alone", () => {
    const binaryData = { "bin.json": Buffer.from("[{]").toString("base64") };
    assert.match(said(judge(aConfigMap({}, { binaryData }))), /^bin\.json:1:\d+: error/m);
    assert.equal(judge(aConfigMap({ "notes.txt": "[{]", ".hidden.json": "[{]" })).allowed, true);
    assert.equal(judge(aConfigMap({ "hooks.json": "\uFEFF[]" })).allowed, true);
  });

  const broken = { "hooks.yaml": "- id: [" };
  const others = [
    {
      when: "another label",
      request: aRequest({ kind, object: aConfigMap(broken, {}, { "imagehook.dev/hooks": "false" }) }),
    },
    { when: "no labels", request: aRequest({ kind, object: aConfigMap(broken, {}, null) }) },
    { when: "another kind", request: aRequest({ kind: { ...kind, kind: "Secret" }, object: aConfigMap(broken) }) },
    { when: "another group", request: aRequest({ kind: { ...kind, group: "x.test" }, object: aConfigMap(broken) }) },
    {
      when: "no object",
      request: aRequest({ kind, operation: "DELETE", object: null, oldObject: aConfigMap(broken) }),
    },
    {
      when: "files as they were before",
      request: anUpdate("ConfigMap", aConfigMap(broken), aConfigMap(broken, { immutable: true })),
    },
    {
      when: "a deletion in progress",
      request: anUpdate("ConfigMap", { metadata: { deletionTimestamp: "2026" } }, aConfigMap(broken)),
    },
  ];
  for (const { when, request } of others)
    it(`lets a ConfigMap with ${when} through`, () => {
      assert.equal(validateHooks(request, SETTINGS).allowed, true);
    });

  it("refuses one that gets the label, or other files", () => {
    const changes = [
      [aConfigMap(broken, {}, {}), aConfigMap(broken)],
      [aConfigMap({}), aConfigMap(broken)],
      [aConfigMap({}), aConfigMap({}, { binaryData: { "a.json": "W3s=" } })],
    ];
    for (const [before, after] of changes)
      assert.equal(validateHooks(anUpdate("ConfigMap", before, after), SETTINGS).allowed, false);
  });

  it("refuses a file that is no text, or too long", () => {
    assert.match(said(judge(aConfigMap({ "a.json": 7 }))), /a\.json:1:1: error: the value is no text/);
    assert.match(said(judge(aConfigMap({}, { binaryData: { "a.json": null } }))), /the value is no text/);
    assert.match(said(judge(aConfigMap({ "a.json": "x".repeat(1_048_577) }))), /longer than 1048576 characters/);
  });

  it("keeps the refusal within 8 KiB and says how many problems there are besides", () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`${"文".repeat(60)}${String(index)}.json`, "{{"]),
    );
    const message = said(judge(aConfigMap(files)));
    assert.ok(Buffer.byteLength(message) <= 8_192);
    assert.match(message, /\nand \d+ more$/);
  });

  it("does not check what is a template, and says so", () => {
    const object = aConfigMap({ "hooks.yaml": "- id: {{ getenv `ID` }}" });
    const response = judge(object, { ...SETTINGS, expandsTemplates: true } as typeof SETTINGS);
    assert.equal(response.allowed, true);
    assert.match(response.warnings?.[0] ?? "", /^hooks\.yaml:1:1: warning: not checked: it holds templates/);
    assert.equal(judge(object).allowed, false);
  });
});
