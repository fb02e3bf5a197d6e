import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const ROW = /^\|.*\| +\[[^\]]+\]\(\.\.\/(?<file>test\/[^)]+)\): (?<title>.+?) +\|$/;

describe("the table of what differs from adnanh/webhook", () => {
  const table = readFileSync(join(root, "docs/adnanh-webhook.md"), "utf8").split("## What differs")[1] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:what|-+) /.test(line));

  it("has rows", () => {
    assert.ok(rows.length > 30, String(rows.length));
  });

  for (const row of rows) {
    it(`names a test for${row.slice(1).split(" | ")[0] ?? ""}`, () => {
      const { file = "", title = "" } = ROW.exec(row)?.groups ?? {};
      assert.ok(existsSync(join(root, file)), file);
      assert.ok(readFileSync(join(root, file), "utf8").includes(title), `${file} has no test "${title}"`);
    });
  }
});
