import assert from "node:assert/strict";
import fc from "fast-check";
import { readGoFlags, type FlagKind } from "../../../src/cli/go-flags.ts";

const KINDS: Readonly<Record<string, FlagKind>> = { port: "value", verbose: "boolean", "x-request-id": "boolean" };
const kindOf = (name: string): FlagKind | undefined => (Object.hasOwn(KINDS, name) ? KINDS[name] : undefined);

describe("readGoFlags(argv, kindOf)", () => {
  const cases: readonly { readonly argv: readonly string[]; readonly words: readonly string[] }[] = [
    { argv: [], words: [] },
    { argv: ["-port=9000"], words: ["--port=9000"] },
    { argv: ["-port", "9000"], words: ["--port=9000"] },
    { argv: ["--port", "9000"], words: ["--port=9000"] },
    { argv: ["--port=9000"], words: ["--port=9000"] },
    { argv: ["-port="], words: ["--port="] },
    { argv: ["-port", ""], words: ["--port="] },
    { argv: ["-port=a=b\nc"], words: ["--port=a=b\nc"] },
    { argv: ["-port", "-verbose"], words: ["--port=-verbose"] },
    { argv: ["-port"], words: ["--port"] },
    { argv: ["-verbose"], words: ["--verbose=true"] },
    { argv: ["--verbose=false"], words: ["--verbose=false"] },
    { argv: ["-verbose="], words: ["--verbose="] },
    { argv: ["-verbose", "false"], words: ["--verbose=true", "--", "false"] },
    { argv: ["-x-request-id", "-port", "1"], words: ["--x-request-id=true", "--port=1"] },
    { argv: ["-verbose", "--", "-port", "1"], words: ["--verbose=true", "--", "-port", "1"] },
    { argv: ["word", "-port", "1"], words: ["--", "word", "-port", "1"] },
    { argv: ["-"], words: ["--", "-"] },
    { argv: ["---port"], words: ["--", "---port"] },
    { argv: ["-=1"], words: ["--", "-=1"] },
    { argv: [""], words: ["--", ""] },
    { argv: ["-prot", "1"], words: ["--prot", "--", "1"] },
    { argv: ["-prot=secret", "-verbose"], words: ["--prot", "--verbose=true"] },
    { argv: ["-h"], words: ["-h"] },
    { argv: ["-help"], words: ["--help"] },
    { argv: ["-__proto__"], words: ["--__proto__"] },
  ];
  for (const { argv, words } of cases) {
    it(`turns ${JSON.stringify(argv)} into ${JSON.stringify(words)}`, () => {
      assert.deepEqual(readGoFlags(argv, kindOf), words);
    });
  }

  it("means the same however a value is given", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        const joined = values.map((value) => `-port=${value}`);
        const apart = values.flatMap((value) => ["--port", value]);
        const expected = values.map((value) => `--port=${value}`);
        assert.deepEqual(readGoFlags(joined, kindOf), expected);
        assert.deepEqual(readGoFlags(apart, kindOf), expected);
      }),
    );
  });
});
