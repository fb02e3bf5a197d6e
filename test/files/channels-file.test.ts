import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layOut } from "../../scripts/pod/volume.ts";
import { watchChannelsFile, type ChannelsFile } from "../../src/files/channels-file.ts";
import { SEEN_WITHIN_MS } from "./hooks-kit.ts";

describe("watchChannelsFile(path, adopt)", function () {
  this.timeout(20_000);
  let folder: string;
  let seen: string[];
  let file: ChannelsFile;
  const watch = (path: string): void => {
    file = watchChannelsFile(path, (reading) => {
      seen.push(reading.kind === "ok" ? reading.value : `error: ${reading.error}`);
    });
  };
  const sees = async (expected: readonly string[]): Promise<void> => {
    const limit = Date.now() + SEEN_WITHIN_MS;
    while (seen.join() !== expected.join()) {
      if (Date.now() > limit) assert.fail(`expected ${expected.join()}, not ${seen.join()}`);
      await sleep(10);
    }
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-channels-"));
    seen = [];
  });
  afterEach(async () => {
    await file.stop();
    await rm(folder, { recursive: true });
  });

  it("hands the text over at the first look, and again only when it has changed", async () => {
    const path = join(folder, "channels.yaml");
    await writeFile(path, "one");
    watch(path);
    await file.look();
    await file.look();
    assert.deepEqual(seen, ["one"]);
    file.start();
    await writeFile(path, "another");
    await sees(["one", "another"]);
  });

  it("sees a volume that the kubelet swaps", async () => {
    await layOut(folder, new Map([["channels.yaml", Buffer.from("one")]]));
    watch(join(folder, "channels.yaml"));
    file.start();
    await sees(["one"]);
    await layOut(folder, new Map([["channels.yaml", Buffer.from("two")]]));
    await sees(["one", "two"]);
  });

  it("says once that there is no file, and takes it when it comes", async () => {
    const path = join(folder, "channels.yaml");
    watch(path);
    file.start();
    await sees(["error: ENOENT"]);
    await writeFile(path, "one");
    await sees(["error: ENOENT", "one"]);
  });

  it("hands over nothing where no file is named", async () => {
    watch("");
    await file.look();
    assert.deepEqual(seen, []);
  });

  it("reads no file that is too large", async () => {
    const path = join(folder, "channels.yaml");
    await writeFile(path, "x".repeat(262_145));
    watch(path);
    await file.look();
    assert.deepEqual(seen, ["error: it is too large"]);
  });
});
