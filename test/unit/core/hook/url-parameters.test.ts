import assert from "node:assert/strict";
import type { Upgrade, UpgradeHook } from "../../../../src/core/hook/hook.ts";
import { disagreement, repeatedParameter } from "../../../../src/core/hook/url-parameters.ts";
import { aHook as aServedHook, aSelection } from "../../../support/builders.ts";
import { anArgument, aRequest, matchesFile } from "./requests.ts";

const query = (values: Readonly<Record<string, string | readonly string[]>>): ReturnType<typeof aRequest>["query"] =>
  aRequest({ query: values }).query;

const aHook = (upgrade: Partial<Upgrade> = {}): UpgradeHook =>
  aServedHook({
    rule: matchesFile("url", "token", "/tokens/website"),
    upgrade: {
      target: { kind: "deployment", namespace: "web", name: "website" },
      registry: { kind: "fixed", value: "aliyun" },
      network: { kind: "fixed", value: "vpc" },
      ...upgrade,
    },
  });

describe("repeatedParameter(hook, query)", () => {
  for (const name of ["token", "ns", "workload", "container", "repo_type", "net_type"]) {
    it(`finds ${name} given twice`, () => {
      assert.equal(repeatedParameter(aHook(), query({ other: ["1", "2"], [name]: ["a", "a"] })), name);
    });
  }

  it("passes over parameters that mean nothing, and those given once", () => {
    const values = { token: "a", ns: [], other: ["1", "2"], "token[]": ["a", "b"] };
    assert.equal(repeatedParameter(aHook(), query(values)), undefined);
  });

  it("finds the parameters of the hook's callers given twice", () => {
    const callers = [
      { kind: "bearer", file: "/callers/a" },
      { kind: "token", name: "secret", file: "/callers/b" },
    ] as const;
    assert.equal(repeatedParameter(aHook({ callers }), query({ secret: ["a", "b"] })), "secret");
    assert.equal(repeatedParameter(aHook({ callers }), query({ secret: "a" })), undefined);
    assert.equal(repeatedParameter(aHook(), query({ secret: ["a", "b"] })), undefined);
  });
});

describe("disagreement(hook, query)", () => {
  const agreeing = [
    { when: "nothing but a token", values: { token: "t" } },
    {
      when: "everything as the hook has it",
      values: { ns: "web", workload: "deployment/website", container: "web", repo_type: "aliyun", net_type: "vpc" },
    },
    {
      when: "other letters",
      values: { ns: "Web", workload: "Deployment/Website", container: "WEB", repo_type: "Aliyun" },
    },
    { when: "an alias of the type", values: { workload: "deploy/website" } },
  ];
  for (const { when, values } of agreeing) {
    it(`agrees with ${when}`, () => {
      assert.equal(disagreement(aHook(), query(values)), undefined);
    });
  }

  const target =
    "this hook is for deployment/website in namespace web: take ns and workload out of the URL, or correct them";
  const cases = [
    { when: "another namespace", values: { ns: "other" }, expected: target },
    { when: "an empty namespace", values: { ns: "" }, expected: target },
    { when: "another name", values: { workload: "deployment/other" }, expected: target },
    { when: "another type", values: { workload: "daemonset/website" }, expected: target },
    { when: "what is no workload", values: { workload: "website" }, expected: target },
    {
      when: "another container",
      values: { container: "sidecar" },
      expected: 'this hook has container "web": take it out of the URL, or change the hook',
    },
    {
      when: "another registry",
      values: { repo_type: "dockerhub" },
      expected: 'this hook has repo_type "aliyun": take it out of the URL, or change the hook',
    },
    {
      when: "another network",
      values: { net_type: "public" },
      expected: 'this hook has net_type "vpc": take it out of the URL, or change the hook',
    },
  ];
  for (const { when, values, expected } of cases) {
    it(`disagrees with ${when}`, () => {
      assert.equal(disagreement(aHook(), query(values)), expected);
    });
  }

  describe("of a hook that selects workloads", () => {
    const hook = aHook({ target: aSelection({ namespace: "web" }) });
    const selected =
      "this hook is for deployment -l app=website,tier=web in namespace web: take ns and workload out of the URL, or correct them";
    for (const values of [{}, { ns: "web" }, { ns: "WEB", container: "web" }]) {
      it(`agrees with ${JSON.stringify(values)}`, () => {
        assert.equal(disagreement(hook, query(values)), undefined);
      });
    }
    for (const values of [{ ns: "other" }, { ns: "" }, { workload: "deployment/website" }, { workload: "" }]) {
      it(`disagrees with ${JSON.stringify(values)}`, () => {
        assert.equal(disagreement(hook, query(values)), selected);
      });
    }
  });

  it("leaves to the request what the hook does not fix", () => {
    const hook = aHook({ registry: { kind: "argument", argument: anArgument("url", "repo_type") } });
    assert.equal(disagreement(hook, query({ repo_type: "dockerhub" })), undefined);
  });

  it("leaves a script's parameters to its rule", () => {
    assert.equal(disagreement(aHook({ style: "script" }), query({ ns: "other" })), undefined);
  });
});
