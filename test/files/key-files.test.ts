import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyFiles } from "../../src/files/key-files.ts";

describe("keyFiles.read(path)", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-keys-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("reads what the file holds now", async () => {
    const path = join(folder, "cosign.pub");
    for (const text of ["one", "two"]) {
      await writeFile(path, text);
      assert.deepEqual(await keyFiles.read(path), { kind: "ok", value: text });
    }
  });

  it("says why it cannot", async () => {
    const path = join(folder, "none");
    assert.deepEqual(await keyFiles.read(path), { kind: "error", error: `${path} cannot be read: ENOENT` });
    const large = join(folder, "large");
    await writeFile(large, "x".repeat(70_000));
    assert.deepEqual(await keyFiles.read(large), { kind: "error", error: `${large} is too large for a file of keys` });
  });
});
