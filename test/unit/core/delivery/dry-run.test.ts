import assert from "node:assert/strict";
import type { Answer } from "../../../../src/core/delivery/answer.ts";
import { answerTo } from "../../../../src/core/delivery/answer-to.ts";
import { asDryRun } from "../../../../src/core/delivery/dry-run.ts";
import type { PushOutcome } from "../../../../src/core/delivery/outcome.ts";
import { soften } from "../../../../src/core/delivery/soften.ts";
import type { ClusterFailure } from "../../../../src/core/rollout/cluster-failure.ts";
import { aChanged, aHook, aPush, aSkipped } from "../../../support/builders.ts";

const headers = [{ name: "X-Hook", value: "website" }];
// What a dry run says is neither of the hook's own.
const hook = aHook({ response: { headers, message: "thank you", successStatus: 202, mismatchStatus: 403 } });
const answered = (would: PushOutcome): Answer => answerTo({ kind: "upgrade", hook, outcome: asDryRun(would) });

const right = { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" };
const push = aPush({ before: "a:1", after: "a:2" });

describe("asDryRun(would), as it is answered", () => {
  it("leaves a handshake as it is", () => {
    const { status, body } = answered({ kind: "handshake", handshake: { kind: "code", code: "a" } });
    assert.deepEqual([status, body], [200, '{"validationResponse":"a"}']);
  });

  const cases: readonly (readonly [PushOutcome, string | RegExp])[] = [
    [aChanged({ push }), "deployment.apps/website would change\nweb: a:1 -> a:2"],
    [
      aChanged({ push: { ...push, before: "a:2" }, redeploys: true }),
      "deployment.apps/website would restart\nweb: a:2, same image redeployed",
    ],
    [aSkipped("duplicate", "a:2"), "deployment.apps/website unchanged: web already runs a:2 (duplicate)"],
    [{ kind: "ignored", reason: "no tag" }, "ignored: no tag"],
    [{ kind: "held", until: null, reason: "the hook is frozen" }, "held for now: the hook is frozen"],
    [{ kind: "not-allowed", reason: "no digest" }, "no digest"],
    [{ kind: "unfit", reason: "not there" }, "not there"],
    [{ kind: "foreign-repository", reason: "the push brings b" }, "the push brings b"],
    [{ kind: "bad-request", field: "push_data.tag", reason: "is not a tag" }, "push_data.tag: is not a tag"],
    [{ kind: "not-served", reason: "no container" }, "no container"],
    [{ kind: "refused", reason: "no container" }, "refused: no container"],
    [{ kind: "cluster", failure: { kind: "not-found", message: "no deployment" } }, "no deployment"],
    [
      { kind: "cluster", failure: { kind: "forbidden", message: "no", right } },
      /^the service account lacks the right to patch/,
    ],
  ];
  for (const [would, body] of cases) {
    it(`is 200 for ${JSON.stringify(would).slice(0, 80)}`, () => {
      const answer = answered(would);
      const text = answer.body.toString();
      assert.deepEqual([answer.status, answer.headers, text.slice(0, 9)], [200, headers, "dry run: "]);
      if (typeof body === "string") assert.equal(text.slice(9), body);
      else assert.match(text.slice(9), body);
    });
  }

  const passing: readonly (readonly [ClusterFailure, number])[] = [
    [{ kind: "unreachable", message: "m" }, 503],
    [{ kind: "conflict", message: "m" }, 503],
    [{ kind: "throttled", message: "m", retryAfterSeconds: 7 }, 503],
    [{ kind: "unreadable", message: "m" }, 502],
  ];
  for (const [failure, status] of passing) {
    it(`is ${String(status)} where the cluster is ${failure.kind}: nothing was found out`, () => {
      const answer = answered({ kind: "cluster", failure });
      assert.deepEqual([answer.status, answer.body], [status, "m"]);
    });
  }

  it("is 503 where the registry gave no answer: nothing was found out", () => {
    const answer = answered({ kind: "registry-away", reason: "status 500" });
    assert.deepEqual([answer.status, answer.body], [503, "status 500"]);
  });

  it("is what a registry-wide sender would be told", () => {
    const would = soften({ kind: "foreign-repository", reason: "the push brings b" });
    assert.equal(answered(would).body, "dry run: ignored: the push brings b");
  });
});
