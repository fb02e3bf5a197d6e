import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { readConvert, runConvert } from "../../src/cli/convert.ts";
import type { Said } from "../../src/cli/read-words.ts";
import { SEED_VALUES, seedHook } from "../unit/core/hook/hooks-files.ts";

const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> => {
  const command = readConvert(argv);
  return command.kind === "said" ? Promise.resolve(command) : runConvert(command, (name) => env[name]);
};

describe("imagehook convert FILE…", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-convert-"));
    file = join(folder, "hooks.json");
    await writeFile(file, JSON.stringify([seedHook(), seedHook({ id: "a/b" })]));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const out = (): string => join(folder, "out");

  it("prints values, Secret and ConfigMap as one stream of YAML", async () => {
    const { text, exitCode } = await run([file, "--secret-name", "mine"]);
    assert.equal(exitCode, 0);
    const documents = parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
    assert.deepEqual(
      documents.map(({ kind, metadata }) => [kind, metadata]),
      [
        [undefined, undefined],
        ["Secret", { name: "mine" }],
        ["ConfigMap", { name: "registry-hooks" }],
      ],
    );
  });

  it("writes files that only their owner reads, and says which", async () => {
    const { text, exitCode } = await run([file, "--output-dir", out()]);
    const names = ["values.yaml", "secret.yaml", "configmap.yaml"];
    assert.deepEqual([exitCode, text], [0, names.map((name) => `${join(out(), name)}\n`).join("")]);
    for (const name of names) assert.equal((await stat(join(out(), name))).mode & 0o777, 0o600, name);
  });

  it("writes none of its files over another, but with --force", async () => {
    await run([file, "--output-dir", out()]);
    await rm(join(out(), "values.yaml"));
    await writeFile(join(out(), "secret.yaml"), "mine");
    await chmod(join(out(), "secret.yaml"), 0o644);
    const refused = await run([file, "--output-dir", out()]);
    assert.deepEqual(
      [refused.exitCode, refused.text],
      [1, `${join(out(), "secret.yaml")} exists: give --force to overwrite it, or another directory\n`],
    );
    assert.deepEqual((await readdir(out())).sort(), ["configmap.yaml", "secret.yaml"]);
    assert.equal(await readFile(join(out(), "secret.yaml"), "utf8"), "mine");
    assert.equal((await run([file, "--output-dir", out(), "--force"])).exitCode, 0);
    assert.match(await readFile(join(out(), "secret.yaml"), "utf8"), /kind: Secret/);
    assert.equal((await stat(join(out(), "secret.yaml"))).mode & 0o777, 0o600);
  });

  it("says why it cannot write", async () => {
    const { text, exitCode } = await run([file, "--output-dir", join(file, "under")]);
    assert.deepEqual([exitCode, text], [1, `the files cannot be written to ${join(file, "under")}: ENOTDIR\n`]);
  });

  it("exits with 1 and names the hooks that cannot be served, converting the others", async () => {
    await writeFile(file, JSON.stringify([seedHook(), seedHook({ id: "bad", token: "" })]));
    const printed = await run([file]);
    assert.equal(printed.exitCode, 1);
    assert.match(
      printed.text,
      /cnrancher_website:[^]*# Not carried over[^]*: error: bad: trigger-rule: a match has an empty value/,
    );
    const written = await run([file, "--output-dir", out()]);
    assert.equal(written.exitCode, 1);
    assert.match(written.text, /secret\.yaml\n.*: error: bad: /);
  });

  it("wants --template for templates, and expands them with it", async () => {
    await writeFile(file, JSON.stringify([seedHook({ token: "{{ getenv `HOOK_TOKEN` }}" })]));
    const plain = await run([file], { HOOK_TOKEN: SEED_VALUES.token });
    assert.equal(plain.exitCode, 1);
    assert.match(plain.text, /^\S+hooks\.json:1:\d+: error: holds a template \(\{\{ … \}\}\): give --template/);
    const expanded = await run(["--template", file], { HOOK_TOKEN: SEED_VALUES.token });
    assert.equal(expanded.exitCode, 0);
    assert.match(expanded.text, /stringData:\n {2}cnrancher_website: "0123456789abcdef"\n/);
    const unset = await run(["--template", file]);
    assert.equal(unset.exitCode, 1);
    assert.match(unset.text, /# Of the templates:\n# .*getenv "HOOK_TOKEN": the variable is not set/);
    const written = await run(["--template", file, "--output-dir", out()]);
    assert.match(written.text, /getenv "HOOK_TOKEN": the variable is not set.*\n.*a match has an empty value/);
    assert.match(unset.text, /# .*a match has an empty value \(a variable that is not set\?\)/);
  });

  it("names every file that cannot be read", async () => {
    const { text, exitCode } = await run([file, join(folder, "no.json"), join(folder, "nor.json")]);
    assert.equal(exitCode, 1);
    assert.match(text, /no\.json:1:1: error: the file cannot be read: ENOENT\n.*nor\.json:1:1: error: .*ENOENT\n$/);
  });

  it("exits with 2 when the command line is wrong, and with 0 when asked for help", async () => {
    assert.equal((await run([])).exitCode, 2);
    const help = await run(["--help"]);
    assert.equal(help.exitCode, 0);
    assert.match(help.text, /Usage: imagehook convert \[options\] <file\.\.\.>/);
  });
});
