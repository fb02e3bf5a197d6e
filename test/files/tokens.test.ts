import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layOut } from "../../scripts/pod/volume.ts";
import { createTokenFiles, type TokenFiles } from "../../src/files/tokens.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";
import { SEEN_WITHIN_MS } from "./hooks-kit.ts";

const [OLD, NEW] = ["the-older-token-0123", "the-newer-token-4567"];

describe("createTokenFiles(log)", function () {
  this.timeout(20_000);
  let folder: string;
  let file: string;
  let log: FakeLog;
  let tokens: TokenFiles;
  const sees = async (expected: readonly string[]): Promise<void> => {
    const limit = Date.now() + SEEN_WITHIN_MS;
    while (tokens.tokensOf(file).join() !== expected.join()) {
      if (Date.now() > limit) assert.fail(`expected ${expected.join()}, not ${tokens.tokensOf(file).join()}`);
      await sleep(10);
    }
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-tokens-"));
    file = join(folder, "token");
    log = createFakeLog();
    tokens = createTokenFiles(log);
  });
  afterEach(async () => {
    await tokens.stop();
    await rm(folder, { recursive: true });
  });

  const cases = [
    { what: "one token", text: OLD, are: [OLD] },
    { what: "a token with a newline", text: `${OLD}\n`, are: [OLD] },
    { what: "several tokens", text: `${OLD}\n${NEW}\n`, are: [OLD, NEW] },
    { what: "lines that end as on Windows", text: `${OLD}\r\n${NEW}\r\n`, are: [OLD, NEW] },
    { what: "blank lines", text: `\n\n${OLD}\n   \n\t\n`, are: [OLD] },
    { what: "a token with spaces in it", text: "correct horse battery", are: ["correct horse battery"] },
    { what: "nothing", text: "", are: [] },
    { what: "white space alone", text: " \r\n \n", are: [] },
  ];
  for (const { what, text, are } of cases) {
    it(`reads ${what}`, async () => {
      await writeFile(file, text);
      await tokens.track([file]);
      assert.deepEqual(tokens.tokensOf(file), are);
      assert.deepEqual(
        log.lines.map(({ level, message, facts }) => [level, message, facts["file"]]),
        are.length > 0 ? [] : [["warn", "token file is empty; its hook lets nobody in", file]],
      );
    });
  }

  it("takes twenty tokens and no more", async () => {
    await writeFile(file, Array.from({ length: 25 }, (_, index) => `${OLD}-${String(index)}`).join("\n"));
    await tokens.track([file]);
    assert.equal(tokens.tokensOf(file).length, 20);
  });

  it("holds no token of a file that is missing, and says so", async () => {
    await tokens.track([file]);
    assert.deepEqual(tokens.tokensOf(file), []);
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        message: "token file cannot be read; its hook lets nobody in",
        facts: { file, code: "ENOENT" },
      },
    ]);
  });

  it("holds no token of a file that is enormous", async () => {
    await writeFile(file, OLD.repeat(10_000));
    await tokens.track([file]);
    assert.deepEqual(tokens.tokensOf(file), []);
    assert.match(log.text(), /token file is too large/);
  });

  it("holds no token of a folder", async () => {
    await mkdir(file);
    await tokens.track([file]);
    assert.deepEqual([tokens.tokensOf(file), log.lines[0]?.facts["code"]], [[], "EISDIR"]);
  });

  it("holds no token of a file that nobody named", async () => {
    await writeFile(file, OLD);
    await tokens.track([]);
    assert.deepEqual(tokens.tokensOf(file), []);
  });

  it("warns of a token that is short, and never logs one", async () => {
    await writeFile(file, `${OLD}\nshort`);
    await tokens.track([file]);
    assert.match(log.text(), /short enough to guess/);
    assert.ok(!log.text().includes(OLD) && !log.text().includes("'short'"), log.text());
  });

  it("forgets files that are not named any more, and reads those that are known not again", async () => {
    await writeFile(file, "short");
    await tokens.track([file, file]);
    await tokens.track([file]);
    assert.equal(log.lines.length, 1);
    await tokens.track([]);
    assert.deepEqual(tokens.tokensOf(file), []);
  });

  it("sees a rotation by a Secret volume's swap, without a moment in which no token counts", async () => {
    const secret = join(folder, "volume");
    file = join(secret, "token");
    await layOut(secret, new Map([["token", Buffer.from(OLD)]]));
    await tokens.track([file]);
    tokens.start();
    const counted = new Set<string>();
    const over = new AbortController();
    const looking = (async () => {
      while (!over.signal.aborted) {
        counted.add(tokens.tokensOf(file).join());
        await sleep(1);
      }
    })();
    for (const text of [`${OLD}\n${NEW}`, NEW]) {
      await layOut(secret, new Map([["token", Buffer.from(text)]]));
      await sees(text.split("\n"));
    }
    over.abort();
    await looking;
    // The last look may have been before the last rotation was seen.
    counted.add(tokens.tokensOf(file).join());
    assert.deepEqual([...counted], [OLD, `${OLD},${NEW}`, NEW]);
  });

  it("sees the swap of a volume with more files than it looks at each time, and a file of it that is written in place", async () => {
    const secret = join(folder, "large");
    const names = Array.from({ length: 500 }, (_, index) => `token-${String(index)}`);
    const volume = (text: string) => new Map(names.map((name) => [name, Buffer.from(text)]));
    const paths = names.map((name) => join(secret, name));
    await layOut(secret, volume(OLD));
    await tokens.track(paths);
    tokens.start();
    await sleep(600);
    await layOut(secret, volume(NEW));
    for (const path of paths) {
      file = path;
      await sees([NEW]);
    }
    file = paths[450] ?? "";
    await writeFile(file, OLD);
    await sees([OLD]);
  });

  it("sees a file that comes, changes and goes", async () => {
    await tokens.track([file]);
    tokens.start();
    await writeFile(file, OLD);
    await sees([OLD]);
    await writeFile(file, NEW);
    await sees([NEW]);
    await rm(file);
    await sees([]);
  });
});
