import assert from "node:assert/strict";
import { splitWords } from "../../../src/cli/words.ts";

describe("splitWords(text)", () => {
  const cases: readonly { readonly text: string; readonly words: readonly string[] }[] = [
    { text: "", words: [] },
    { text: " \t\n", words: [] },
    { text: "-verbose  -template\n-port 9000", words: ["-verbose", "-template", "-port", "9000"] },
    { text: "-header 'X-A=b c'", words: ["-header", "X-A=b c"] },
    { text: '-header "X-A=it\'s; $5 | #1"'.replace("$", "\\$"), words: ["-header", "X-A=it's; $5 | #1"] },
    { text: "-header 'X-A=$HOME; #1 & <b>'", words: ["-header", "X-A=$HOME; #1 & <b>"] },
    { text: "-header=X-A='b c'\"d e\"", words: ["-header=X-A=b cd e"] },
    { text: "a\\ b", words: ["a b"] },
    { text: "-urlprefix '' -urlprefix=\"\"", words: ["-urlprefix", "", "-urlprefix="] },
    { text: "-header Access-Control-Allow-Origin=*", words: ["-header", "Access-Control-Allow-Origin=*"] },
    { text: "-hooks /etc/*.json -hooks ~/?.yaml", words: ["-hooks", "/etc/*.json", "-hooks", "~/?.yaml"] },
    { text: "-cert {a,b} !x %y ^z", words: ["-cert", "{a,b}", "!x", "%y", "^z"] },
  ];
  for (const { text, words } of cases) {
    it(`splits ${JSON.stringify(text)}`, () => {
      assert.deepEqual(splitWords(text), { kind: "ok", value: words });
    });
  }

  const shells = [
    "a $B",
    'a "$B"',
    "a ${B}",
    "a ${B",
    "a$",
    "$$",
    "a;b",
    "a | b",
    "a && b",
    "a > b",
    "a(b)",
    "a #b",
    "a#b",
  ];
  for (const text of shells) {
    it(`refuses ${JSON.stringify(text)}, since no shell reads it`, () => {
      const words = splitWords(text);
      assert.ok(words.kind === "error");
      assert.match(words.error, /^no shell reads it: .* single quotes$/);
    });
  }

  for (const text of ["'", '"', "-header 'X-A=b", '-header "X-A=b c', 'a "b\\"', "a\\"]) {
    it(`refuses ${JSON.stringify(text)}, which does not end`, () => {
      assert.deepEqual(splitWords(text), {
        kind: "error",
        error: "a quote is not closed, or a backslash stands at the end",
      });
    });
  }
});
