import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readHooks } from "../../src/core/hook/read-hooks.ts";

const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

// A block shows hooks, or a piece of one: what stands around that is the same everywhere.
function asHooks(block: string): string {
  if (/^- id:/m.test(block)) return block;
  const upgrade = block.startsWith("image-upgrade:")
    ? indent(block, 2)
    : `  image-upgrade:\n    namespace: web\n    workload: deployment/website\n    container: web\n${indent(block, 4)}`;
  const parameter = "{source: url, name: token}";
  return `- id: website\n  trigger-rule: {match: {type: value, value: 0123456789abcdef-x, parameter: ${parameter}}}\n${upgrade}`;
}

describe("docs/hooks.md", () => {
  it("shows settings that are read without a word", async () => {
    const text = await readFile(join(import.meta.dirname, "../../docs/hooks.md"), "utf8");
    const blocks = [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].flatMap(([, block]) => block ?? []);
    assert.ok(blocks.length >= 6, String(blocks.length));
    for (const block of blocks) {
      const read = readHooks(asHooks(block), "hooks.yaml");
      assert.ok(read.kind === "ok" && read.value.kind === "hooks", block);
      assert.ok(read.value.hooks.length > 0, block);
      for (const { hook, issues } of read.value.hooks) assert.deepEqual([hook?.kind, issues], ["upgrade", []], block);
    }
  });
});
