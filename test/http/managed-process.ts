import { createServer } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createManager } from "../../src/assembly/admission-manager.ts";

// A process with a server, which takes as long to stop as its first argument says; its lines go to the standard output.
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const stopMs = Number(process.argv[2]);
const server = createServer((_request, response) => response.end("served"));
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const manager = createManager({ log: quiet });
manager.add({
  start: async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
  },
  stop: async () => {
    say("stops");
    await sleep(stopMs);
    server.close();
    say("is down");
  },
});
manager.add({
  start: () => {
    const address = server.address();
    say(typeof address === "object" && address !== null ? `port ${String(address.port)}` : "no port");
    return Promise.resolve();
  },
});
await manager.start();
say(`${String(process.listenerCount("SIGTERM"))} listeners`);
