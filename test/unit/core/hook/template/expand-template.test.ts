import assert from "node:assert/strict";
import { expandTemplate, issueOf } from "../../../../../src/core/hook/template/expand-template.ts";
import { expand, textOf } from "./expansion.ts";

const messageOf = (text: string, variables: Readonly<Record<string, string>> = {}): string => {
  const expanded = expand(text, { variables });
  return expanded.kind === "error" ? expanded.error.message : assert.fail(`made ${expanded.value.text}`);
};
const warningsOf = (text: string, variables: Readonly<Record<string, string>> = {}): readonly string[] => {
  const expanded = expand(text, { variables });
  if (expanded.kind === "error") return assert.fail(expanded.error.message);
  return expanded.value.unset
    .map(issueOf)
    .map(({ at, message }) => `${String(at.line)}:${String(at.column)} ${message}`);
};

describe("expandTemplate(text, environment)", () => {
  const hooks = [
    {
      when: "a token in JSON",
      text: '[{"value": "{{ getenv "TOKEN" | js }}"}]',
      expected: '[{"value": "a\\"b"}]',
    },
    {
      when: "a hook for each number",
      text: '{{ range $i := 2 }}- id: "site-{{ $i }}"\n{{ end }}',
      expected: '- id: "site-0"\n- id: "site-1"\n',
    },
    {
      when: "a default",
      text: 'id: {{ or (getenv "ID") "website" }}',
      expected: "id: website",
    },
    {
      when: "a part that is left out",
      text: 'a: 1\n{{- if getenv "ID" }}\nb: 2\n{{- end }}\nc: 3',
      expected: "a: 1\nc: 3",
    },
    {
      when: "a part that is used twice",
      text: '{{ define "hook" -}} - id: {{ . }}\n{{ end }}{{ template "hook" "a" }}{{ template "hook" "b" }}',
      expected: "- id: a\n- id: b\n",
    },
    { when: "a file's text", text: 'secret: {{ cat "/run/secret" }}', expected: "secret: s3cret" },
    { when: "a missing file", text: 'secret: "{{ cat "/run/other" }}"', expected: 'secret: ""' },
    { when: "bytes that are no text", text: '{{ slice "é" 0 1 }}', expected: "\uFFFD" },
  ];
  for (const { when, text, expected } of hooks) {
    it(`expands ${when}`, () => {
      assert.equal(textOf(text, { variables: { TOKEN: 'a"b' }, files: { "/run/secret": "s3cret\n" } }), expected);
    });
  }

  it("reads credentials from systemd's directory, and from the environment without one", () => {
    const files = { "/run/credentials/token": "from the file\n" };
    const variables = { token: "from the environment", CREDENTIALS_DIRECTORY: "/run/credentials" };
    assert.equal(textOf('{{ credential "token" }}', { variables, files }), "from the file");
    const without = { token: variables.token, CREDENTIALS_DIRECTORY: "" };
    assert.equal(textOf('{{ credential "token" }}', { variables: without, files }), "from the environment");
  });

  const refusals = [
    { text: "{{", at: "1:1", message: "this {{ is never closed by }}" },
    { text: 'a\n  {{ print "x }}', at: "2:12", message: 'this " is never closed on its line' },
    {
      text: "a\né {{ default 1 }}",
      at: "2:6",
      message: 'the function "default" is not known; known are and, call, cat,',
    },
    { text: '{{ if 1 }}\n{{ getenv "X" }}', at: "1:1", message: "{{end}} is missing for what begins here" },
    { text: "{{ if 1 }}\n{{ else }}{{ else }}{{ end }}", at: "2:14", message: "{{end}} is due here, not {{else}}" },
    { text: "x {{ end }}", at: "1:6", message: '"end" is not understood in an action' },
    { text: "{{ print } }}", at: "1:10", message: '"}" is not understood in an action' },
    { text: "{{ template }}", at: "1:13", message: '"}}" is not understood in template' },
    { text: "{{ (print 1 }}", at: "1:4", message: "this ( is never closed by )" },
    { text: "{{ $x }}", at: "1:4", message: "the variable $x is not declared" },
    { text: '{{ len (getenv "X") 2 }}', at: "1:4", message: "len takes 1 value, not 2" },
    { text: "{{ eq }}", at: "1:4", message: "eq takes at least 1 value, not 0" },
    { text: "{{ lt 1 }}", at: "1:4", message: "lt takes 2 values, not 1" },
    { text: "{{ len 5 }}", at: "1:4", message: "len: type int has no length" },
    { text: '{{ define "a" }}', at: "1:1", message: "{{end}} is missing for what begins here" },
  ];
  for (const { text, at, message } of refusals) {
    it(`says where and why it refuses ${JSON.stringify(text)}`, () => {
      const expanded = expand(text);
      if (expanded.kind === "ok") assert.fail(expanded.value.text);
      const { error } = expanded;
      assert.equal(`${String(error.at.line)}:${String(error.at.column)}`, at, error.message);
      assert.ok(error.message.startsWith(`template: ${message}`), error.message);
    });
  }

  it("quotes neither values of variables nor constant texts when it refuses", () => {
    const canary = "canary-5d1f7a90c2";
    const templates = [
      '{{ getenv "TOKEN" | len | len }}',
      '{{ range getenv "TOKEN" }}{{ end }}',
      '{{ index (getenv "TOKEN") 99 }}',
      '{{ slice (getenv "TOKEN") (getenv "TOKEN") }}',
      '{{ lt (getenv "TOKEN") 1 }}',
      '{{ call (getenv "TOKEN") }}',
      '{{ (getenv "TOKEN").x }}',
      '{{ template "x" (getenv "TOKEN") }}',
      `{{ "${canary}" "${canary}" }}`,
      `{{ print\`${canary}\` }}`,
      `{{ "${canary}\\z" }}`,
      `{{ template "${canary}" }}`,
      `{{ define "${canary}" }}a{{ end }}{{ define "${canary}" }}b{{ end }}`,
    ];
    for (const template of templates) assert.doesNotMatch(messageOf(template, { TOKEN: canary }), /canary/, template);
  });

  it("lists each variable and file that is not there once, at its first place", () => {
    const text = 'a: {{ getenv "A" }}\nb: {{ cat "/b" }} {{ getenv "A" }}\nc: {{ credential "C" }}{{ getenv "SET" }}';
    assert.deepEqual(warningsOf(text, { SET: "" }), [
      '1:7 getenv "A": the variable is not set, so nothing stands here',
      '2:7 cat "/b": the file cannot be read, or is too large, so nothing stands here',
      '3:7 credential "C": the variable is not set, so nothing stands here',
    ]);
    assert.deepEqual(warningsOf('{{ credential "C" }}', { CREDENTIALS_DIRECTORY: "/run" }), [
      '1:4 credential "C": the file cannot be read, or is too large, so nothing stands here',
    ]);
  });

  it("does not name what is asked for when the name may be a value", () => {
    const computed = '{{ getenv (getenv "NAME") }}{{ getenv (printf "%s_1" "A") }}';
    assert.deepEqual(warningsOf(computed, { NAME: "canary" }), [
      "1:4 getenv: the variable is not set, so nothing stands here",
      "1:32 getenv: the variable is not set, so nothing stands here",
    ]);
    assert.equal(warningsOf('{{ $name := "A" }}{{ getenv $name }}').length, 1);
  });

  const asked = [
    '{{ if getenv "A" }}x{{ end }}',
    '{{ with getenv "A" }}{{ . }}{{ end }}',
    '{{ or (getenv "A") "x" }}',
    '{{ and (getenv "A") "x" }}',
    '{{ "x" | or (getenv "A") | len }}',
    '{{ eq (getenv "A") "x" }}',
    '{{ not (getenv "A") }}',
  ];
  for (const text of asked) {
    it(`takes no absence for a flaw in ${text}`, () => {
      assert.deepEqual(warningsOf(text), []);
    });
  }

  it("lists what the last value of or asks for", () => {
    assert.deepEqual(warningsOf('{{ or (getenv "A") (getenv "B") }}'), [
      '1:21 getenv "B": the variable is not set, so nothing stands here',
    ]);
  });

  it("lists a hundred names at most", () => {
    assert.equal(warningsOf('{{ range 1000 }}{{ getenv (print "A" .) }}{{ end }}').length, 100);
  });

  it("lets a bug of its environment through", () => {
    const getenv = (): never => {
      throw new RangeError("a bug");
    };
    assert.throws(() => expandTemplate('{{ getenv "A" }}', { getenv, readFile: () => undefined }), RangeError);
  });
});
