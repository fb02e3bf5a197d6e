import assert from "node:assert/strict";
import type { Notice } from "../../../../src/core/notice/notice.ts";
import { webhookMessage } from "../../../../src/core/notice/webhook-message.ts";
import { aContainerNotice, aNotice, aPod } from "./a-notice.ts";

describe("webhookMessage(notice)", () => {
  it("says everything that the notice does", () => {
    const notice: Notice = {
      ...aNotice,
      result: { kind: "failed", reason: "the container web crashed\n(exit code 1)" },
      pods: [aPod],
      log: "Error: no config\n  at main.js:1\n",
      link: "https://rancher.example.com/x#pods",
      statusLink: "https://hooks.example.com/api",
    };
    assert.deepEqual(JSON.parse(webhookMessage(notice)), {
      type: "rollout.failed",
      timestamp: notice.finishedAt,
      data: {
        hook: "cnrancher_website",
        namespace: "shop",
        workload: "deployment/website",
        changes: [aContainerNotice],
        result: "failed",
        reason: "the container web crashed (exit code 1)",
        acceptedAt: notice.acceptedAt,
        finishedAt: notice.finishedAt,
        requestId: "req-7f3a",
        link: "https://rancher.example.com/x#pods",
        statusLink: "https://hooks.example.com/api",
        log: "Error: no config\n  at main.js:1",
        pods: [aPod],
        podsNote: "",
      },
    });
  });

  const kinds = ["complete", "failed", "deadline", "rolled-back", "superseded", "refused"] as const;
  for (const kind of kinds) {
    it(`is of the type rollout.${kind} where that is the result`, () => {
      const message = webhookMessage({ ...aNotice, result: { kind, reason: "why" } });
      const { type, data } = JSON.parse(message) as { type: string; data: { result: string; reason: string } };
      assert.deepEqual([type, data.result, data.reason], [`rollout.${kind}`, kind, kind === "complete" ? "" : "why"]);
    });
  }

  it("stays below what is posted, whatever stands in the notice", () => {
    const long = "\u{1f680}".repeat(100_000);
    const pod = { ...aPod, name: long, phase: long, ready: long, image: long, state: long, message: long, node: long };
    const change = { ...aContainerNotice, container: long, before: long, after: long };
    const notice: Notice = {
      ...aNotice,
      hook: long,
      namespace: long,
      workload: long,
      requestId: long,
      podsNote: long,
      changes: [change, ...Array.from({ length: 99 }, () => change)],
      result: { kind: "failed", reason: long },
      pods: Array.from({ length: 100 }, () => pod),
      log: `${long}\n`.repeat(100),
    };
    const bytes = Buffer.byteLength(webhookMessage(notice));
    assert.ok(bytes > 100_000 && bytes < 262_144, String(bytes));
  });
});
