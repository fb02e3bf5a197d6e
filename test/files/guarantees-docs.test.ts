import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

describe("docs/guarantees.md", () => {
  it("names tests that are there, at least one for each promise", async () => {
    const text = await readFile(join(root, "docs/guarantees.md"), "utf8");
    const rows = text.split("\n").filter((line) => /^\| +\d+ +\|/.test(line));
    assert.equal(rows.length, 13);
    for (const row of rows) {
      const files = [...row.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file = ""]) => file);
      assert.ok(files.length > 0, row);
      for (const file of files) assert.ok((await stat(join(root, file))).isFile(), file);
    }
  });
});
