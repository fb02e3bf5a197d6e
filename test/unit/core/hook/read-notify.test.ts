import assert from "node:assert/strict";
import { assertRefused, readServed, typedHook } from "./hooks-files.ts";

describe("readNotify(upgrade)", () => {
  for (const [written, language] of [
    ["", null],
    ["en", "en"],
    ["ZH", "zh"],
  ] as const) {
    it(`reads the language "${written}"`, () => {
      assert.equal(readServed(typedHook({ notify: { language: written } })).upgrade.language, language);
    });
  }

  it("refuses another language", () => {
    const message = 'language: "de" is not known: use en or zh, or leave it out for the general one';
    assertRefused(typedHook({ notify: { language: "de" } }), message);
  });

  const ten = Array.from({ length: 10 }, (_, index) => `channel-${String(index)}`);
  const channels: readonly (readonly [unknown, readonly string[]])[] = [
    ["", []],
    [[], []],
    [
      ["ops", "chat-2", "ops"],
      ["ops", "chat-2"],
    ],
    [["a".repeat(40)], ["a".repeat(40)]],
    [ten, ten],
  ];
  for (const [written, read] of channels) {
    it(`reads the channels ${JSON.stringify(written).slice(0, 60)}`, () => {
      assert.deepEqual(readServed(typedHook({ notify: { channels: written } })).upgrade.channels, read);
    });
  }

  for (const name of ["", "Ops", "a b", "https://chat.example.com", "a".repeat(41)]) {
    it(`refuses the channel "${name.slice(0, 30)}"`, () => {
      const message = `channels: "${name}" is not the name of a channel: use a-z, 0-9 and -, at most 40 of them`;
      assertRefused(typedHook({ notify: { channels: ["ops", name] } }), message);
    });
  }

  it("refuses eleven channels, and a channel that is no list", () => {
    assertRefused(typedHook({ notify: { channels: [...ten, "ops"] } }), "channels: holds 11 names: 10 at most");
    assertRefused(typedHook({ notify: { channels: "ops" } }), "channels: must be a list, not a scalar");
  });
});
