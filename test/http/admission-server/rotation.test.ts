import assert from "node:assert/strict";
import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { allowed } from "../../../src/core/admission/response.ts";
import { ask, authority, createKit, isAllowed, until } from "./kit.ts";

describe("createAdmissionServer({ certDir }) under load", () => {
  it("swaps certificates five times under load without one failed request", async function () {
    this.timeout(60_000);
    const { server, lay, end } = await createKit();
    server.register("/allow", () => allowed());
    await server.start();
    let isOver = false;
    const serials = new Set<string>();
    const failures: unknown[] = [];
    let asked = 0;
    const load = async (agent: Agent | false): Promise<void> => {
      while (!isOver) {
        await ask(server.port, "/allow", { agent }).then(
          (seen) => {
            asked++;
            assert.equal(isAllowed(seen), true);
            if (agent === false) serials.add(seen.serial);
          },
          (error: unknown) => failures.push(error),
        );
      }
      if (agent !== false) agent.destroy();
    };
    const keptAlive = Array.from({ length: 16 }, () => load(new Agent({ keepAlive: true, maxSockets: 1 })));
    const fresh = Array.from({ length: 2 }, () => load(false));
    for (let round = 0; round < 5; round++) {
      await sleep(300);
      const before = serials.size;
      await lay(authority.issue());
      await until(() => serials.size > before, "the certificate is still the same");
    }
    isOver = true;
    await Promise.all([...keptAlive, ...fresh]);
    assert.deepEqual(failures, []);
    assert.equal(serials.size, 6);
    assert.ok(asked >= 1_000, `only ${String(asked)} requests`);
    await end();
  });
});
