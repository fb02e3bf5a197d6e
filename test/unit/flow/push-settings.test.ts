import assert from "node:assert/strict";
import { REGISTRY_TYPES } from "../../../src/core/event/dialects.ts";
import { aHook, aSelection, aTarget } from "../../support/builders.ts";
import { argument, changed, deliver, outcomeOf, rule } from "./push-kit.ts";

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

describe("createPush(proofs, parts): refusals that a registry-wide sender does not hear of", () => {
  const upgrade = { registry: { kind: "fixed", value: "harbor" }, target: aSelection() } as const;
  const body = JSON.stringify({
    type: "PUSH_ARTIFACT",
    event_data: {
      resources: [{ tag: "2.0", resource_url: "registry.example.com/shop/website:2.0" }],
      repository: { repo_full_name: "shop/website" },
    },
  });

  it("are told of for each workload that a hook selects", async () => {
    const refused = { kind: "not-served", reason: "no container" } as const;
    const workloads = [
      { target: aTarget, outcome: refused },
      { target: { ...aTarget, name: "api" }, outcome: changed },
      { target: { ...aTarget, name: "job" }, outcome: refused },
    ];
    const { places, upgraded } = await deliver({ body }, aHook({ rule, upgrade }), undefined, {
      kind: "several",
      workloads,
    });
    assert.deepEqual([upgraded.length, places], [1, ["website", "job"]]);
  });

  it("are told of to none where no workload was looked for", async () => {
    const { outcome, places } = await deliver({ body: '"no object"' }, aHook({ rule, upgrade }));
    assert.deepEqual([outcomeOf(outcome).kind, places], ["refused", []]);
  });
});
