import assert from "node:assert/strict";
import { readChannels, type ChannelNeeds } from "../../../../src/core/notice/channel-settings.ts";

const TYPES: ReadonlyMap<string, ChannelNeeds> = new Map([
  ["webhook", { needsSecret: true }],
  ["chat", { needsSecret: false }],
]);

const ops = {
  name: "ops",
  type: "webhook",
  url: { kind: "text", value: "https://ops.example.com/in" },
  secretFile: "/etc/ops",
  isInsecure: false,
} as const;

function read(text: string): { channels: readonly unknown[]; said: readonly string[] } {
  const reading = readChannels(text, TYPES);
  if (reading.kind === "error")
    return { channels: [], said: [`${String(reading.error.at.line)}: ${reading.error.message}`] };
  const { channels, issues } = reading.value;
  return { channels, said: issues.map(({ at, message }) => `${String(at.line)}:${String(at.column)} ${message}`) };
}

const OPS = "{name: ops, type: webhook, url: 'https://ops.example.com/in', secret: {file: /etc/ops}}";

describe("readChannels(text, types)", () => {
  it("reads channels of YAML and of JSON", () => {
    const text = `channels:\n- ${OPS}\n- name: team-2\n  type: chat\n  url: {file: /etc/url}\n  insecure: true\n`;
    const team = {
      name: "team-2",
      type: "chat",
      url: { kind: "file", path: "/etc/url" },
      secretFile: "",
      isInsecure: true,
    };
    assert.deepEqual(read(text), { channels: [ops, team], said: [] });
    const json = { channels: [{ name: "ops", type: "webhook", url: ops.url.value, secret: { file: "/etc/ops" } }] };
    assert.deepEqual(read(JSON.stringify(json)), { channels: [ops], said: [] });
  });

  for (const text of ["", "# nothing yet\n", "channels:\n", "channels: []", "{}"]) {
    it(`reads no channel of ${JSON.stringify(text)}`, () => {
      assert.deepEqual(read(text), { channels: [], said: [] });
    });
  }

  const wrong: readonly { when: string; text: string; said: readonly string[] }[] = [
    { when: "no YAML", text: 'channels: "', said: ['1: Missing closing "quote'] },
    { when: "a list", text: "- a", said: ["1: must be a map with the list channels"] },
    { when: "a text as the list", text: "channels: a", said: ["1:11 channels: must be a list, not a scalar"] },
    {
      when: "a text as an entry",
      text: "channels: [a]",
      said: ["1:12 an entry of channels must be a map of keys, not a scalar"],
    },
    { when: "a slip in the root", text: "chanels: []", said: ["1:10 chanels: unknown key; did you mean channels?"] },
  ];
  for (const { when, text, said } of wrong) {
    it(`says where the file is wrong: ${when}`, () => {
      assert.deepEqual(read(text), { channels: [], said });
    });
  }

  const entries: readonly { entry: string; said: string }[] = [
    { entry: OPS.replace("webhook", "slack"), said: "2:21 type: is none of the known types: webhook, chat" },
    { entry: OPS.replace("type: webhook, ", ""), said: "2:3 type: is none of the known types: webhook, chat" },
    {
      entry: OPS.replace("name: ops", "name: Ops"),
      said: '2:10 name: must be lower-case letters, digits and "-", 40 at most',
    },
    { entry: OPS.replace("name: ops", "name: mail"), said: "2:10 name: mail is what mails go by: choose another one" },
    {
      entry: OPS.replace(", secret: {file: /etc/ops}", ""),
      said: "2:3 secret: a webhook is signed: name the file of its secrets, as secret: {file: /path}",
    },
    { entry: OPS.replace("/etc/ops", "ops"), said: "2:80 file: must be an absolute path" },
    { entry: OPS.replace("{file: /etc/ops}", "whsec_AAAA"), said: "2:73 secret must be a map of keys, not a scalar" },
    { entry: OPS.replace("file: /etc", "fil: /etc"), said: "2:79 fil: unknown key; did you mean file?" },
    {
      entry: OPS.replace("https", "http"),
      said: "2:35 url: is not encrypted: use https, or say insecure: true where only this cluster can read along",
    },
    { entry: OPS.replace("'https://ops.example.com/in'", "{file: in}"), said: "2:42 file: must be an absolute path" },
    {
      entry: OPS.replace("secret", "retries: 3, secret"),
      said: "2:74 retries: unknown key; known are name, type, url, secret, insecure",
    },
  ];
  for (const { entry, said } of entries) {
    it(`leaves out a channel, and no other, of which it says ${said}`, () => {
      const reading = read(`channels:\n- ${entry}\n- ${OPS.replace("name: ops", "name: other")}\n`);
      assert.equal(reading.said[0], said);
      assert.deepEqual(reading.channels, [{ ...ops, name: "other" }]);
    });
  }

  it("takes the first of two channels of a name", () => {
    const reading = read(`channels:\n- ${OPS}\n- ${OPS.replace("/in", "/other")}\n`);
    assert.deepEqual(reading, { channels: [ops], said: ['3:3 name: two channels are called "ops"'] });
  });

  it("takes fifty channels", () => {
    const many = Array.from(
      { length: 51 },
      (_, index) => `- ${OPS.replace("name: ops", `name: ops-${String(index)}`)}`,
    );
    const reading = read(`channels:\n${many.join("\n")}\n`);
    assert.equal(reading.channels.length, 50);
    assert.match(reading.said.join(), /^2:1 channels: has more than 50 entries$/);
  });

  it("shows nothing of an address or a secret in what it says", () => {
    for (const slip of [OPS.replace("https:", "htps:"), OPS.replace("{file: /etc/ops}", "[in]"), `${OPS}"`]) {
      assert.doesNotMatch(read(`channels:\n- ${slip}`).said.join(), /example|\/in/);
    }
  });
});
