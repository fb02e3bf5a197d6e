import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { serve, TOKEN, type HttpKit } from "./http-kit.ts";

describe("listen(app, host, port): the time of a whole request", function () {
  this.timeout(40_000);
  let kit: HttpKit;
  before(async () => {
    kit = await serve();
  });
  after(() => kit.server.drain());

  it("cuts a body that is sent a byte at a time, within twice its 15 s", async () => {
    const socket = connect(kit.server.port, "127.0.0.1");
    await once(socket, "connect");
    const startedMs = performance.now();
    socket.write(`POST /hooks/website?token=${TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.write(" "), 500);
    socket.on("error", () => undefined);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "close");
    clearInterval(drip);
    const seconds = (performance.now() - startedMs) / 1000;
    assert.ok(seconds < 30, `${String(seconds)} s`);
    assert.ok(seconds > 10, `${String(seconds)} s: cut before its time`);
    assert.match(Buffer.concat(chunks).toString("utf8"), /^HTTP\/1\.1 408 /);
  });
});
