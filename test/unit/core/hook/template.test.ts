import assert from "node:assert/strict";
import { expandTemplate, type Getenv } from "../../../../src/core/hook/template.ts";

const ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ["TOKEN", "c0ffee"],
  ["QUOTED", `a"b\\c'd<e>&f=g\n\u0001é`],
  ["MARKUP", `<a href="x">'&'\0</a>`],
  ["ACTION", '{{ getenv "TOKEN" }}'],
]);
const getenv: Getenv = (name) => ENVIRONMENT.get(name);

describe("expandTemplate(text, getenv)", () => {
  const cases = [
    { when: "a text without an action", text: '[{"id": "x"}]\n', expected: '[{"id": "x"}]\n' },
    { when: "nothing", text: "", expected: "" },
    { when: "single braces", text: "{a} } {", expected: "{a} } {" },
    { when: "closing braces alone", text: '{"a":{"b":1}}', expected: '{"a":{"b":1}}' },
    { when: "getenv", text: 'a: "{{ getenv "TOKEN" }}"', expected: 'a: "c0ffee"' },
    { when: "getenv without blanks", text: '{{getenv "TOKEN"}}', expected: "c0ffee" },
    { when: "getenv with a raw text", text: "{{ getenv `TOKEN` }}", expected: "c0ffee" },
    { when: "getenv by a pipe", text: '{{ "TOKEN" | getenv }}', expected: "c0ffee" },
    { when: "several actions", text: '{{ getenv "TOKEN" }}-{{ getenv "TOKEN" }}', expected: "c0ffee-c0ffee" },
    { when: "an action over several lines", text: '{{\n\tgetenv\n"TOKEN"\n}}', expected: "c0ffee" },
    { when: "a variable that is not set", text: '"{{ getenv "UNSET" }}"', expected: '""' },
    { when: "a variable that is not set, piped", text: '"{{ getenv "UNSET" | js }}"', expected: '""' },
    {
      when: "js",
      text: '{{ getenv "QUOTED" | js }}',
      expected: `a\\"b\\\\c\\'d\\u003Ce\\u003E\\u0026f\\u003Dg\\u000A\\u0001é`,
    },
    { when: "js as a call", text: '{{ js "<" }}', expected: "\\u003C" },
    {
      when: "html",
      text: '{{ getenv "MARKUP" | html }}',
      expected: "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;\uFFFD&lt;/a&gt;",
    },
    { when: "several pipes", text: '{{ "<" | html | js }}', expected: "\\u0026lt;" },
    { when: "a text", text: '{{ "a\\"b\\\\c\\n\\t\\r\\x" }}', expected: 'a"b\\c\n\t\rx' },
    { when: "a raw text", text: '{{ `a\\n"b\n}}` }}', expected: 'a\\n"b\n}}' },
    { when: "braces in a text", text: '{{ "}}{{" }}', expected: "}}{{" },
    { when: "a pipe in a text", text: '{{ "a|b" | html }}{{ `|` }}', expected: "a|b|" },
    { when: "a value that looks like an action", text: '{{ getenv "ACTION" }}', expected: '{{ getenv "TOKEN" }}' },
    { when: "a comment", text: 'a{{/* getenv "TOKEN" }} */}}b', expected: "ab" },
    { when: "a comment over several lines", text: "a{{/* b\n * `c\n */}}d", expected: "ad" },
    { when: "trim markers", text: 'a \n {{- " b " -}} \n\t c', expected: "a b c" },
    { when: "trim markers in a row", text: 'a {{- "b" -}} {{- "c" -}} d', expected: "abcd" },
    { when: "a trim marker before only", text: 'a {{- "b" }} c', expected: "ab c" },
    { when: "a trim marker behind only", text: 'a {{ "b" -}} c', expected: "a bc" },
    { when: "a trimmed comment", text: "a {{- /* b */ -}} c", expected: "ac" },
    { when: "trim markers at line ends", text: 'a\n{{-\n"b"\n-}}\nc', expected: "abc" },
  ];
  for (const { when, text, expected } of cases) {
    it(`expands ${when}`, () => {
      assert.deepEqual(expandTemplate(text, getenv), { kind: "ok", value: expected });
    });
  }

  const notUnderstood = (action: string): string => `template: "${action}" is not understood`;
  const calls = "template: only constants and calls are understood";
  const open = "template: this {{ is never closed by }}";
  const refusals = [
    { text: "{{ }}", message: notUnderstood("") },
    { text: "{{ . }}", message: notUnderstood(".") },
    { text: "{{ .Values.x }}", message: notUnderstood(".Values.x") },
    { text: "{{ 5 }}", message: notUnderstood("5") },
    { text: "{{ | js }}", message: notUnderstood("| js") },
    { text: '{{ "a" | }}', message: notUnderstood('"a" |') },
    { text: "{{ {{ }}", message: notUnderstood("{{") },
    { text: "{{ a } }}", message: notUnderstood("a }") },
    { text: "{{ /* a }}", message: notUnderstood("/* a") },
    { text: '{{/* a */ "b" /* c */}}', message: notUnderstood('/* a */ "b" /* c */') },
    { text: `{{ ${"?".repeat(100)} }}`, message: notUnderstood("?".repeat(60)) },
    { text: "{{-}}", message: notUnderstood("-") },
    { text: '{{ "a" "b" }}', message: calls },
    { text: '{{ "a" | "b" }}', message: calls },
    { text: "{{ getenv js }}", message: calls },
    { text: "{{ getenv }}", message: "template: getenv takes one text" },
    { text: '{{ getenv "A" "B" }}', message: "template: getenv takes one text" },
    { text: '{{ "A" | getenv "B" }}', message: "template: getenv takes one text" },
    { text: '{{ cat "/etc/passwd" }}', message: 'template: function "cat" is not served: use getenv, js, html' },
    { text: "{{ constructor }}", message: 'template: function "constructor" is not served: use getenv, js, html' },
    { text: '{{ if "a" }}', message: 'template: function "if" is not served: use getenv, js, html' },
    { text: "{{", message: open },
    { text: "{{ getenv", message: open },
    { text: '{{ getenv "TOKEN }}', message: open },
    { text: "{{ getenv `TOKEN }}", message: open },
    { text: '{{ "a\nb" }}', message: open },
    { text: "{{ a }", message: open },
  ];
  for (const { text, message } of refusals) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))} and says where it stands`, () => {
      assert.deepEqual(expandTemplate(text, getenv), { kind: "error", error: { at: { line: 1, column: 1 }, message } });
      assert.deepEqual(expandTemplate(`{{ "x" }}\n\nab ${text}`, getenv), {
        kind: "error",
        error: { at: { line: 3, column: 4 }, message },
      });
    });
  }

  const KB = 100 * 1024;
  const long = [
    { when: "opening braces", text: "{{".repeat(KB / 2) },
    { when: "opening braces and blanks", text: "{{ ".repeat(KB / 3) },
    { when: "quotes", text: '"'.repeat(KB) },
    { when: "quotes in an action", text: `{{${'"'.repeat(KB)}` },
    { when: "quotes behind opening braces", text: '{{ "'.repeat(KB / 4) },
    { when: "texts in an action", text: `{{${'""'.repeat(KB / 2)}` },
    { when: "comments in an action", text: `{{${"/**/".repeat(KB / 4)}` },
    { when: "openings of comments", text: "{{/*".repeat(KB / 4) },
    { when: "braces in an action", text: `{{ a${"} ".repeat(KB / 2)}` },
    { when: "closing braces", text: "}}".repeat(KB / 2) },
    { when: "blanks in an action", text: `{{${" ".repeat(KB)}` },
    { when: "blanks before a trim marker", text: `{{ "a" }}${" ".repeat(KB)}{{- "b" }}` },
    { when: "pipes", text: `{{ "a"${" | js".repeat(KB / 5)} }}` },
    { when: "words", text: `{{ ${"a ".repeat(KB / 2)}}}` },
    { when: "actions", text: '{{ "a" }}'.repeat(KB / 9) },
    { when: "actions that trim", text: ' {{- "a" -}} '.repeat(KB / 13) },
  ];
  for (const { when, text } of long) {
    it(`decides about 100 KB of ${when} in less than a second`, () => {
      const started = performance.now();
      assert.match(expandTemplate(text, getenv).kind, /^(?:ok|error)$/);
      assert.ok(performance.now() - started < 1000);
    });
  }
});
