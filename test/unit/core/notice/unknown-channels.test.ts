import assert from "node:assert/strict";
import { unknownChannels } from "../../../../src/core/notice/unknown-channels.ts";

describe("unknownChannels(hooks, names)", () => {
  it("finds what hooks name and nobody set up", () => {
    const hooks = [
      { id: "a", channels: ["ops", "team"] },
      { id: "b", channels: ["team", "chat"] },
      { id: "c", channels: [] },
    ];
    assert.deepEqual(unknownChannels(hooks, ["ops"]), [
      { hook: "a", channel: "team" },
      { hook: "b", channel: "team" },
      { hook: "b", channel: "chat" },
    ]);
    assert.deepEqual(unknownChannels(hooks, ["ops", "team", "chat"]), []);
  });
});
