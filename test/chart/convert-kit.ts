import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readConvert, runConvert } from "../../src/cli/convert.ts";

/** Converts hooks into a new folder, as a person would. */
export async function convert(folder: string, hooks: readonly unknown[]): Promise<void> {
  await mkdir(folder);
  const file = join(folder, "hooks.json");
  await writeFile(file, JSON.stringify(hooks));
  const command = readConvert(["--template", "--output-dir", folder, file]);
  assert.ok(command.kind === "convert");
  const { exitCode, text } = await runConvert(command, () => undefined);
  assert.equal(exitCode, 0, text);
}
