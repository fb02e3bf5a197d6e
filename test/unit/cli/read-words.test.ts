import assert from "node:assert/strict";
import { Command as Program } from "commander";
import { readWords } from "../../../src/cli/read-words.ts";

describe("readWords(program, words)", () => {
  it("says nothing where the words are right", () => {
    assert.equal(readWords(new Program().option("--a <b>"), ["--a", "b"]), null);
  });

  it("throws what is no fault of the command line", () => {
    const program = new Program().option("--a <b>", "", () => {
      throw new TypeError("broken");
    });
    assert.throws(() => readWords(program, ["--a", "b"]), { name: "TypeError", message: "broken" });
  });
});
