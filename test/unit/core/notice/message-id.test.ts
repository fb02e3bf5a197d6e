import assert from "node:assert/strict";
import { messageId, threadId } from "../../../../src/core/notice/message-id.ts";

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

describe("threadId(workloadKey, sender)", () => {
  const website = threadId("deployment/shop/website", "imagehook@example.com");

  it("is the same for each mail about one workload, and is the id of none", () => {
    assert.match(website, /^<[0-9a-f]{32}@example\.com>$/);
    assert.equal(threadId("deployment/shop/website", "imagehook@example.com"), website);
    assert.notEqual(messageId("deployment/shop/website", "imagehook@example.com"), website);
  });

  it("differs for another workload", () => {
    assert.notEqual(threadId("statefulset/shop/website", "imagehook@example.com"), website);
  });
});
