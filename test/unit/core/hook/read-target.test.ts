import assert from "node:assert/strict";
import { assertRefused, readServed, typedHook } from "./hooks-files.ts";

const selected = (more: object): ReturnType<typeof typedHook> =>
  typedHook({ workload: undefined, selector: { app: "website" }, ...more });

describe("readTarget(upgrade) of a selector", () => {
  it("reads the labels, and means deployments", () => {
    const hook = selected({ namespace: "Web", selector: { "app.kubernetes.io/Name": "Site", tier: "" } });
    assert.deepEqual(readServed(hook).upgrade.target, {
      kind: "selected",
      namespace: "web",
      kinds: ["deployment"],
      labels: [
        ["app.kubernetes.io/Name", "Site"],
        ["tier", ""],
      ],
    });
  });

  it("reads kinds in kubectl's words, each once", () => {
    const { target } = readServed(selected({ kinds: ["sts", "Deployment", "deploy", "cj", "ds"] })).upgrade;
    assert.deepEqual(target.kind === "selected" && target.kinds, ["statefulset", "deployment", "cronjob", "daemonset"]);
  });

  it("means deployments with an empty list of kinds", () => {
    const { target } = readServed(selected({ kinds: [] })).upgrade;
    assert.deepEqual(target.kind === "selected" && target.kinds, ["deployment"]);
  });

  const refusals = [
    {
      when: "a workload beside it",
      more: { workload: "deployment/website" },
      message: "selector: and workload exclude each other: leave one of them out",
    },
    {
      when: "no label",
      more: { selector: {} },
      message: "selector: needs a label at least: without one it would mean all workloads",
    },
    { when: "a text", more: { selector: "app=website" }, message: "selector must be a map of keys, not a scalar" },
    {
      when: "a value that is a list",
      more: { selector: { app: ["a", "b"] } },
      message: "app: must be a text, not a list",
    },
    {
      when: "an expression as the value",
      more: { selector: { app: "in (a, b)" } },
      message: 'app: "in (a, b)" is not the value of a label: only equality is selected by',
    },
    {
      when: "a name that is none",
      more: { selector: { "a/b/c": "x" } },
      message: 'a/b/c: "a/b/c" is not the name of a label, such as app.kubernetes.io/name',
    },
    {
      when: "another kind",
      more: { kinds: ["pod"] },
      message: 'kinds: "pod" is not a workload type: use deployment, statefulset, daemonset or cronjob',
    },
    {
      when: "replicasets",
      more: { kinds: ["rs"] },
      message: "kinds: a replicaset does not replace its pods when its image changes: name the deployment that owns it",
    },
    { when: "kinds that are a text", more: { kinds: "sts" }, message: "kinds: must be a list, not a scalar" },
    { when: "a namespace that is none", more: { namespace: "a/b" }, message: 'namespace: "a/b" is not a namespace' },
  ];
  for (const { when, more, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(selected(more), message);
    });
  }

  it("refuses kinds beside a workload", () => {
    assertRefused(typedHook({ kinds: ["deployment"] }), "kinds: needs a selector: a workload names its kind itself");
  });
});
