import assert from "node:assert/strict";
import { createChannels, type ChannelStore } from "../../src/channels/channels.ts";
import { statusFault } from "../../src/channels/status-fault.ts";
import { fail, ok } from "../../src/core/result.ts";
import type { RemoteDelivery, RemoteFailure } from "../../src/flow/ports.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";
import { aNotice } from "../unit/core/notice/a-notice.ts";
import { secretOf } from "./receiver.ts";

const channelText = (name: string, host = "ops.example.com"): string =>
  `- {name: ${name}, type: webhook, url: "https://${host}/in", secret: {file: /s}}`;
const textOf = (...entries: readonly string[]): string => ["channels:", ...entries, ""].join("\n");

describe("createChannels(file, parts, log)", () => {
  let log: FakeLog;
  let posted: RemoteDelivery[];
  let channels: ChannelStore;
  let refusal: RemoteFailure | null;
  beforeEach(() => {
    log = createFakeLog();
    posted = [];
    refusal = null;
    const parts = {
      receivers: {
        post: (delivery: RemoteDelivery) => {
          posted.push(delivery);
          if (refusal !== null) return Promise.resolve(fail(refusal));
          return Promise.resolve(ok({ status: 200, header: () => "", body: Buffer.alloc(0) }));
        },
      },
      files: { read: () => Promise.resolve(ok(secretOf("0123456789abcdefghijklmn"))) },
      clock: { now: () => new Date("2026-11-22T08:00:00Z") },
    };
    channels = createChannels("/etc/channels.yaml", parts, log);
  });

  const sendBy = async (name: string): Promise<string> => {
    const sent = await channels.channel(name)?.send(aNotice, "id", new AbortController().signal);
    return sent?.kind === "ok" ? sent.value : JSON.stringify(sent);
  };

  it("sends by the channel of a name, to its own host alone", async () => {
    channels.adopt(ok(textOf(channelText("ops"), channelText("team", "team.example.com:8443"))));
    assert.deepEqual(channels.names(), ["ops", "team"]);
    assert.equal(await sendBy("team"), "200");
    assert.deepEqual(
      posted.map(({ url, host, allowsHttp }) => [url, host, allowsHttp]),
      [["https://team.example.com:8443/in", "team.example.com:8443", false]],
    );
  });

  it("has no channel that no entry names", () => {
    channels.adopt(ok(textOf(channelText("ops"))));
    assert.deepEqual(
      ["ops", "team", "constructor", "__proto__"].map((name) => channels.channel(name) !== null),
      [true, false, false, false],
    );
  });

  it("never sends again what must not be sent", async () => {
    channels.adopt(ok(textOf(channelText("ops"))));
    refusal = { kind: "too-large", message: "it is too much" };
    assert.match(await sendBy("ops"), /"kind":"permanent","code":"too-large","message":"it is too much","hint":""/);
  });

  it("takes up a changed file", () => {
    channels.adopt(ok(textOf(channelText("ops"))));
    channels.adopt(ok(textOf(channelText("team"))));
    assert.deepEqual(channels.names(), ["team"]);
    channels.adopt(ok(""));
    assert.deepEqual(channels.names(), []);
  });

  it("leaves out a channel that something is wrong with, and says where", () => {
    channels.adopt(ok(textOf(channelText("ops"), "- {name: team, type: telegram, url: 'https://x.example.com/'}")));
    assert.deepEqual(channels.names(), ["ops"]);
    const [line] = log.lines.filter(({ level }) => level === "error");
    assert.deepEqual(line, {
      level: "error",
      message: "channel is left out",
      facts: {
        file: "/etc/channels.yaml",
        line: 3,
        column: 22,
        reason: "type: is none of the known types: webhook",
      },
    });
  });

  for (const [when, reading] of [
    ["is no document", ok("- a")],
    ["cannot be read", fail("ENOENT")],
  ] as const) {
    it(`keeps the channels when the file ${when}`, () => {
      channels.adopt(ok(textOf(channelText("ops"))));
      channels.adopt(reading);
      assert.deepEqual(channels.names(), ["ops"]);
      assert.deepEqual(
        log.lines.filter(({ level }) => level === "error").map(({ message }) => message),
        ["channels cannot be read; they stay as they were"],
      );
    });
  }
});

describe("statusFault(answer, now)", () => {
  it("says what to do about a receiver that is gone", () => {
    const fault = statusFault({ status: 410, header: () => "", body: Buffer.alloc(0) }, new Date());
    assert.match(String(fault?.hint), /take the channel out/);
  });
});
