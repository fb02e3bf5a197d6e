import assert from "node:assert/strict";
import fc from "fast-check";
import { expand, textOf } from "./expansion.ts";

const KB = 100 * 1024;
const MS = 1_000;

// Doubles a text 21 times: 4 MiB.
const double = '{{ $x := "ab" }}{{ range 21 }}{{ $x = print $x $x }}{{ end }}';

describe("expandTemplate(text, environment): bounds", () => {
  const refusals = [
    {
      when: "parentheses that are deep",
      text: `{{ ${"(".repeat(200)}1${")".repeat(200)} }}`,
      message: /deeper than 100/,
    },
    { when: "actions that are deep", text: "{{ if 1 }}".repeat(5_000), message: /deeper than 100/ },
    {
      when: "a template that uses itself",
      text: '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
      message: /deeper than 300.*use itself/,
    },
    { when: "a file that uses itself", text: 'x{{ template "hooks" }}', message: /deeper than 300/ },
    { when: "a range that runs long", text: "{{ range 9000000000000000000 }}{{ end }}", message: /too much work/ },
    {
      when: "ranges in ranges",
      text: `${"{{ range 90 }}".repeat(50)}${"{{ end }}".repeat(50)}`,
      message: /too much work/,
    },
    {
      when: "an output that is large",
      text: '{{ range 100000 }}{{ printf "%1000d" 1 }}{{ end }}',
      message: /larger than 8388608 bytes/,
    },
    {
      when: "texts that grow",
      text: `${double}{{ range 10 }}{{ $x = print $x $x }}{{ end }}`,
      message: /too much work/,
    },
    {
      when: "texts that are escaped often",
      text: `${double}{{ range 1000 }}{{ $y := js $x }}{{ end }}`,
      message: /too much work/,
    },
    {
      when: "a printf of many widths",
      text: `{{ printf "${"%[1]*[1]d".repeat(KB / 8)}" 1000000 }}`,
      message: /larger than 8388608/,
    },
    { when: "many variables", text: "{{ $x := 1 }}".repeat(3_000), message: /more than 2000 variables/ },
    {
      when: "a variable that is far",
      text: `${"{{ $x := 1 }}".repeat(1_900)}{{ range 90000 }}{{ $ }}{{ end }}`,
      message: /too much work/,
    },
    { when: "many files", text: '{{ range 20000 }}{{ cat "/a" }}{{ end }}', message: /more often than 10000 times/ },
    { when: "many words", text: `{{ print${" 1".repeat(300_000)} }}`, message: /longer than 200000 words/ },
    { when: "a number of many digits", text: `{{ ${"9".repeat(KB)} }}`, message: /a number is written as in Go/ },
  ];
  for (const { when, text, message } of refusals) {
    it(`refuses ${when} within a few seconds`, () => {
      const started = performance.now();
      const expanded = expand(text);
      assert.ok(performance.now() - started < 5 * MS);
      if (expanded.kind === "ok") assert.fail(`made ${String(expanded.value.text.length)} characters`);
      assert.match(expanded.error.message, message);
    });
  }

  const long = [
    { when: "opening braces", text: "{{".repeat(KB / 2) },
    { when: "opening braces and blanks", text: "{{ ".repeat(KB / 3) },
    { when: "quotes in an action", text: `{{${'"'.repeat(KB)}` },
    { when: "quotes behind opening braces", text: '{{ "'.repeat(KB / 4) },
    { when: "texts in an action", text: `{{${'""'.repeat(KB / 2)}` },
    { when: "comments in an action", text: `{{${"/**/".repeat(KB / 4)}` },
    { when: "openings of comments", text: "{{/*".repeat(KB / 4) },
    { when: "comments", text: "{{/* a */}}".repeat(KB / 11) },
    { when: "braces in an action", text: `{{ a${"} ".repeat(KB / 2)}` },
    { when: "closing braces", text: `{{ 1 }}${"}}".repeat(KB / 2)}` },
    { when: "blanks in an action", text: `{{${" ".repeat(KB)}` },
    { when: "blanks before a trim marker", text: `{{ "a" }}${" ".repeat(KB)}{{- "b" }}` },
    { when: "blanks before a brace", text: `{{ 1${" ".repeat(KB)}- }}` },
    { when: "pipes", text: `{{ "a"${" | js".repeat(KB / 5)} }}` },
    { when: "words", text: `{{ ${"a ".repeat(KB / 2)}}}` },
    { when: "digits", text: `{{ ${"1_".repeat(KB / 2)} }}` },
    { when: "escapes", text: `{{ "${"\\x41".repeat(KB / 4)}" }}` },
    { when: "brackets in a format", text: `{{ printf "${"%[".repeat(KB / 2)}" }}` },
    { when: "actions", text: '{{ "a" }}'.repeat(KB / 9) },
    { when: "actions that trim", text: ' {{- "a" -}} '.repeat(KB / 13) },
    { when: "variables", text: "{{ $x := 1 }}".repeat(KB / 13) },
    { when: "conditions", text: `{{ if 0 }}${"{{ else if 0 }}".repeat(KB / 15)}{{ end }}` },
    { when: "definitions", text: '{{ define "a" }}{{ end }}'.repeat(KB / 25) },
  ];
  for (const { when, text } of long) {
    it(`decides about 100 KB of ${when} in less than a second`, () => {
      const started = performance.now();
      assert.match(expand(text).kind, /^(?:ok|error)$/);
      assert.ok(performance.now() - started < MS);
    });
  }

  it("leaves any text without an action as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("{{"));
        assert.equal(textOf(text), text);
      }),
    );
  });

  it("leaves any text around an action as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, after) => {
        fc.pre(!`${before}x${after}`.includes("{{") && !before.endsWith("{"));
        assert.equal(textOf(`${before}{{ 1 }}${after}`), `${before}1${after}`);
      }),
    );
  });

  it("escapes any value so that JSON gives it back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const text = textOf('"{{ getenv "V" | js }}"', { variables: { V: value } }) ?? "";
        assert.equal(JSON.parse(text.replaceAll("\\'", "'")), value);
      }),
    );
  });

  const pieces =
    '{{,}}, ,- , -,",`,a,1,$x,:=,=,|,(,),.x,.,if ,end,else ,range ,with ,print ,/*,*/,\',\\,\n,define ,template ,"t",nil,true,+,0x,1.,é';
  it("ends for any mixture of its words, in bounded time and without an exception", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces.split(",")), { maxLength: 60 }), (words) => {
        const started = performance.now();
        assert.match(expand(`{{${words.join("")}}}`).kind, /^(?:ok|error)$/);
        assert.ok(performance.now() - started < MS);
      }),
      { numRuns: 1_000 },
    );
  });
});
