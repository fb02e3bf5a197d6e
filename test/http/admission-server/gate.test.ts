import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { allowed } from "../../../src/core/admission/response.ts";
import { ask, createKit } from "./kit.ts";

describe("createAdmissionServer(options): connections that say nothing", function () {
  this.timeout(40_000);

  it("lets others in after ten seconds where they take all the room", async () => {
    const { server, end } = await createKit();
    server.register("/allow", () => allowed());
    await server.start();
    const silent = Array.from({ length: 128 }, () => connect(server.port, "127.0.0.1"));
    for (const socket of silent) {
      socket.on("error", () => undefined);
      socket.resume();
    }
    await Promise.all(silent.map((socket) => once(socket, "connect")));
    const startedMs = performance.now();
    assert.equal((await ask(server.port, "/allow")).status, 200);
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs > 5_000 && tookMs < 20_000, String(tookMs));
    for (const socket of silent) socket.destroy();
    await end();
  });

  it("leaves them alone where there is room, and closes them when it stops", async () => {
    const { server, end } = await createKit();
    server.register("/allow", () => allowed());
    await server.start();
    const silent = connect(server.port, "127.0.0.1");
    silent.resume();
    await once(silent, "connect");
    assert.equal((await ask(server.port, "/allow")).status, 200);
    assert.equal(silent.closed, false);
    const closed = once(silent, "close");
    await Promise.all([server.stop(), closed]);
    await end();
  });
});
