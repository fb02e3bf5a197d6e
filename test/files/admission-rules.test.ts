import assert from "node:assert/strict";
import { mkdtemp, rename, rm, symlink, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRulesFiles, watchRulesFiles } from "../../src/files/admission-rules.ts";
import { createRulesStore } from "../../src/flow/admission/rules-store.ts";
import type { RulesText } from "../../src/flow/admission/rules-text.ts";
import { createFakeLog } from "../support/fake-log.ts";

const rule = (name: string): string => `images: [{name: ${name}, require-digest: true}]\n`;

describe("watchRulesFiles(path, onFiles), createRulesStore(log)", () => {
  let directory = "";
  const log = createFakeLog();
  let store = createRulesStore(log);
  const names = (): readonly string[] => store.rules().images.map(({ name }) => name);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "imagehook-rules-"));
    store = createRulesStore(log);
    log.clear();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("serve the files of a directory in their order, and nothing else that lies there", async () => {
    await writeFile(join(directory, "b.yml"), rule("second"));
    await writeFile(join(directory, "a.yaml"), rule("first"));
    for (const other of ["client-ca.crt", ".a.yaml", "c.txt"]) await writeFile(join(directory, other), "[");
    await watchRulesFiles(directory, store.adopt).look();
    assert.deepEqual(names(), ["first", "second"]);
    assert.equal(store.isSound(), true);
  });

  it("take up what the kubelet swaps, keep the last good rules of a broken file, and say its fault once", async () => {
    const lay = async (folder: string, text: string): Promise<void> => {
      await mkdir(join(directory, folder));
      await writeFile(join(directory, folder, "rules.yaml"), text);
      await symlink(folder, join(directory, "..next"));
      await rename(join(directory, "..next"), join(directory, "..data"));
    };
    await lay("..1", rule("first"));
    await symlink(join("..data", "rules.yaml"), join(directory, "rules.yaml"));
    const watch = watchRulesFiles(directory, store.adopt);
    await watch.look();
    assert.deepEqual(names(), ["first"]);
    await lay("..2", "images: [{name: second}]\n");
    await watch.look();
    assert.equal(store.isSound(), true, "a change counts when it was there for two looks");
    await watch.look();
    await watch.look();
    assert.deepEqual([names(), store.isSound()], [["first"], false]);
    assert.deepEqual(log.factsOf("rules file has a fault; its last good rules are served on"), [
      {
        file: join(directory, "rules.yaml"),
        line: 1,
        column: 17,
        rule: "second",
        reason: "name: the rule asks for nothing: set allow, forbid-tags or require-digest",
      },
    ]);
    await lay("..3", rule("third"));
    await watch.look();
    await watch.look();
    assert.deepEqual([names(), store.isSound()], [["third"], true]);
  });

  it("let go the rules of a file that is gone, and find none where there is no directory", async () => {
    const file = join(directory, "a.yaml");
    await writeFile(file, rule("first"));
    const watch = watchRulesFiles(directory, store.adopt);
    await watch.look();
    watch.start();
    await rm(file);
    for (let tries = 0; names().length > 0 && tries < 40; tries++) await sleep(100);
    await watch.stop();
    assert.deepEqual(names(), []);
    await watchRulesFiles(join(directory, "nothing"), store.adopt).look();
    assert.deepEqual([names(), store.isSound()], [[], true]);
  });

  it("serve on while the directory is away, say so once, and see what is in it when it is back", async () => {
    const [source, away] = [join(directory, "source"), join(directory, "away")];
    await mkdir(source);
    await writeFile(join(source, "a.yaml"), rule("first"));
    const watch = watchRulesFiles(source, store.adopt);
    await watch.look();
    await rename(source, away);
    for (let look = 0; look < 4; look++) await watch.look();
    assert.deepEqual([names(), store.isSound()], [["first"], false]);
    const reason = "cannot be read: ENOENT";
    assert.deepEqual(log.factsOf("rules file has a fault; none of its rules is served"), [
      { file: source, line: 1, column: 1, reason },
    ]);
    await writeFile(join(away, "a.yaml"), rule("second"));
    await rename(away, source);
    for (let look = 0; look < 2; look++) await watch.look();
    assert.deepEqual([names(), store.isSound()], [["second"], true]);
  });

  it("serve the other files while one is broken from the start, or is no file", async () => {
    await writeFile(join(directory, "a.yaml"), "images: [");
    await writeFile(join(directory, "b.yaml"), rule("second"));
    await mkdir(join(directory, "c.yaml"));
    await symlink("nowhere", join(directory, "d.yaml"));
    await watchRulesFiles(directory, store.adopt).look();
    assert.deepEqual([names(), store.isSound()], [["second"], false]);
    assert.deepEqual(
      log.factsOf("rules file has a fault; none of its rules is served").map(({ file, reason }) => [file, reason]),
      [
        [join(directory, "a.yaml"), "Flow sequence in block collection must be sufficiently indented and end with a ]"],
        [join(directory, "c.yaml"), "is no file"],
        [join(directory, "d.yaml"), "cannot be read: ENOENT"],
      ],
    );
  });

  it("bound the number and the size of files", async () => {
    const file = join(directory, "a.yaml");
    await writeFile(file, `${rule("a")}#${"x".repeat(1024 * 1024)}`);
    const read = await readRulesFiles(file);
    assert.deepEqual(read, [{ file, text: { kind: "error", error: "is larger than 1048576 bytes" } }]);
    store.adopt(read);
    assert.equal(store.isSound(), false);
    for (let index = 0; index < 100; index++) await writeFile(join(directory, `${String(index)}.yaml`), "");
    const tooMany = { kind: "error", error: "holds more than 100 rules files: join some of them" };
    assert.deepEqual(await readRulesFiles(directory), [{ file: directory, text: tooMany }]);
    const found: RulesText[] = [];
    await watchRulesFiles(directory, (files) => found.push(...files)).look();
    assert.deepEqual(found, [{ file: directory, text: tooMany }]);
  });

  it("say why a path cannot be read", async () => {
    const file = join(directory, "a.yaml");
    await writeFile(file, rule("a"));
    const read = await readRulesFiles(join(file, "b"));
    const text = { kind: "error", error: "cannot be read: ENOTDIR" };
    assert.deepEqual(read, [{ file: join(file, "b"), text }]);
  });
});
