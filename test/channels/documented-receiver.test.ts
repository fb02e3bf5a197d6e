import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createChannel } from "../../src/channels/channel.ts";
import { webhook } from "../../src/channels/webhook.ts";
import { webhookMessage } from "../../src/core/notice/webhook-message.ts";
import { keyFiles } from "../../src/files/key-files.ts";
import { createFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import { aNotice, aPod } from "../unit/core/notice/a-notice.ts";
import { secretOf } from "./receiver.ts";

const KEY = "0123456789abcdefghijklmn";
const notice = { ...aNotice, pods: [aPod] };
const documentation = join(import.meta.dirname, "../../docs/notifications.md");

async function blockOf(language: string): Promise<string> {
  const [, block = ""] = (await readFile(documentation, "utf8")).split(`\`\`\`${language}\n`);
  return block.slice(0, block.indexOf("```"));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("the receiver in docs/notifications.md", function () {
  this.timeout(20_000);
  let folder: string;
  let receiver: ChildProcess;
  let fetcher: Fetcher;
  let port: number;
  let printed = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-documented-"));
    await writeFile(join(folder, "receiver.mjs"), await blockOf("js"));
    port = await freePort();
    receiver = spawn(process.execPath, [join(folder, "receiver.mjs")], {
      env: { PORT: String(port), WEBHOOK_SECRET: secretOf(KEY) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    receiver.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    fetcher = createFetcher({ ca: "", proxy: "", wellKnown: [] });
  });
  after(async () => {
    receiver.kill();
    await fetcher.close();
    await rm(folder, { recursive: true });
  });

  const send = async (secrets: readonly string[], now = new Date()): Promise<string> => {
    await writeFile(join(folder, "secret"), secrets.join("\n"));
    const settings = {
      name: "ops",
      type: "webhook",
      url: { kind: "text", value: `http://127.0.0.1:${String(port)}/` },
      secretFile: join(folder, "secret"),
      isInsecure: true,
    } as const;
    const channel = createChannel(settings, webhook, {
      receivers: fetcher,
      files: keyFiles,
      clock: { now: () => now },
    });
    const sent = await channel.send(notice, "7f3a", AbortSignal.timeout(5_000));
    return sent.kind === "ok" ? sent.value : sent.error.code;
  };

  it("takes what is signed with its secret, alone or beside another, and nothing else", async () => {
    const own = secretOf(KEY);
    const other = secretOf("x".repeat(24));
    const limit = Date.now() + 10_000;
    while ((await send([own])) === "unreachable" && Date.now() < limit) await sleep(50);
    assert.equal(await send([own]), "204");
    assert.equal(await send([other, own]), "204");
    assert.equal(await send([other]), "401");
    assert.equal(await send([own], new Date(Date.now() - 600_000)), "401");
    assert.match(printed, /^rollout\.complete: shop\/deployment\/website/);
  });

  it("is sent bodies with the keys of the example", async () => {
    const keysOf = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.slice(0, 1).map(keysOf);
      if (typeof value !== "object" || value === null) return typeof value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]));
    };
    assert.deepEqual(keysOf(JSON.parse(await blockOf("json"))), keysOf(JSON.parse(webhookMessage(notice))));
  });
});
