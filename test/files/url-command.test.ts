import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Said } from "../../src/cli/read-words.ts";
import { readUrl, runUrl } from "../../src/cli/url.ts";
import { seedHook } from "../unit/core/hook/hooks-files.ts";

const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> => {
  const command = readUrl(argv);
  return command.kind === "said" ? Promise.resolve(command) : runUrl(command, (name) => env[name]);
};

describe("imagehook url HOOK --file PATH", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-url-"));
    await writeFile(join(folder, "a.json"), JSON.stringify([seedHook({ token: "{{ getenv `HOOK_TOKEN` }}" })]));
    await writeFile(
      join(folder, "b.json"),
      JSON.stringify([seedHook({ id: "api" }), seedHook({ id: "bad", token: "<token>" })]),
    );
    await writeFile(join(folder, "c.yaml"), "- [");
  });
  after(() => rm(folder, { recursive: true }));

  it("prints the URLs of a hook in a directory, below the address", async () => {
    const { text, exitCode } = await run([
      "api",
      "--file",
      folder,
      "--base-url",
      "https://hooks.example.com/registry/",
    ]);
    assert.equal(exitCode, 0);
    assert.match(text, /\ncustom\n {2}https:\/\/hooks\.example\.com\/registry\/hooks\/api\?token=0123456789abcdef&/);
  });

  it("prints HOST where no address is given, and hides secrets where it is told to", async () => {
    const { text } = await run(["api", "--file", join(folder, "b.json"), "--mask"]);
    assert.match(text, /\ncustom\n {2}https:\/\/HOST\/hooks\/api\?token=…&ns=default&/);
    assert.equal(text.includes("0123456789abcdef"), false);
  });

  it("expands templates where it is told to", async () => {
    const { text } = await run(["cnrancher_website", "--file", folder, "--template"], {
      HOOK_TOKEN: "canary-of-the-env",
    });
    assert.match(text, /\?token=canary-of-the-env&/);
  });

  it("exits with 1 and the nearest ids when there is no such hook", async () => {
    const { text, exitCode } = await run(["ap", "--file", join(folder, "b.json")]);
    assert.deepEqual([exitCode, text], [1, 'no hook "ap" is served: the nearest are api\n']);
  });

  it("says why a hook is not served, and which files are broken", async () => {
    const { text, exitCode } = await run(["bad", "--file", folder]);
    assert.equal(exitCode, 1);
    assert.match(
      text,
      /^no hook "bad" is served: the nearest are api, .*\n\S+b\.json:1:\d+: error: bad: trigger-rule: <token> is a placeholder.*\n\S+c\.yaml:1:\d+: error: /,
    );
    assert.match(
      (await run(["bad", "--file", join(folder, "d.json")])).text,
      /^no hook "bad" is served: no hook at all is\n.*ENOENT\n$/,
    );
  });

  for (const base of [
    "hooks.example.com",
    "https://",
    "https://a/hooks",
    "https://a/hooks/",
    "https://a?x",
    "https://a b",
    "https://u@a",
    "https://a/'",
  ]) {
    it(`refuses ${base} as an address`, async () => {
      const { text, exitCode } = await run(["api", "--file", folder, "--base-url", base]);
      assert.equal(exitCode, 2);
      assert.match(text, /--base-url <url>.*(It is not like https:\/\/hooks\.example\.com|Leave \/hooks out)/);
    });
  }

  it("exits with 2 when it is not told the file", async () => {
    const { text, exitCode } = await run(["api"]);
    assert.equal(exitCode, 2);
    assert.match(text, /--file <path>/);
  });
});
