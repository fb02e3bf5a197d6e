import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const root = join(import.meta.dirname, "../..");

async function imagehook(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, "src/main.ts"), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  const ended = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

describe("imagehook check PATH…", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-check-"));
    await writeFile(join(folder, "broken.yaml"), "- id: x\n  execute-command: /bin/true\n");
    await writeFile(join(folder, "ignored.txt"), "- id: [");
  });
  after(() => rm(folder, { recursive: true }));

  it("finds nothing in the examples, and exits with 0", async () => {
    assert.deepEqual(await imagehook(["check", "examples/hooks.json"]), {
      code: 0,
      out: "2 hooks would be served; 0 errors, 0 warnings\n",
      err: "",
    });
  });

  it("names file, line and column of what is wrong in a directory, and exits with 1", async () => {
    const { code, out } = await imagehook(["check", folder]);
    assert.equal(code, 1);
    assert.match(
      out,
      /broken\.yaml:2:20: error: x: execute-command: "\/bin\/true" is not run, because commands are switched off: /,
    );
    assert.match(out, /\n0 hooks would be served; \d errors, 1 warnings\n$/);
    assert.equal(out.includes("ignored.txt"), false);
  });

  it("prints JSON for programs", async () => {
    const { code, out } = await imagehook(["check", "--json", folder, join(folder, "nowhere.json")]);
    const findings = JSON.parse(out) as readonly { file: string; line: number; message: string }[];
    assert.equal(code, 1);
    assert.equal(findings.at(-1)?.message, "the file cannot be read: ENOENT");
    assert.ok(findings.every(({ file, line }) => file !== "" && line >= 1));
  });

  it("expands templates where it is told to", async () => {
    const file = join(folder, "template.json");
    const hooks = await readFile(join(root, "examples/hooks.json"), "utf8");
    await writeFile(file, hooks.replace('"3f9c1d7a5b2e48c6"', '"{{ getenv `HOOK_TOKEN` }}"'));
    const set = await imagehook(["check", "--template", file], { HOOK_TOKEN: "3f9c1d7a5b2e48c6" });
    const unset = await imagehook(["check", "--template", file], { HOOK_TOKEN: "" });
    await rm(file);
    assert.deepEqual([set.code, unset.code], [0, 1], set.out + unset.out);
    assert.match(unset.out, /cnrancher_website: trigger-rule: a match has an empty value/);
  });

  it("exits with 2 and says why when the command line is wrong", async () => {
    const { code, err } = await imagehook(["chek", folder]);
    assert.equal(code, 2);
    assert.match(err, /chek|too many arguments/);
  });
});
