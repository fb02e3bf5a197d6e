import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readRules } from "../../src/core/admission/rules/read-rules.ts";
import { printFinding } from "../../src/core/hook/check.ts";

describe("docs/admission-rules.md", () => {
  it("shows rules that are read without a word", async () => {
    const text = await readFile(join(import.meta.dirname, "../../docs/admission-rules.md"), "utf8");
    const blocks = [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].flatMap(([, block]) => block ?? []);
    assert.equal(blocks.length, 4);
    for (const block of blocks) {
      const read = readRules("docs", block);
      assert.ok(read.kind === "ok", read.kind === "error" ? read.error.map(printFinding).join("\n") : "");
      assert.ok([...read.value.images, ...read.value.defaults, ...read.value.fields].length > 0, block);
    }
  });
});
