import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import Router from "@koa/router";
import { createApplication, listen } from "../../src/http/server.ts";
import { createFakeLog } from "../support/fake-log.ts";

const HEAD = "POST /slow HTTP/1.1\r\nHost: example.com\r\n";

describe("drain(), of connections that say nothing", () => {
  it("waits for answers, a second for what is on its way, and for a body no longer than ever", async function () {
    this.timeout(25_000);
    const router = new Router();
    router.post("/slow", async (context) => {
      await text(context.req);
      await sleep(2_000);
      context.body = "done";
    });
    const server = await listen(createApplication([router], createFakeLog()), "127.0.0.1", 0);
    let startedMs = 0;
    const start = async (sent: string): Promise<{ answer: Promise<string>; tookMs: Promise<number> }> => {
      const socket = connect(server.port, "127.0.0.1");
      await once(socket, "connect");
      socket.on("error", () => undefined);
      socket.write(sent);
      const closed = once(socket, "close").then(() => performance.now() - startedMs);
      return { answer: text(socket).catch(() => ""), tookMs: closed };
    };
    const silent = await start("");
    const halfHead = await start("POST /slow HTTP/1.1\r\nHost:");
    const halfBody = await start(`${HEAD}Content-Length: 10\r\n\r\n12345`);
    const slow = await start(`${HEAD}Content-Length: 2\r\n\r\n{}`);
    await sleep(100);
    startedMs = performance.now();
    await server.drain();
    const tookMs = performance.now() - startedMs;
    for (const { tookMs: took } of [silent, halfHead]) assert.ok((await took) < 1_900, String(await took));
    assert.match(await slow.answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n[^]*done$/);
    assert.ok((await slow.tookMs) < 10_000);
    assert.equal(await halfBody.answer, "");
    assert.ok((await halfBody.tookMs) > 14_000 && tookMs < 20_000, String(tookMs));
  });
});
