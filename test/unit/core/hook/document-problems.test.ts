import assert from "node:assert/strict";
import { readDocument } from "../../../../src/core/hook/document.ts";

describe("readDocument(text) of a text that is none", () => {
  const problems = [
    {
      when: "a bracket that nothing opened, which is not quoted either",
      text: "- a\n- ]",
      at: { line: 2, column: 3 },
      message: 'Unexpected flow-seq-end token in YAML stream: "…"',
    },
    {
      when: "a list that is not closed",
      text: '[\n  {"id": "a"}\n',
      at: { line: 3, column: 1 },
      message: "Flow sequence must end with a ]",
    },
    {
      when: "a missing comma",
      text: '[\n  {"id": "a"\n   "b": 1}\n]',
      at: { line: 3, column: 4 },
      message: "Missing , between flow map items",
    },
    {
      when: "a text that is not closed",
      text: '- "abc\n',
      at: { line: 2, column: 1 },
      message: 'Missing closing "quote',
    },
    {
      when: "a map in a line",
      text: "- id: a\n- a: b: c",
      at: { line: 2, column: 6 },
      message: "Nested mappings are not allowed in compact mappings",
    },
    {
      when: "tabs in YAML",
      text: "a:\n\t- b",
      at: { line: 2, column: 1 },
      message: "Tabs are not allowed as indentation",
    },
    {
      when: "a reserved character",
      text: "a: 1\nb: @x",
      at: { line: 2, column: 4 },
      message: "Plain value cannot start with reserved character @",
    },
    {
      when: "an alias without an anchor",
      text: "- a\n- *b",
      at: { line: 2, column: 3 },
      message: "this alias names no anchor above it",
    },
    {
      when: "a directive without a document",
      text: "%TAG\n",
      at: { line: 1, column: 1 },
      message: "%TAG directive should contain exactly two parts",
    },
    {
      when: "a merge of a text",
      text: "- a: 1\n  <<: b",
      at: { line: 2, column: 7 },
      message: "<< takes a map, or a list of maps",
    },
    {
      when: "a merge of nothing",
      text: "- <<: ~",
      at: { line: 1, column: 7 },
      message: "<< takes a map, or a list of maps",
    },
    {
      when: "a merge of a text in a list",
      text: "- &a {a: 1}\n- <<: [*a, b]",
      at: { line: 2, column: 12 },
      message: "<< takes a map, or a list of maps",
    },
    {
      when: "a merge of an alias of a list",
      text: "- &a [{a: 1}]\n- <<: *a",
      at: { line: 2, column: 7 },
      message: "<< takes a map, or a list of maps",
    },
    {
      when: "a merge of an alias without an anchor",
      text: "- <<: *a",
      at: { line: 1, column: 7 },
      message: "this alias names no anchor above it",
    },
    {
      when: "a merge of itself",
      text: "- &a {b: 1, <<: *a}",
      at: { line: 1, column: 6 },
      message: "nested deeper than 50 levels",
    },
    {
      when: "a fault in what is merged",
      text: "- <<: {a: *b}",
      at: { line: 1, column: 11 },
      message: "this alias names no anchor above it",
    },
    {
      when: "an alias of itself",
      text: "- &a [*a]",
      at: { line: 1, column: 6 },
      message: "nested deeper than 50 levels",
    },
    {
      when: "an alias in a map",
      text: "a: &a\n  b: *a",
      at: { line: 2, column: 3 },
      message: "nested deeper than 50 levels",
    },
  ];
  for (const { when, text, at, message } of problems) {
    it(`says where there is ${when}`, () => {
      const document = readDocument(text);
      assert.ok(document.kind === "error", JSON.stringify(document));
      assert.deepEqual(document.error, { at, message });
    });
  }

  const secret = "s3cr3tt0ken";
  const leaky = [
    `- <<: ${secret}`,
    `- {<<: [${secret}]}`,
    `- "${secret}`,
    `- "\\${secret}"`,
    `- "\\U${secret}"`,
    `- "\\x${secret}"`,
    `- "\\u${secret}"`,
    `- |${secret}\n  a`,
    `- >${secret}\n  a`,
    `- !<${secret}`,
    `- !${secret}!x a`,
    `- !${secret}! a`,
    `- !!omap [${secret}: 1, ${secret}: 2]`,
    `- @${secret}`,
    `- %${secret}`,
    `- \`${secret}\``,
    `- *${secret}`,
    `- [${secret}`,
    `- {${secret}: [}`,
    `- ${secret}: ${secret}: ${secret}`,
    `- a\n${secret}\n`,
    `- {"a": "b" "${secret}"}`,
    `"${secret}" ${secret}`,
    `]${secret}`,
    `- ]"${secret}"`,
    `- '${secret}' '${secret}`,
    `%YAML ${secret}\n--- [`,
    `%${secret}\n--- [`,
    `${secret}: &a &${secret} x`,
    `- ${secret}\n  ${secret}: ${secret}\n ${secret}`,
    `${"x".repeat(1100)}${secret}: y`,
    `- !!set {${secret}: ${secret}}`,
    `- !!timestamp ${secret}]`,
  ];
  for (const text of leaky) {
    it(`quotes nothing of ${JSON.stringify(text).slice(0, 50)}`, () => {
      const document = readDocument(text);
      if (document.kind === "ok") return;
      assert.ok(!/s3cr|3tt0/.test(document.error.message), document.error.message);
      assert.ok(!document.error.message.includes("\n"));
    });
  }

  it("takes 50 levels and refuses 51", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    assert.equal(readDocument(nested(51)).kind, "ok");
    assert.deepEqual(readDocument(nested(52)), {
      kind: "error",
      error: { at: { line: 1, column: 52 }, message: "nested deeper than 50 levels" },
    });
  });

  it("takes 200 aliases and refuses 201", () => {
    const aliases = (count: number): string => `- &a x\n${"- *a\n".repeat(count)}`;
    assert.equal(readDocument(aliases(200)).kind, "ok");
    assert.deepEqual(readDocument(aliases(201)), {
      kind: "error",
      error: { at: { line: 202, column: 3 }, message: "more than 200 aliases" },
    });
  });

  describe("that is a bomb", () => {
    // Mocha records whole stacks, which the parser's thousand errors would pay for; a service records ten frames.
    const { stackTraceLimit } = Error;
    before(() => {
      Error.stackTraceLimit = 10;
    });
    after(() => {
      Error.stackTraceLimit = stackTraceLimit;
    });

    const bombs = [
      {
        when: "aliases of aliases",
        text: Array.from(
          { length: 30 },
          (_, n) => `- &a${String(n)} [${`*a${String(n - 1)},`.repeat(n === 0 ? 0 : 10)}]`,
        ).join("\n"),
      },
      {
        when: "merges of merges",
        text: Array.from(
          { length: 30 },
          (_, n) => `- &a${String(n)} {<<: [${`*a${String(n - 1)},`.repeat(n === 0 ? 0 : 10)}]}`,
        ).join("\n"),
      },
      { when: "brackets", text: "[".repeat(20_000) },
      { when: "dashes", text: "- ".repeat(10_000) },
      { when: "maps", text: "{a: ".repeat(10_000) },
      { when: "maps in maps as keys", text: "? ".repeat(10_000) },
    ];
    for (const { when, text } of bombs) {
      it(`refuses ${when} in less than two seconds`, () => {
        const started = performance.now();
        assert.equal(readDocument(text).kind, "error");
        assert.ok(performance.now() - started < 2000);
      });
    }
  });
});
