import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layOut, type VolumeFiles } from "../../scripts/pod/volume.ts";
import { hookText, watchFolder, type HooksKit } from "./hooks-kit.ts";

const volume = (files: Readonly<Record<string, string>>): VolumeFiles =>
  new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));

const withFile = (text: string) => async (directory: string) => {
  await mkdir(directory);
  await writeFile(join(directory, "hooks.yaml"), text);
};

describe("watchHooksPaths(paths, onFiles, log): one directory", function () {
  this.timeout(20_000);
  let kit: HooksKit | undefined;
  const watch = async (...asked: Parameters<typeof watchFolder>): Promise<HooksKit> =>
    (kit = await watchFolder(...asked));
  afterEach(async () => {
    await kit?.stop();
    kit = undefined;
  });

  it("has read all files, and no others, when the first look is over", async () => {
    const { store } = await watch(async (directory) => {
      await mkdir(join(directory, "folder.yaml"), { recursive: true });
      const hooks = { "b.json": "b", "a.yaml": "a", "c.yml": "c", ".hidden.yaml": "no", "d.txt": "no", yaml: "no" };
      for (const [name, id] of Object.entries(hooks)) await writeFile(join(directory, name), hookText(id, "web"));
    });
    assert.deepEqual(
      store.hooks().map(({ id, file }) => `${file}: ${id}`),
      ["a.yaml: a", "b.json: b", "c.yml: c"],
    );
  });

  it("sees a ConfigMap volume's swap, and never serves nothing", async () => {
    const files = (container: string): VolumeFiles =>
      volume({ "a.yaml": hookText("one", container), "b.json": hookText("two", container) });
    const { directory, sees, least } = await watch((folder) => layOut(folder, files("web-0")));
    for (const container of ["web-1", "web-2"]) {
      await layOut(directory, files(container));
      await sees([`one:${container}`, `two:${container}`]);
    }
    assert.equal(least(), 2);
  });

  it("sees the last of twenty fast swaps, and never serves nothing", async () => {
    const files = (round: number): VolumeFiles =>
      volume({ "a.yaml": hookText("one", `web-${String(round)}`), "b.yaml": hookText("two", "web") });
    const { directory, sees, least, log } = await watch((folder) => layOut(folder, files(0)));
    for (let round = 1; round <= 20; round++) {
      await layOut(directory, files(round));
      await sleep(round % 7);
    }
    await sees(["one:web-20", "two:web"]);
    assert.equal(least(), 2);
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "error").filter(({ facts }) => facts["kept"] !== 1),
      [],
    );
  });

  it("sees keys that come and go with a swap", async () => {
    const { directory, sees } = await watch((folder) => layOut(folder, volume({ "a.yaml": hookText("one", "web") })));
    await layOut(directory, volume({ "a.yaml": hookText("one", "web"), "b.yaml": hookText("two", "web") }));
    await sees(["one:web", "two:web"]);
    await layOut(directory, volume({ "b.yaml": hookText("two", "web") }));
    await sees(["two:web"]);
  });

  it("sees an edit in place, and never serves nothing while it is written", async () => {
    const { directory, sees, least } = await watch(withFile(hookText("one", "web") + hookText("two", "web")));
    for (const container of ["web-1", "web-2", "web-3"]) {
      const file = join(directory, "hooks.yaml");
      await truncate(file);
      await sleep(100);
      await appendFile(file, hookText("one", container));
      await sleep(100);
      await appendFile(file, hookText("two", container));
      await sees([`one:${container}`, `two:${container}`]);
    }
    assert.equal(least(), 2);
  });

  it("sees an edit of the same length", async () => {
    const { directory, sees } = await watch(withFile(hookText("one", "web-1")));
    await writeFile(join(directory, "hooks.yaml"), hookText("one", "web-2"));
    await sees(["one:web-2"]);
  });

  it("sees a file that is renamed over another", async () => {
    const { base, directory, sees, least } = await watch(withFile(hookText("one", "web")));
    for (const container of ["web-1", "web-2"]) {
      await writeFile(join(base, "new.yaml"), hookText("one", container));
      await rename(join(base, "new.yaml"), join(directory, "hooks.yaml"));
      await sees([`one:${container}`]);
    }
    assert.equal(least(), 1);
  });

  it("sees files that are added and removed", async () => {
    const { directory, sees } = await watch(withFile(hookText("one", "web")));
    await writeFile(join(directory, "more.json"), hookText("two", "web"));
    await sees(["one:web", "two:web"]);
    await rm(join(directory, "hooks.yaml"));
    await sees(["two:web"]);
    await rm(join(directory, "more.json"));
    await sees([]);
  });

  it("serves on while the directory is away, and sees what is in it when it is back", async () => {
    const { directory, sees, log, least, base } = await watch(withFile(hookText("one", "web")));
    await rename(directory, join(base, "away"));
    await sleep(1_200);
    assert.deepEqual(log.factsOf("hooks cannot be read"), [{ path: directory, code: "ENOENT" }]);
    await sees(["one:web"]);
    await withFile(hookText("one", "web-2"))(directory);
    await sees(["one:web-2"]);
    assert.equal(least(), 1);
  });

  it("sees a directory that was deleted and made anew with the same names", async () => {
    const { directory, sees } = await watch(withFile(hookText("one", "web")));
    await rm(directory, { recursive: true });
    await withFile(hookText("one", "web-2"))(directory);
    await sees(["one:web-2"]);
  });

  it("is loaded with no hook when the directory is not there at first, and sees it come", async () => {
    const { directory, store, log, sees } = await watch(() => Promise.resolve());
    assert.equal(store.isLoaded(), true);
    assert.deepEqual(
      log.lines.map(({ level, message }) => `${level} ${message}`),
      ["error hooks cannot be read", "warn no hook is served"],
    );
    await withFile(hookText("one", "web"))(directory);
    await sees(["one:web"]);
  });

  it("serves a broken file's last good hooks on, names the place, and sees it mended", async () => {
    const { directory, sees, log } = await watch(withFile(hookText("one", "web")));
    await writeFile(join(directory, "hooks.yaml"), `${hookText("one", "web-2")}\n- id: [`);
    await writeFile(join(directory, "more.yaml"), hookText("two", "web"));
    await sees(["one:web", "two:web"]);
    const [facts] = log.factsOf("hooks file does not parse; its hooks stay as they were");
    assert.partialDeepStrictEqual(facts, { file: "hooks.yaml", kept: 1 });
    assert.ok(Number(facts?.["line"]) >= 7, JSON.stringify(facts));
    await writeFile(join(directory, "hooks.yaml"), hookText("one", "web-3"));
    await sees(["one:web-3", "two:web"]);
  });

  it("serves a file's last good hooks on when it grows too large or cannot be read", async () => {
    const { directory, sees, log } = await watch(withFile(hookText("one", "web")));
    await writeFile(join(directory, "hooks.yaml"), hookText("one", "web-2") + " ".repeat(8 * 1024 * 1024));
    await writeFile(join(directory, "more.yaml"), hookText("two", "web"));
    await sees(["one:web", "two:web"]);
    await rm(join(directory, "hooks.yaml"));
    await mkdir(join(directory, "hooks.yaml"));
    await writeFile(join(directory, "more.yaml"), hookText("two", "web-2"));
    await sees(["one:web", "two:web-2"]);
    assert.deepEqual(
      log
        .factsOf("hooks file does not parse; its hooks stay as they were")
        .map(({ file, reason, kept }) => [file, reason, kept]),
      [
        ["hooks.yaml", "the file is larger than 8388608 bytes", 1],
        ["hooks.yaml", "the file cannot be read: EISDIR", 1],
      ],
    );
  });

  it("reads a file that begins with a byte order mark", async () => {
    const { store } = await watch(withFile(`\uFEFF${hookText("one", "web")}`));
    assert.equal(store.hooks().length, 1);
  });

  describe("with templates", () => {
    const text = hookText("one", "web").replace("0123456789abcdef0123", '{{ getenv "TOKEN" | js }}');

    it("expands the environment before it parses", async () => {
      const { store } = await watch(withFile(text), (name) =>
        name === "TOKEN" ? "a-token-of-some-length" : undefined,
      );
      const rule = store.find("one")?.rule;
      assert.deepEqual(rule?.kind === "match" && rule.match.kind === "value" && rule.match.expected, {
        kind: "literal",
        value: "a-token-of-some-length",
      });
    });

    it("does not serve a hook whose token is not set", async () => {
      const { store, log } = await watch(withFile(text), () => undefined);
      assert.deepEqual(store.hooks(), []);
      assert.match(log.text(), /would let anyone in/);
    });

    it("says once that a variable is not set", async () => {
      const { log } = await watch(withFile(`# {{ getenv "OTHER" }}\n${text}`), () => undefined);
      assert.deepEqual(log.factsOf("hooks file has a flaw"), [
        {
          file: "hooks.yaml",
          line: 1,
          column: 6,
          reason: 'getenv "OTHER": the variable is not set, so nothing stands here',
        },
        {
          file: "hooks.yaml",
          line: 6,
          column: 37,
          reason: 'getenv "TOKEN": the variable is not set, so nothing stands here',
        },
      ]);
    });

    it("takes in files, but no directory and none that is larger than 1 MiB", async () => {
      const folder = await mkdtemp(join(tmpdir(), "imagehook-cat-"));
      await writeFile(join(folder, "token"), "a-token-of-some-length\n");
      await writeFile(join(folder, "most"), "a".repeat(1024 * 1024));
      await writeFile(join(folder, "large"), "a".repeat(1024 * 1024 + 1));
      const asked = [folder, join(folder, "none"), join(folder, "large"), join(folder, "most")];
      const action = (path: string): string => `{{ $x := cat "${path}" }}`;
      const hook = text.replace('getenv "TOKEN"', `cat "${join(folder, "token")}"`);
      const { store, log } = await watch(withFile(`${asked.map(action).join("\n")}\n${hook}`), () => undefined);
      await rm(folder, { recursive: true });
      const rule = store.find("one")?.rule;
      assert.deepEqual(rule?.kind === "match" && rule.match.kind === "value" && rule.match.expected, {
        kind: "literal",
        value: "a-token-of-some-length",
      });
      const lines = log.factsOf("hooks file has a flaw").map(({ line }) => line);
      assert.deepEqual(lines, [1, 2, 3]);
    });

    it("names the place of a template that is broken", async () => {
      const { log } = await watch(withFile('- id: one\n  a: {{ getenv "X\n'), () => "");
      const [facts] = log.factsOf("hooks file does not parse; its hooks stay as they were");
      assert.partialDeepStrictEqual(facts, { file: "hooks.yaml", line: 2, kept: 0 });
    });
  });
});
