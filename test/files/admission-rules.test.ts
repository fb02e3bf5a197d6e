import assert from "node:assert/strict";
import { mkdtemp, rename, rm, symlink, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRulesFiles, watchRulesFiles } from "../../src/files/admission-rules.ts";
import { createRulesStore, type RulesText } from "../../src/flow/admission/rules-store.ts";
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
    assert.deepEqual(names(), ["first"], "a change counts when it was there for two looks");
    await watch.look();
    await watch.look();
    assert.deepEqual([names(), store.isSound()], [["first"], false]);
    const [fault, ...more] = log.factsOf("rules file has a fault; its last good rules are served on");
    assert.match(String(fault?.["fault"]), /rules\.yaml:1:17: error: second: name: the rule asks for nothing/);
    assert.deepEqual(more, []);
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
    assert.deepEqual(await readRulesFiles(join(directory, "nothing")), { kind: "ok", value: [] });
  });

  it("bound the number and the size of files", async () => {
    const file = join(directory, "a.yaml");
    await writeFile(file, `${rule("a")}#${"x".repeat(1024 * 1024)}`);
    const read = await readRulesFiles(file);
    const problem = `${file}: is larger than 1048576 bytes`;
    assert.deepEqual(read, { kind: "ok", value: [{ file, text: { kind: "error", error: problem } }] });
    store.adopt(read.kind === "ok" ? read.value : []);
    assert.equal(store.isSound(), false);
    for (let index = 0; index < 100; index++) await writeFile(join(directory, `${String(index)}.yaml`), "");
    const tooMany = { kind: "error", error: `${directory}: holds more than 100 rules files` };
    assert.deepEqual(await readRulesFiles(directory), tooMany);
    const found: RulesText[] = [];
    await watchRulesFiles(directory, (files) => found.push(...files)).look();
    assert.deepEqual(found, [{ file: directory, text: tooMany }]);
  });

  it("say why a path cannot be read", async () => {
    const file = join(directory, "a.yaml");
    await writeFile(file, rule("a"));
    const read = await readRulesFiles(join(file, "b"));
    assert.deepEqual(read, { kind: "error", error: `${join(file, "b")}: cannot be read: ENOTDIR` });
  });
});
