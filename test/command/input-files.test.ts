import assert from "node:assert/strict";
import { access, mkdtemp, readdir, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Invocation } from "../../src/core/hook/invocation.ts";
import { createCommandKit, printed, type CommandKit } from "./command-kit.ts";

const file = (variable: string, content: string | Buffer): Invocation["files"][number] => ({
  variable,
  content: Buffer.from(content),
});

describe("writeInputFiles(invocation, ownFolder)", () => {
  let kit: CommandKit;
  let folder: string;
  beforeEach(async () => {
    kit = createCommandKit();
    folder = await realpath(await mkdtemp(join(tmpdir(), "imagehook-files-")));
  });
  afterEach(async () => {
    await kit.runner.close();
    await rm(folder, { recursive: true });
  });

  it("gives each variable a file of its own that only the command can read, and removes it", async () => {
    const files = [file("HOOK_A", "one"), file("F", "two"), file("F2", "")];
    const script = `echo "$HOOK_A"; echo "$F"; stat -c %a "$F" "$F2"; cat "$F" "$F2"`;
    const [first = "", second = "", ...rest] = printed(await kit.shell(script, { files })).split("\n");
    assert.deepEqual(rest, ["600", "600", "two"]);
    for (const path of [first, second]) await assert.rejects(access(path), { code: "ENOENT" });
    assert.notEqual(first, second);
    assert.equal((await stat(dirname(first))).mode & 0o777, 0o700);
  });

  it("writes bytes as they are", async () => {
    const content = Buffer.from([0, 255, 10, 13]);
    const ending = await kit.shell('cat "$F"', { files: [file("F", content)] });
    assert.deepEqual("output" in ending && ending.output, content);
  });

  it("writes into the hook's directory where it sets one", async () => {
    const over = { path: "/bin/sh", directory: folder, files: [file("F", "x")] };
    const path =
      printed(await kit.shell('ls; printf %s "$F"', over))
        .split("\n")
        .at(-1) ?? "";
    assert.equal(dirname(path), folder);
    assert.deepEqual(await readdir(folder), []);
  });

  const failures: Readonly<Record<string, Partial<Invocation>>> = {
    "ends with 1": { arguments: ["-c", "exit 1"] },
    "is killed": { arguments: ["-c", "kill -KILL $$"] },
    "is not started": { arguments: ["\0"] },
    "has an argument that is too long": { arguments: ["x".repeat(200_000)] },
    "is late": { arguments: ["-c", "sleep 9"], timeoutMs: 50 },
  };
  for (const [what, over] of Object.entries(failures)) {
    it(`removes the files of a command that ${what}`, async () => {
      await kit.run({ path: "/bin/sh", directory: folder, files: [file("F", "x"), file("G", "y")], ...over });
      assert.deepEqual(await readdir(folder), []);
      assert.deepEqual(kit.log.lines, []);
    });
  }

  it("does not mind a file that the command removed itself", async () => {
    assert.equal(printed(await kit.shell('rm "$F"', { files: [file("F", "x")] })), "");
    assert.deepEqual(kit.log.lines, []);
  });

  it("says that a file stays which cannot be removed", async () => {
    await kit.shell('rm "$F"; mkdir "$F"', { path: "/bin/sh", directory: folder, files: [file("F", "x")] });
    assert.deepEqual(kit.log.lines, [
      { level: "warn", message: "a file of a command stays", facts: { command: "/bin/sh", reason: "ERR_FS_EISDIR" } },
    ]);
  });

  const unwritable: Readonly<Record<string, { readonly over: Partial<Invocation>; readonly reason: RegExp }>> = {
    "a directory that takes none": {
      over: { directory: "/proc" },
      reason: /^the file of F cannot be written: E[A-Z]+$/,
    },
    "a slash in the variable": {
      over: { files: [file("F", "x"), file("../F", "y")] },
      reason: /^the file of \.\.\/F cannot be written: a slash in its name$/,
    },
    "a variable that is too long": {
      over: { files: [file("F".repeat(300), "x")] },
      reason: /^the file of F{300} cannot be written: ENAMETOOLONG$/,
    },
    "a NUL byte in the variable": {
      over: { files: [file("F\0", "x")] },
      reason: /^the file of F\0 cannot be written: ERR_INVALID_ARG_VALUE$/,
    },
  };
  for (const [what, { over, reason }] of Object.entries(unwritable)) {
    it(`runs the command without the file when there is ${what}, and says so`, async () => {
      const ending = await kit.shell("env | grep -c '^F*='", { path: "/bin/sh", files: [file("F", "x")], ...over });
      const hasOther = over.files?.length === 2;
      assert.equal("output" in ending && ending.output.toString(), hasOther ? "1\n" : "0\n");
      assert.equal(kit.log.lines.length, 1);
      assert.equal(kit.log.lines[0]?.message, "command runs without a file");
      assert.match(String(kit.log.lines[0].facts["reason"]), reason);
    });
  }

  it("removes the folder of its own when the runner is closed, and makes none without need", async () => {
    const path = printed(await kit.shell('printf %s "$F"', { files: [file("F", "x")] }));
    await access(dirname(path));
    await kit.runner.close();
    await assert.rejects(access(dirname(path)), { code: "ENOENT" });
    await createCommandKit().runner.close();
  });
});
