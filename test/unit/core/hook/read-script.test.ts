import assert from "node:assert/strict";
import {
  assertRefused,
  assertWarned,
  issuesOf,
  readServed,
  seedEnvironment,
  seedHook,
  SEED_VALUES,
  urlMatch,
} from "./hooks-files.ts";

type Json = Readonly<Record<string, unknown>>;

const ENVIRONMENT = "pass-environment-to-command";
const text = (envname: string, name: string): Json => ({ envname, source: "string", name });

/** The seed's hook with variables of its environment replaced; those without a replacement stay. */
function withVariables(...variables: readonly Json[]): Json {
  const replaced = new Set(variables.map(({ envname }) => envname));
  const others = seedEnvironment(SEED_VALUES.mailTo).filter(({ envname }) => !replaced.has(envname));
  return { ...seedHook(), [ENVIRONMENT]: [...others, ...variables] };
}

const without = (name: string): Json => ({
  ...seedHook(),
  [ENVIRONMENT]: seedEnvironment(SEED_VALUES.mailTo).filter(({ envname }) => envname !== name),
});

const withRule = (...rules: readonly unknown[]): Json => ({
  ...seedHook(),
  "trigger-rule": { and: [urlMatch("token", SEED_VALUES.token), ...rules] },
});

const TARGET = [urlMatch("workload", "deployment/website"), urlMatch("container", "web")];
const choosable = (name: string, source: string, parameter: string): string =>
  `${ENVIRONMENT}: ${name} comes from ${source} "${parameter}", which any request could choose: ` +
  `add a match of type value on it to the trigger rule (under and), or give it as a string`;

describe("readScriptUpgrade(hook, environment, rule) of the target", () => {
  const types = [
    { type: "deployment", kind: "deployment" },
    { type: "deploy", kind: "deployment" },
    { type: "StatefulSets", kind: "statefulset" },
    { type: "sts", kind: "statefulset" },
    { type: "daemonset.apps", kind: "daemonset" },
    { type: "ds", kind: "daemonset" },
    { type: "cj", kind: "cronjob" },
  ];
  for (const { type, kind } of types) {
    it(`takes ${type} for a ${kind}`, () => {
      const { target } = readServed(seedHook({ workload: `${type}/website` })).upgrade;
      assert.deepEqual(target, { kind, namespace: "default", name: "website" });
    });
  }

  it("takes what stands in the file without a match", () => {
    const hook = withVariables(text("APP_NS", "Web"), text("APP_WORKLOAD", "DS/Agent"), text("APP_CONTAINER", "Agent"));
    const { target, container } = readServed({ ...hook, "trigger-rule": urlMatch("token", SEED_VALUES.token) }).upgrade;
    assert.deepEqual(target, { kind: "daemonset", namespace: "web", name: "agent" });
    assert.equal(container, "agent");
  });

  it("takes what the rule demands of a header or of the payload", () => {
    const hook = withVariables(
      { envname: "APP_NS", source: "header", name: "X-Ns" },
      { envname: "APP_CONTAINER", source: "payload", name: "target.container" },
    );
    const match = (source: string, name: string, value: string): Json => ({
      match: { type: "value", value, parameter: { source, name } },
    });
    const rule = {
      and: [
        urlMatch("token", SEED_VALUES.token),
        {
          and: [
            match("header", "X-Ns", "the-webs-namespace"),
            match("payload", "target.container", "the-main-container"),
          ],
        },
        urlMatch("workload", "sts/db"),
      ],
    };
    const { target, container } = readServed({ ...hook, "trigger-rule": rule }).upgrade;
    assert.deepEqual([target.namespace, container], ["the-webs-namespace", "the-main-container"]);
  });

  it("takes the value that the rule demands besides a file's", () => {
    const fromFile = {
      match: { type: "value", "value-from": { file: "/ns" }, parameter: { source: "url", name: "ns" } },
    };
    assert.equal(readServed(withRule(fromFile, urlMatch("ns", "web"), ...TARGET)).upgrade.target.namespace, "web");
  });

  it("takes the first of a variable that is passed twice", () => {
    const hook = { ...seedHook(), [ENVIRONMENT]: [text("APP_NS", "first"), ...seedEnvironment("ops@example.com")] };
    assert.equal(readServed(hook).upgrade.target.namespace, "first");
  });

  const refusals = [
    {
      when: "no APP_NS",
      hook: without("APP_NS"),
      message: `${ENVIRONMENT}: APP_NS is missing: the upgrade needs it to know its target`,
    },
    {
      when: "no APP_WORKLOAD",
      hook: without("APP_WORKLOAD"),
      message: `${ENVIRONMENT}: APP_WORKLOAD is missing: the upgrade needs it to know its target`,
    },
    {
      when: "no APP_CONTAINER",
      hook: without("APP_CONTAINER"),
      message: `${ENVIRONMENT}: APP_CONTAINER is missing: the upgrade needs it to know its target`,
    },
    {
      when: "no environment",
      hook: { ...seedHook(), [ENVIRONMENT]: undefined },
      message: `${ENVIRONMENT}: APP_NS is missing: the upgrade needs it to know its target`,
    },
    {
      when: "a namespace that a request chooses",
      hook: withRule(...TARGET),
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a namespace that the rule demands only under or",
      hook: withRule({ or: [urlMatch("ns", "a"), urlMatch("ns", "b")] }, ...TARGET),
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a namespace that the rule excludes",
      hook: withRule({ not: urlMatch("ns", "a") }, ...TARGET),
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a namespace that a file demands",
      hook: withRule(
        { match: { type: "value", "value-from": { file: "/ns" }, parameter: { source: "url", name: "ns" } } },
        ...TARGET,
      ),
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a namespace that another source demands",
      hook: withRule(
        { match: { type: "value", value: "web", parameter: { source: "header", name: "ns" } } },
        ...TARGET,
      ),
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a workload out of the payload",
      hook: withVariables({ envname: "APP_WORKLOAD", source: "payload", name: "workload" }),
      message: choosable("APP_WORKLOAD", "payload", "workload"),
    },
    {
      when: "a target without any rule",
      hook: { ...seedHook(), "trigger-rule": undefined },
      message: choosable("APP_NS", "url", "ns"),
    },
    {
      when: "a namespace that is none",
      hook: seedHook({ ns: "a b" }),
      message: `${ENVIRONMENT}: "a b" is not a namespace`,
    },
    {
      when: "a workload without a type",
      hook: seedHook({ workload: "website" }),
      message: `${ENVIRONMENT}: "website" is not type/name, such as deployment/website`,
    },
    {
      when: "a replicaset",
      hook: seedHook({ workload: "replicaset/website" }),
      message: `${ENVIRONMENT}: a replicaset does not replace its pods when its image changes: name the deployment that owns it`,
    },
    {
      when: "another type",
      hook: seedHook({ workload: "pod/website" }),
      message: `${ENVIRONMENT}: "pod" is not a workload type: use deployment, statefulset, daemonset or cronjob`,
    },
    {
      when: "a container that is none",
      hook: seedHook({ container: "we.b" }),
      message: `${ENVIRONMENT}: "we.b" is not the name of a container`,
    },
  ];
  for (const { when, hook, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(hook, message);
    });
  }

  it("names all that is missing at once", () => {
    assert.equal(issuesOf({ ...seedHook(), [ENVIRONMENT]: [] }).length, 3);
  });
});

describe("readScriptUpgrade(hook, environment, rule) of the settings", () => {
  const repositories = [
    { name: "", expected: { kind: "own" } },
    { name: "any", expected: { kind: "any" } },
    { name: "nginx", expected: { kind: "named", repository: "docker.io/library/nginx" } },
    {
      name: "registry.example.com:5000/team/app",
      expected: { kind: "named", repository: "registry.example.com:5000/team/app" },
    },
  ];
  for (const { name, expected } of repositories) {
    it(`reads the repository "${name}"`, () => {
      assert.deepEqual(readServed(withVariables(text("APP_REPOSITORY", name))).upgrade.repository, expected);
    });
  }

  const wrong = [
    {
      when: "a repository that a request chooses",
      variable: { envname: "APP_REPOSITORY", source: "url", name: "repository" },
      message: "APP_REPOSITORY: must be a string: a request may not choose it",
    },
    {
      when: "a repository with a tag",
      variable: text("APP_REPOSITORY", "team/app:v1"),
      message:
        'APP_REPOSITORY: "app:v1" is not a repository name: letters, digits and single separators . _ - between them are allowed; name a repository without tag, or any',
    },
    {
      when: "a recipient that is none",
      variable: text("MAIL_TO", "ops"),
      message:
        'MAIL_TO: "ops" is not an e-mail address; write plain addresses such as ops@example.com, separated by commas',
    },
  ];
  for (const { when, variable, message } of wrong) {
    it(`refuses ${when}`, () => {
      assertRefused(withVariables(variable), `${ENVIRONMENT}: ${message}`);
    });
  }

  it("sends no mail to an address that a request chooses, and says so", () => {
    const hook = assertWarned(
      withVariables({ envname: "MAIL_TO", source: "url", name: "mail" }),
      `${ENVIRONMENT}: MAIL_TO is no string: recipients come from the hooks file only, so this hook sends no mail`,
    );
    assert.deepEqual(hook.upgrade.mailTo, []);
  });

  it("sends no mail without an address", () => {
    assert.deepEqual(readServed(without("MAIL_TO")).upgrade.mailTo, []);
    assert.deepEqual(readServed(seedHook({ mailTo: "" })).upgrade.mailTo, []);
  });

  it("fixes the registry and the network where the file says them", () => {
    const { registry, network } = readServed(
      withVariables(text("REPO_TYPE", "Aliyun"), text("NET_TYPE", "VPC")),
    ).upgrade;
    assert.deepEqual(registry, { kind: "fixed", value: "aliyun" });
    assert.deepEqual(network, { kind: "fixed", value: "vpc" });
  });

  for (const name of ["REPO_TYPE", "NET_TYPE"]) {
    it(`leaves ${name} empty where the hook does not pass it`, () => {
      const { registry, network } = readServed(without(name)).upgrade;
      assert.deepEqual(name === "REPO_TYPE" ? registry : network, { kind: "fixed", value: "" });
    });
  }
});
