import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { readParse, runParse } from "../../src/cli/parse-body.ts";
import { HOSTLESS_TYPES, REGISTRY_TYPES } from "../../src/core/event/dialects.ts";

const root = join(import.meta.dirname, "../..");

async function parse(line: string): Promise<readonly [output: string, exitCode: number]> {
  const command = readParse(line.split(" "));
  if (command.kind === "said") assert.fail(command.text);
  const { text, exitCode } = await runParse({ ...command, body: join(root, command.body) }, Readable.from([]));
  return [text, exitCode];
}

describe("docs/registries.md", () => {
  let page: string;
  before(async () => {
    page = await readFile(join(root, "docs/registries.md"), "utf8");
  });

  it("shows what imagehook parse prints", async () => {
    const shown = [...page.matchAll(/^```text\n\$ imagehook parse (.*)\n([^]*?)^```$/gm)];
    assert.equal(shown.length, 3);
    for (const [, line = "", output = ""] of shown)
      assert.deepEqual(await parse(line), [output, output.startsWith("✗") ? 1 : 0]);
  });

  it("has a command that runs", async () => {
    const [, line = ""] = /^```sh\nnpx node dist\/main\.js parse (.*)\n```$/m.exec(page) ?? [];
    const [output, exitCode] = await parse(line);
    assert.match(output, /^✓ push, read as custom /);
    assert.equal(exitCode, 0);
  });

  it("lists every registry type, and says which need a host and which are not told", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (yes|no) +\| (.*?) +\|/gm)];
    const where = (isSo: (told: string, host: string) => boolean): readonly string[] =>
      rows.flatMap(([, type = "", told = "", host = ""]) => (isSo(told, host) ? [type] : [])).sort();
    assert.deepEqual(
      where(() => true),
      [...REGISTRY_TYPES].sort(),
    );
    assert.deepEqual(
      where((_told, host) => host.endsWith("needed")),
      [...HOSTLESS_TYPES].sort(),
    );
    assert.deepEqual(
      where((told) => told === "no"),
      ["gitlab", "swr", "tcr"],
    );
  });
});
