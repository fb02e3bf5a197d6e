import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEVIATIONS } from "./deviations.ts";
import { debian, ours, type HookServer, type StartServer } from "./hook-server.ts";
import { renderHooks } from "./hooks-text.ts";
import { showAnswer } from "./raw-client.ts";

for (const [name, start] of [
  ["peer", debian],
  ["ours", ours],
] as const) {
  describe(`${name}(example) of each deviation`, () => {
    const server = useServer(start);
    for (const deviation of DEVIATIONS) {
      const [status, body] = deviation[name];
      it(`answers ${String(status)} ${JSON.stringify(body)} to a ${deviation.name}`, async () => {
        const answer = await server().answer(deviation.example.request);
        assert.deepEqual([answer.status, answer.body.toString()], [status, body], showAnswer(answer));
      });
    }
  });
}

describe("DEVIATIONS", () => {
  for (const { name, applies, example } of DEVIATIONS) {
    it(`knows its own example of a ${name}, and no other`, () => {
      assert.equal(applies(example), true);
      assert.deepEqual(
        DEVIATIONS.filter((other) => other.applies(example)).map((other) => other.name),
        [name],
      );
    });
  }
});

function useServer(start: StartServer): () => HookServer {
  let server: HookServer | undefined;
  let folder = "";
  before(async function () {
    this.timeout(180_000);
    folder = await mkdtemp(join(tmpdir(), "imagehook-peers-"));
    const hooksFile = join(folder, "hooks.yaml");
    const hooks = DEVIATIONS.map(({ example }) => example.hook);
    await writeFile(hooksFile, renderHooks(hooks, { layout: "yaml", keys: "lower" }));
    server = await start(hooksFile);
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return () => {
    assert.ok(server);
    return server;
  };
}
