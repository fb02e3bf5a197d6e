import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChannel } from "../../src/channels/channel.ts";
import { webhook } from "../../src/channels/webhook.ts";
import type { ChannelSettings } from "../../src/core/notice/channel-settings.ts";
import { keyFiles } from "../../src/files/key-files.ts";
import type { ChannelFailure } from "../../src/flow/ports.ts";
import { createFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import { aNotice } from "../unit/core/notice/a-notice.ts";
import { countSignatures, secretOf, startReceiver, type Receiver } from "./receiver.ts";

const KEY = "0123456789abcdefghijklmn";
const NEXT = "nmlkjihgfedcba9876543210";
const NOW = new Date("2026-11-22T08:02:00.700Z");
const ID = "0123456789abcdef0123456789abcdef";

describe("createChannel(settings, webhook, parts).send(notice, id, signal)", () => {
  let receiver: Receiver;
  let fetcher: Fetcher;
  let folder: string;
  let secretFile: string;
  before(async () => {
    receiver = await startReceiver();
    fetcher = createFetcher({ ca: receiver.hosts.ca, proxy: "", wellKnown: [] });
    folder = await mkdtemp(join(tmpdir(), "imagehook-webhook-"));
    secretFile = join(folder, "secret");
  });
  beforeEach(async () => {
    receiver.received.splice(0);
    receiver.answers.splice(0);
    await writeFile(secretFile, `${secretOf(KEY)}\n`);
  });
  after(async () => {
    await fetcher.close();
    await receiver.hosts.close();
    await rm(folder, { recursive: true });
  });

  const send = async (over: Partial<ChannelSettings> = {}, by = fetcher): Promise<string | ChannelFailure> => {
    const url = { kind: "text", value: `https://${receiver.hosts.direct}/in?team=a` } as const;
    const settings = { name: "ops", type: "webhook", url, secretFile, isInsecure: false, ...over };
    const channel = createChannel(settings, webhook, { receivers: by, files: keyFiles, clock: { now: () => NOW } });
    const sent = await channel.send(aNotice, ID, AbortSignal.timeout(5_000));
    return sent.kind === "ok" ? sent.value : sent.error;
  };

  it("posts what there is to tell, signed as Standard Webhooks has it", async () => {
    assert.equal(await send(), "204");
    const [got] = receiver.received;
    assert.ok(got);
    assert.equal(got.path, "/in?team=a");
    assert.deepEqual(
      ["content-type", "webhook-id", "webhook-timestamp"].map((name) => got.headers[name]),
      ["application/json", ID, "1795334520"],
    );
    assert.equal(countSignatures(got, KEY), 1);
    assert.equal(countSignatures(got, NEXT), 0);
    assert.equal(countSignatures({ ...got, body: `${got.body} ` }, KEY), 0);
    assert.partialDeepStrictEqual(JSON.parse(got.body), { type: "rollout.complete", data: { hook: aNotice.hook } });
  });

  it("signs with each secret of the file, as it is at the time", async () => {
    await writeFile(secretFile, `${secretOf(KEY)}\r\n\n  ${secretOf(NEXT)}\n`);
    await send();
    await writeFile(secretFile, secretOf(NEXT).slice("whsec_".length));
    await send();
    assert.deepEqual(
      receiver.received.map((got) => [countSignatures(got, KEY), countSignatures(got, NEXT)]),
      [
        [1, 1],
        [0, 1],
      ],
    );
  });

  it("sends the same id and body again when it was not taken the first time", async () => {
    receiver.answers.push({ status: 500 });
    assert.partialDeepStrictEqual(await send(), { kind: "temporary", code: "500", retryAfterSeconds: null });
    assert.equal(await send(), "204");
    const [first, second] = receiver.received;
    assert.equal(first?.headers["webhook-id"], second?.headers["webhook-id"]);
    assert.equal(first?.body, second?.body);
  });

  const statuses: readonly { status: number; headers?: Record<string, string>; is: Partial<ChannelFailure> }[] = [
    { status: 429, headers: { "retry-after": "90" }, is: { kind: "temporary", retryAfterSeconds: 90 } },
    {
      status: 503,
      headers: { "retry-after": "Sun, 22 Nov 2026 08:03:00 GMT" },
      is: { kind: "temporary", retryAfterSeconds: 60 },
    },
    { status: 502, is: { kind: "temporary", retryAfterSeconds: null } },
    { status: 408, is: { kind: "temporary" } },
    { status: 425, is: { kind: "temporary" } },
    { status: 400, headers: { "retry-after": "90" }, is: { kind: "permanent", retryAfterSeconds: null } },
    { status: 401, is: { kind: "permanent" } },
    { status: 404, is: { kind: "permanent" } },
    { status: 410, is: { kind: "permanent" } },
    { status: 302, headers: { location: "/elsewhere" }, is: { kind: "permanent" } },
    { status: 308, headers: { location: "/elsewhere" }, is: { kind: "permanent" } },
  ];
  for (const { status, headers = {}, is } of statuses) {
    it(`calls ${String(status)}${headers["retry-after"] === undefined ? "" : " with Retry-After"} ${String(is.kind)}`, async () => {
      receiver.answers.push({ status, headers });
      assert.partialDeepStrictEqual(await send(), { ...is, code: String(status) });
      assert.equal(receiver.received.length, 1);
    });
  }

  for (const status of [200, 201, 202, 299]) {
    it(`calls ${String(status)} taken, however much is answered`, async () => {
      receiver.answers.push({ status, body: "x".repeat(1_000_000) });
      assert.equal(await send(), String(status));
    });
  }

  it("gives a receiver that another authority certified nothing to read", async () => {
    const own = createFetcher({ ca: "", proxy: "", wellKnown: [] });
    const failure = await send({}, own);
    await own.close();
    assert.partialDeepStrictEqual(failure, { kind: "temporary", code: "unreachable" });
    assert.match(JSON.stringify(failure), /OUTGOING_CA/);
    assert.deepEqual(receiver.received, []);
  });

  it("calls a receiver that is not there temporary", async () => {
    const failure = await send({ url: { kind: "text", value: "https://127.0.0.1:1/secret-path" } });
    assert.partialDeepStrictEqual(failure, { kind: "temporary", code: "unreachable" });
    assert.doesNotMatch(JSON.stringify(failure), /secret-path/);
  });

  it("posts to the address of a file, as it is at the time", async () => {
    const path = join(folder, "url");
    await writeFile(path, `https://${receiver.hosts.direct}/from-file\n`);
    assert.equal(await send({ url: { kind: "file", path } }), "204");
    assert.equal(receiver.received[0]?.path, "/from-file");
  });

  const unusable: readonly { when: string; url?: string; secrets?: string; says: RegExp }[] = [
    { when: "an empty file of secrets", secrets: " \n", says: /secret is empty/ },
    { when: "a secret that is not base64", secrets: "whsec_canary!", says: /each line must be a secret/ },
    { when: "a short secret", secrets: secretOf("x".repeat(23)), says: /each line must be a secret of 24 bytes/ },
    { when: "a short secret beside a good one", secrets: `${secretOf(KEY)}\n${secretOf("x")}`, says: /each line/ },
    { when: "many secrets", secrets: `${secretOf(KEY)}\n`.repeat(11), says: /more than 10 lines/ },
    { when: "an address in a file that is none", url: "canary", says: /what .*url holds is no address/ },
    { when: "an address in a file without encryption", url: "http://canary/", says: /holds is not encrypted/ },
  ];
  for (const { when, url, secrets = secretOf(KEY), says } of unusable) {
    it(`sends nothing, and tries again, with ${when}`, async () => {
      await writeFile(secretFile, secrets);
      const path = join(folder, "url");
      await writeFile(path, url ?? "");
      const failure = await send(url === undefined ? {} : { url: { kind: "file", path } });
      assert.partialDeepStrictEqual(failure, { kind: "temporary", code: "ESETTINGS", hint: "correct the channel ops" });
      assert.match(JSON.stringify(failure), says);
      assert.doesNotMatch(JSON.stringify(failure), /canary/);
      assert.deepEqual(receiver.received, []);
    });
  }

  it("sends nothing, and tries again, where a file is missing", async () => {
    for (const over of [{ secretFile: "/nowhere/s" }, { url: { kind: "file", path: "/nowhere/u" } as const }])
      assert.match(JSON.stringify(await send(over)), /"temporary".*\/nowhere\/[su] cannot be read: ENOENT/);
    assert.deepEqual(receiver.received, []);
  });
});
