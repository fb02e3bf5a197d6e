import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureWebhook } from "../../scripts/peer/webhook.ts";

// Stand-ins for Debian's tools: the package's program prints PRINTS, and there is no package before an update if LISTS is no.
const APT_GET = `#!/bin/sh
echo "$2" >> "$FAKE/calls"
case $2 in
  update) touch "$FAKE/lists" ;;
  download) [ "$LISTS" = yes ] || [ -e "$FAKE/lists" ] || exit 100; touch webhook_0_amd64.deb ;;
esac`;
const DPKG_DEB = `#!/bin/sh
mkdir -p "$3/usr/bin"
printf '#!/bin/sh\\necho %s\\n' "'$PRINTS'" > "$3/usr/bin/webhook"
chmod +x "$3/usr/bin/webhook"`;

describe("ensureWebhook(say)", () => {
  const replaced = ["PATH", "XDG_CACHE_HOME", "FAKE", "LISTS", "PRINTS"];
  const before = replaced.map((name) => [name, process.env[name]] as const);
  let folder = "";
  let said: string[] = [];
  const say = (line: string): unknown => said.push(line);
  const calls = async (): Promise<string[]> => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
  const cached = (): Promise<string[]> => readdir(join(folder, "imagehook", "webhook-2.8.0"));

  beforeEach(async () => {
    said = [];
    folder = await mkdtemp(join(tmpdir(), "imagehook-peers-"));
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin", "apt-get"), APT_GET, { mode: 0o755 });
    await writeFile(join(folder, "bin", "dpkg-deb"), DPKG_DEB, { mode: 0o755 });
    Object.assign(process.env, {
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      XDG_CACHE_HOME: folder,
      FAKE: folder,
      LISTS: "yes",
      PRINTS: "webhook version 2.8.0",
    });
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it("downloads once and says so", async () => {
    const paths = [await ensureWebhook(say), await ensureWebhook(say)];
    assert.deepEqual(paths, Array(2).fill(join(folder, "imagehook", "webhook-2.8.0", "webhook")));
    assert.deepEqual(await calls(), ["download"]);
    assert.match(said[0] ?? "", /^downloading Debian's package webhook/);
    assert.deepEqual(await cached(), ["webhook"]);
  });

  it("updates apt's lists where they are missing", async () => {
    process.env["LISTS"] = "no";
    await ensureWebhook(say);
    assert.deepEqual(await calls(), ["download", "update", "download"]);
  });

  it("refuses another version, says what to do and keeps nothing", async () => {
    process.env["PRINTS"] = "webhook version 2.8.2";
    await assert.rejects(ensureWebhook(say), (error: Error) => {
      assert.match(error.message, /need Debian's package webhook 2\.8\.0: run as root on Debian 12/);
      assert.match(String(error.cause), /"webhook version 2\.8\.2"/);
      return true;
    });
    assert.deepEqual(await cached(), []);
  });

  it("says what to do where there is no apt-get", async () => {
    await rm(join(folder, "bin", "apt-get"));
    process.env["PATH"] = join(folder, "bin");
    await assert.rejects(ensureWebhook(say), /run as root on Debian 12/);
  });
});
