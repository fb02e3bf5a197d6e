import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { indent, printYaml } from "../../../../src/core/hook/print-yaml.ts";

describe("printYaml(value)", () => {
  it("prints plain texts plainly, and everything else in double quotes on one line", () => {
    const long = "words ".repeat(40);
    assert.equal(
      printYaml({ workload: "deployment/website", host: "mail.example.com", on: "yes", count: 500, text: long, n: [] }),
      `workload: deployment/website\nhost: mail.example.com\n"on": "yes"\ncount: 500\ntext: "${long}"\n"n": []\n`,
    );
  });

  for (const text of [
    "0x1F",
    "0o17",
    "1e3",
    "1:30",
    "1_000",
    "~",
    "",
    "# no",
    "a: b",
    "- a",
    "Inf",
    "OFF",
    ".nan",
    "2019-03-13",
  ]) {
    it(`quotes ${JSON.stringify(text)}`, () => {
      assert.equal(printYaml([text]), `- ${JSON.stringify(text)}\n`);
    });
  }

  it("escapes what ends a line in YAML 1.1", () => {
    assert.equal(printYaml(["a\u2028b\u0085c\ufeff\n"]), '- "a\\u2028b\\u0085c\\ufeff\\n"\n');
  });

  it("repeats what is there twice, and puts no half of a surrogate pair into a document", () => {
    const twice = ["a"];
    assert.equal(printYaml([twice, twice, "\ud800"]), '- - a\n- - a\n- "\ufffd"\n');
  });

  it("is read back as it was, in both versions of YAML, indented or not", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text)), { noNullPrototype: true }), (value) => {
        for (const version of ["1.1", "1.2"] as const) {
          assert.deepEqual(parse(printYaml(value), { version }), value);
          assert.deepEqual(parse(`x:\n${indent(printYaml(value), 2)}`, { version }), { x: value });
        }
      }),
    );
  });
});

describe("indent(text, blanks)", () => {
  it("moves lines to the right, and leaves empty ones empty", () => {
    assert.equal(indent("a\n\n  b\n", 2), "  a\n\n    b\n");
  });
});
