import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../scripts/control-plane/run.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { aDeployment, hookPath, imageOf, install, read, TOKEN, type Installation } from "./kit.ts";

const root = join(import.meta.dirname, "../..");

/** A shell block of a document: its first line's words after `sh`, and its text. */
interface Block {
  readonly file: string;
  readonly mark: string;
  readonly text: string;
}

async function shellBlocks(): Promise<readonly Block[]> {
  const files = ["README.md", ...(await readdir(join(root, "docs"))).map((name) => `docs/${name}`)];
  const blocks: Block[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), "utf8");
    for (const [, mark = "", body = ""] of text.matchAll(/^```sh ?(.*)\n([\s\S]*?)^```$/gm))
      blocks.push({ file, mark, text: body.trim() });
  }
  return blocks;
}

describe("the commands of README and docs", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;

  before(async () => {
    installed = await install(cluster(), {
      values: (web) => ({
        hooks: {
          app: { namespace: web, workload: "deployment/app", container: "web", repoType: "custom", token: TOKEN },
        },
      }),
      prepare: ({ web }) => apply(cluster(), aDeployment(web, "app", "registry.example.com/team/app:1")),
    });
  });
  after(async () => {
    await installed.remove();
  });

  it("are the ones that tests run, or say that they are not run", async () => {
    const blocks = await shellBlocks();
    assert.deepEqual(
      blocks.map(({ file, mark, text }) => [file, mark, text.split(/\s/)[0]]),
      [
        // test/e2e/demo.test.ts runs the first, CI the second.
        ["README.md", "", "scripts/demo"],
        ["README.md", "", "scripts/test"],
        // No Docker engine and no registry of the reader's here.
        ["README.md", "not-run", "docker"],
        // test/chart/cluster.test.ts installs and upgrades with values of its own, test/chart/examples.test.ts renders these.
        ["README.md", "not-run", "helm"],
        // test/files/check-command.test.ts runs it from the source.
        ["docs/hooks.md", "", "npx"],
        ["docs/hooks.md", "", "curl"],
        // test/files/registries-docs.test.ts runs it from the source.
        ["docs/registries.md", "", "npx"],
      ],
    );
  });

  it("post a builder's body, quoted as the docs have it", async () => {
    const block = (await shellBlocks()).find(({ text }) => text.startsWith("curl"));
    // The shell does the quoting; curl itself may not be on this machine, so its arguments are taken from it.
    const script = `curl() { printf '%s\\0' "$@"; }\n${block?.text ?? ""}`;
    const env = { ...process.env, TAG: "build-17", HOOK_URL: `${installed.pod.url}${hookPath("app")}` };
    const { stdout } = await run("bash", ["-c", script], { env });
    const args = stdout.split("\0").filter((argument) => argument !== "");
    const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? "";
    const [name = "", value = ""] = after("-H").split(": ");
    const url = args.at(-1) ?? "";
    const answer = await fetch(url, { method: after("-X"), headers: { [name]: value }, body: after("-d") });
    assert.equal(answer.status, 200, await answer.text());
    const image = imageOf(await read(cluster(), installed.web, "deployment", "app"));
    assert.equal(image, "registry.example.com/team/app:build-17");
  });
});
