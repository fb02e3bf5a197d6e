import assert from "node:assert/strict";
import { messageId } from "../../../../src/core/notice/message-id.ts";

describe("messageId(about, sender)", () => {
  it("is the same for the same thing, in the sender's domain", () => {
    const id = messageId("website key 2026-11-22T08:00:00Z", "imagehook@example.com");
    assert.match(id, /^<[0-9a-f]{32}@example\.com>$/);
    assert.equal(messageId("website key 2026-11-22T08:00:00Z", "imagehook@example.com"), id);
  });

  it("differs for different things", () => {
    assert.notEqual(messageId("a", "imagehook@example.com"), messageId("b", "imagehook@example.com"));
  });
});
