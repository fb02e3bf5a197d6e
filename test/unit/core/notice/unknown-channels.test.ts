import assert from "node:assert/strict";
import { unknownChannels } from "../../../../src/core/notice/unknown-channels.ts";
import { aHook } from "../../../support/builders.ts";
import { aCommandHook } from "../../../support/command-hook.ts";

describe("unknownChannels(hooks, names)", () => {
  it("finds what hooks name and nobody set up", () => {
    const hooks = [
      aHook({ id: "a", upgrade: { channels: ["ops", "team"] } }),
      aHook({ id: "b", upgrade: { channels: ["team", "chat"] } }),
      aHook({ id: "c" }),
      aCommandHook(),
    ];
    assert.deepEqual(unknownChannels(hooks, ["ops"]), [
      { hook: "a", channel: "team" },
      { hook: "b", channel: "team" },
      { hook: "b", channel: "chat" },
    ]);
    assert.deepEqual(unknownChannels(hooks, ["ops", "team", "chat"]), []);
  });
});
