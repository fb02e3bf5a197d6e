import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import { find, hooksOf, render } from "./helm.ts";

const examples = join(import.meta.dirname, "../../examples");

describe("the examples", () => {
  it("hooks.json holds two hooks that are served without a flaw", async () => {
    const read = readHooks(await readFile(join(examples, "hooks.json"), "utf8"), "hooks.json");
    assert.ok(read.kind === "ok" && read.value.kind === "hooks", JSON.stringify(read));
    const { hooks } = read.value;
    assert.deepEqual(
      hooks.map(({ id, hook, issues }) => [id, hook?.kind === "upgrade" ? hook.upgrade.style : hook?.kind, issues]),
      [
        ["cnrancher_website", "script", []],
        ["website", "typed", []],
      ],
    );
  });

  it("values.yaml renders the hook that hooks.json has in its typed form", async () => {
    const manifests = await render({ args: ["-f", join(examples, "values.yaml")] });
    assert.ok(find(manifests, "Deployment", "ih-imagehook"));
    const hooks = JSON.parse(await readFile(join(examples, "hooks.json"), "utf8")) as object[];
    assert.deepEqual(hooksOf(manifests), [hooks[1]]);
  });
});
