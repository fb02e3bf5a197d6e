import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readConvert, runConvert } from "../../src/cli/convert.ts";
import type { Said } from "../../src/cli/read-words.ts";
import { readUrl, runUrl } from "../../src/cli/url.ts";

const getenv = (): undefined => undefined;

function run([name, ...argv]: readonly string[]): Said | Promise<Said> {
  if (name === "convert") {
    const command = readConvert(argv);
    return command.kind === "said" ? command : runConvert(command, getenv);
  }
  const command = readUrl(argv);
  return command.kind === "said" ? command : runUrl(command, getenv);
}

describe("docs/moving.md", () => {
  it("shows what the commands print", async () => {
    const text = await readFile(join(import.meta.dirname, "../../docs/moving.md"), "utf8");
    const shown = [...text.matchAll(/^```text\n\$ imagehook (.*)\n([^]*?)^```$/gm)];
    assert.deepEqual(
      shown.map(([, line = ""]) => line.split(" ")[0]),
      ["convert", "url"],
    );
    for (const [, line = "", output = ""] of shown) {
      const said = await run(line.split(" "));
      assert.deepEqual([said.text, said.exitCode], [output, 0]);
    }
  });
});
