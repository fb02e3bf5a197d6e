import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { allowed } from "../../../src/core/admission/response.ts";
import { authority, createKit, reviewOf } from "./kit.ts";

describe("stop()", function () {
  this.timeout(20_000);

  // A client that keeps its connection alive asks on it until it is told that it will be closed.
  async function askUntilClosed(port: number, pauseMs: number): Promise<number> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert });
    let answers = 0;
    for (let isOpen = true; isOpen; answers++) {
      const sent = request({ host: "127.0.0.1", port, path: "/allow", method: "POST", agent });
      sent.setHeader("Content-Type", "application/json").end(reviewOf());
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      assert.match(await text(response), /"allowed":true/);
      isOpen = response.headers.connection !== "close";
      if (isOpen) await sleep(pauseMs);
    }
    agent.destroy();
    return answers;
  }

  it("fails no request of clients that keep their connections alive, though it closes them all", async () => {
    const { server, end } = await createKit();
    server.register("/allow", async () => {
      await sleep(5);
      return allowed();
    });
    await server.start();
    const clients = Array.from({ length: 16 }, (_, index) => askUntilClosed(server.port, index));
    await sleep(500);
    const startedMs = performance.now();
    await server.stop();
    assert.ok(performance.now() - startedMs < 4_000);
    for (const answers of await Promise.all(clients)) assert.ok(answers > 3, String(answers));
    await end();
  });

  it("answers what is in flight, stops once, and takes nothing new", async () => {
    const { server, end, log } = await createKit();
    const isAsked = Promise.withResolvers<undefined>();
    server.register("/allow", async () => {
      isAsked.resolve(undefined);
      await sleep(1_500);
      return allowed();
    });
    await server.start();
    const answer = askUntilClosed(server.port, 0);
    await isAsked.promise;
    const stopping = Promise.all([server.stop(), server.stop()]);
    await assert.rejects(askUntilClosed(server.port, 0), { code: "ECONNREFUSED" });
    assert.equal(await answer, 1);
    await stopping;
    assert.equal(log.factsOf("admission server has stopped").length, 1);
    await end();
  });
});
