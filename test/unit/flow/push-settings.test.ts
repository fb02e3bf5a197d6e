import assert from "node:assert/strict";
import { REGISTRY_TYPES } from "../../../src/core/event/dialects.ts";
import { aHook } from "../../support/builders.ts";
import { argument, changed, deliver, outcomeOf } from "./push-kit.ts";

describe("createPush(proofs, upgrade): settings that the URL brings", () => {
  const hook = aHook({
    upgrade: {
      style: "script",
      registry: { kind: "argument", argument: argument("url", "repo_type") },
      network: { kind: "argument", argument: argument("url", "net_type") },
    },
  });

  for (const [given, network] of [
    ["", "public"],
    ["&net_type=", "public"],
    ["&net_type=public", "public"],
    ["&net_type=VPC", "vpc"],
    ["&net_type=internal", "internal"],
    ["&net_type=keep", "keep"],
  ] as const) {
    it(`takes "${given}" for the network ${network}`, async () => {
      const { upgraded } = await deliver({ query: `repo_type=custom${given}` }, hook);
      assert.deepEqual(
        upgraded.map((accepted) => accepted.network),
        [network],
      );
    });
  }

  it("refuses an unknown network and lists the four, before it reads the body", async () => {
    const { outcome } = await deliver({ query: "net_type=moon", body: "no JSON" }, hook);
    assert.deepEqual(outcomeOf(outcome), {
      kind: "bad-request",
      field: "net_type",
      reason: "is not a network: use one of keep, public, vpc, internal",
    });
  });

  it("refuses an unknown registry type and lists those that there are", async () => {
    const { outcome } = await deliver({ query: "repo_type=harbour" }, hook);
    assert.deepEqual(outcomeOf(outcome), {
      kind: "not-served",
      reason: `unsupported registry type "harbour": use one of ${REGISTRY_TYPES.join(", ")}`,
    });
  });

  it("does not look at the target that a script hook's URL names: its rule does", async () => {
    const { outcome } = await deliver({ query: "repo_type=custom&ns=other&workload=x&container=y" }, hook);
    assert.deepEqual(outcomeOf(outcome), changed);
  });

  it("tells the registry by the body where no type is given", async () => {
    const { upgraded } = await deliver({ query: "" }, hook);
    assert.equal(upgraded.length, 1);
  });
});
