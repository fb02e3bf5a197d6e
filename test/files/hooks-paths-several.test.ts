import assert from "node:assert/strict";
import { appendFile, mkdir, rename, rm, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layOut } from "../../scripts/pod/volume.ts";
import { defaultHooksPaths } from "../../src/files/default-hooks.ts";
import { hookText, watchPaths, type HooksKit } from "./hooks-kit.ts";

describe("watchHooksPaths(paths, onFiles, log): files, and several paths", function () {
  this.timeout(20_000);
  let kit: HooksKit | undefined;
  const watch = async (...asked: Parameters<typeof watchPaths>): Promise<HooksKit> =>
    (kit = await watchPaths(...asked));
  afterEach(async () => {
    await kit?.stop();
    kit = undefined;
  });
  const namesOf = ({ store, base }: HooksKit): readonly string[] =>
    store.hooks().map(({ id, file }) => `${file.replace(base, "BASE")}: ${id}`);

  it("reads a single file whatever its name, and calls it by its path", async () => {
    const one = await watch(["hooks.conf"], (base) => writeFile(join(base, "hooks.conf"), hookText("one", "web")));
    assert.deepEqual(namesOf(one), ["BASE/hooks.conf: one"]);
  });

  it("reads files and directories together, in their order, each file called by its path", async () => {
    const several = await watch(["b.txt", "more", "b.txt"], async (base) => {
      await writeFile(join(base, "b.txt"), hookText("two", "web"));
      await mkdir(join(base, "more"));
      for (const name of ["c.yaml", "a.json", "no.txt"])
        await writeFile(join(base, "more", name), hookText(name, "web"));
    });
    assert.deepEqual(namesOf(several), ["BASE/b.txt: two", "BASE/more/a.json: a.json", "BASE/more/c.yaml: c.yaml"]);
  });

  it("sees a single file written in place, and never serves nothing meanwhile", async () => {
    const {
      directory: file,
      sees,
      least,
    } = await watch(["hooks.json"], (base) =>
      writeFile(join(base, "hooks.json"), hookText("one", "web") + hookText("two", "web")),
    );
    for (const container of ["web-1", "web-2"]) {
      await truncate(file);
      await appendFile(file, hookText("one", container));
      for (let line = 0; line < 30; line++) {
        await appendFile(file, "# more is to come\n");
        await sleep(25);
      }
      await appendFile(file, hookText("two", container));
      await sees([`one:${container}`, `two:${container}`]);
    }
    assert.equal(least(), 2);
  });

  it("sees a single file renamed over, again and again", async () => {
    const {
      base,
      directory: file,
      sees,
      least,
    } = await watch(["hooks.json"], (folder) => writeFile(join(folder, "hooks.json"), hookText("one", "web")));
    for (const container of ["web-1", "web-2", "web-3"]) {
      await writeFile(join(base, "new"), hookText("one", container));
      await rename(join(base, "new"), file);
      await sees([`one:${container}`]);
    }
    assert.equal(least(), 1);
  });

  it("sees a ConfigMap volume's swap behind a single file", async () => {
    const files = (container: string): Map<string, Buffer> =>
      new Map([
        ["hooks.json", Buffer.from(hookText("one", container))],
        ["other.json", Buffer.from(hookText("two", container))],
      ]);
    const one = await watch(["volume/hooks.json"], (base) => layOut(join(base, "volume"), files("web-0")));
    for (const container of ["web-1", "web-2"]) {
      await layOut(join(one.base, "volume"), files(container));
      await one.sees([`one:${container}`]);
    }
    assert.equal(one.least(), 1);
  });

  it("sees a link that points elsewhere", async () => {
    const {
      base,
      directory: link,
      sees,
    } = await watch(["hooks.json"], async (folder) => {
      await writeFile(join(folder, "first"), hookText("one", "web"));
      await symlink("first", join(folder, "hooks.json"));
    });
    await writeFile(join(base, "second"), hookText("one", "web-2"));
    await symlink("second", join(base, "new"));
    await rename(join(base, "new"), link);
    await sees(["one:web-2"]);
  });

  it("loads what is missing at the start when it appears, and says once that it is missing", async () => {
    const two = await watch(["hooks.json", "more"], () => Promise.resolve());
    assert.equal(two.store.isLoaded(), true);
    await sleep(600);
    assert.deepEqual(
      two.log.factsOf("hooks cannot be read"),
      ["hooks.json", "more"].map((name) => ({ path: join(two.base, name), code: "ENOENT" })),
    );
    await writeFile(two.directory, hookText("one", "web"));
    await two.sees(["one:web"]);
    await mkdir(join(two.base, "more"));
    await writeFile(join(two.base, "more", "a.yaml"), hookText("two", "web"));
    await two.sees(["one:web", "two:web"]);
  });

  it("serves on what a file held while it is away, and sees changes of the others", async () => {
    const both = await watch(["a.json", "b.json"], async (base) => {
      await writeFile(join(base, "a.json"), hookText("one", "web"));
      await writeFile(join(base, "b.json"), hookText("two", "web"));
    });
    await unlink(both.directory);
    await sleep(800);
    await writeFile(join(both.base, "b.json"), hookText("two", "web-2"));
    await both.sees(["one:web", "two:web-2"]);
    assert.deepEqual(both.log.factsOf("hooks cannot be read"), [{ path: both.directory, code: "ENOENT" }]);
    await writeFile(both.directory, hookText("one", "web-3"));
    await both.sees(["one:web-3", "two:web-2"]);
    assert.equal(both.least(), 2);
  });

  it("sees a directory take a file's place", async () => {
    const { directory: path, sees } = await watch(["hooks"], (base) =>
      writeFile(join(base, "hooks"), hookText("one", "web")),
    );
    await rm(path);
    await mkdir(path);
    await writeFile(join(path, "a.yaml"), hookText("two", "web"));
    await sees(["two:web"]);
  });

  it("names a path that leads through a file", async () => {
    const { directory: path, log } = await watch(["file/hooks"], (base) => writeFile(join(base, "file"), "x"));
    assert.deepEqual(log.factsOf("hooks cannot be read"), [{ path, code: "ENOTDIR" }]);
  });
});

describe("defaultHooksPaths(mounted)", () => {
  it("is the mounted directory where it exists", async () => {
    assert.deepEqual(await defaultHooksPaths(import.meta.dirname), [import.meta.dirname]);
  });

  it("is hooks.json of the working directory where it does not", async () => {
    assert.deepEqual(await defaultHooksPaths(join(import.meta.dirname, "nowhere")), ["hooks.json"]);
  });
});
