import assert from "node:assert/strict";
import { readConfig, type Config } from "../../src/config.ts";

type Flags = Parameters<typeof readConfig>[1];

function configOf(env: Readonly<Record<string, string | undefined>>, flags: Flags = []): Config {
  const config = readConfig(env, flags);
  if (config.kind === "error") assert.fail(config.error);
  return config.value;
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  const config = readConfig(env, []);
  return config.kind === "error" ? config.error.split("\n") : [];
}

describe("readConfig(env, flags)", () => {
  const defaults = {
    admission: {
      port: null,
      rules: "/etc/imagehook/admission",
      clientCaFile: "",
      certificates: { kind: "in-memory" },
    },
    hooks: [],
    template: false,
    host: "0.0.0.0",
    port: 9000,
    http: {
      prefix: "hooks",
      methods: [],
      headers: [],
      trustedProxies: [],
      requestIds: { fromHeader: false, limit: 0 },
    },
    tls: null,
    log: { level: "info", format: "json", file: null },
    maxBodyBytes: 1_048_576,
    outgoing: { hosts: [], caFile: "", proxy: "" },
    commands: {
      isEnabled: false,
      timeoutMs: 30_000,
      concurrency: 10,
      queue: 50,
      environment: ["PATH", "HOME", "LANG", "TZ"],
    },
    cluster: { kind: "none" },
    operations: { port: null, apiTokenFile: "" },
    publicUrl: "",
    stateNamespace: "",
    leadership: { isElected: true, lease: "imagehook" },
    failureLimit: 20,
    rolloutDeadlineMs: 600_000,
    diagnose: { events: false, logs: false },
    shutdownDelayMs: 5_000,
    mail: { kind: "off", reason: "MAIL_FROM is not set" },
    notify: { channelsFile: "", ownerDomains: [], rancher: null, retry: { firstMs: 30_000, forMs: 259_200_000 } },
    warnings: [],
  };
  const withoutGetenv = (config: Config): object =>
    Object.fromEntries(Object.entries(config).filter(([name]) => name !== "getenv"));

  it("has a default for everything", () => {
    assert.deepEqual(withoutGetenv(configOf({})), defaults);
  });

  const names = [
    "HOOKS HOST PORT LOG_LEVEL LOG_FORMAT ROLLOUT_DEADLINE SHUTDOWN_DELAY SERVICE_ACCOUNT_DIR STATE_NAMESPACE",
    "KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBECONFIG MAIL_FROM MAIL_TO MAIL_SMTP_SERVER",
    "COMMANDS_ENABLED COMMANDS_TIMEOUT COMMANDS_CONCURRENCY COMMANDS_QUEUE COMMANDS_ENVIRONMENT",
    "ADMISSION_PORT ADMISSION_RULES ADMISSION_CERT_DIR ADMISSION_SECRET ADMISSION_CLIENT_CA",
    "TRUSTED_PROXIES FAILURE_LIMIT OPERATIONS_PORT API_TOKEN_FILE PUBLIC_URL DIAGNOSE_EVENTS DIAGNOSE_LOGS",
  ].flatMap((line) => line.split(" "));
  it("takes an empty variable for one that is not set", () => {
    assert.deepEqual(withoutGetenv(configOf(Object.fromEntries(names.map((name) => [name, ""])))), defaults);
    assert.deepEqual(withoutGetenv(configOf(Object.fromEntries(names.map((name) => [name, undefined])))), defaults);
  });

  it("reads every variable", () => {
    const { mail, ...config } = configOf({
      HOOKS: "/hooks",
      HOST: "127.0.0.1",
      PORT: "8080",
      LOG_LEVEL: "debug",
      LOG_FORMAT: "text",
      ROLLOUT_DEADLINE: "1h30m",
      SHUTDOWN_DELAY: "250ms",
      DIAGNOSE_EVENTS: "true",
      DIAGNOSE_LOGS: "true",
      STATE_NAMESPACE: "hooks",
      SERVICE_ACCOUNT_DIR: "/tmp/account",
      KUBERNETES_SERVICE_HOST: "10.0.0.1",
      KUBERNETES_SERVICE_PORT: "6443",
      TRUSTED_PROXIES: "",
      OPERATIONS_PORT: "9001",
      API_TOKEN_FILE: "/etc/imagehook/api/token",
      PUBLIC_URL: "https://hooks.example.com/ih/",
      FAILURE_LIMIT: "0",
      COMMANDS_ENABLED: "true",
      COMMANDS_TIMEOUT: "2m",
      COMMANDS_CONCURRENCY: "1",
      COMMANDS_QUEUE: "0",
      COMMANDS_ENVIRONMENT: "PATH, MY_VAR,",
      OUTGOING_HOSTS: "Auth.example.com, *.example.net,",
      OUTGOING_CA: "/etc/imagehook/ca.pem",
      OUTGOING_PROXY: "http://proxy.example.com:3128",
      MAIL_FROM: "imagehook@example.com",
      MAIL_TO: "ops@example.com",
      MAIL_SMTP_SERVER: "smtp.example.com",
    });
    assert.deepEqual(withoutGetenv({ ...config, mail: { kind: "off", reason: "" } }), {
      ...defaults,
      hooks: ["/hooks"],
      host: "127.0.0.1",
      port: 8080,
      log: { level: "debug", format: "text", file: null },
      commands: { isEnabled: true, timeoutMs: 120_000, concurrency: 1, queue: 0, environment: ["PATH", "MY_VAR"] },
      cluster: { kind: "pod", directory: "/tmp/account", host: "10.0.0.1", port: "6443" },
      outgoing: {
        hosts: ["auth.example.com", "*.example.net"],
        caFile: "/etc/imagehook/ca.pem",
        proxy: "http://proxy.example.com:3128",
      },
      operations: { port: 9001, apiTokenFile: "/etc/imagehook/api/token" },
      publicUrl: "https://hooks.example.com/ih",
      stateNamespace: "hooks",
      failureLimit: 0,
      rolloutDeadlineMs: 5_400_000,
      diagnose: { events: true, logs: true },
      shutdownDelayMs: 250,
      mail: { kind: "off", reason: "" },
    });
    assert.partialDeepStrictEqual(mail, { kind: "on", from: "imagehook@example.com", to: ["ops@example.com"] });
  });

  for (const text of ["-1", "many", "1.5", "1000000001"]) {
    it(`refuses ${text} as the limit of failures`, () => {
      const problem = "FAILURE_LIMIT: must be a whole number from 0 to 1000000000";
      assert.deepEqual(problemsOf({ FAILURE_LIMIT: text }), [problem]);
    });
  }

  it("gives templates the environment as it is", () => {
    const { getenv } = configOf({ TOKEN: "a", EMPTY: "" });
    assert.deepEqual([getenv("TOKEN"), getenv("EMPTY"), getenv("OTHER")], ["a", "", undefined]);
  });

  for (const [text, ms] of [
    ["0s", 0],
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["1h30m", 5_400_000],
    ["1m30s500ms", 90_500],
  ] as const) {
    it(`reads ${text} as ${String(ms)} ms`, () => {
      assert.equal(configOf({ SHUTDOWN_DELAY: text }).shutdownDelayMs, ms);
    });
  }

  for (const text of ["10", "s", "1d", "-1s", "1.5", "10 m", "1234567s", " "]) {
    it(`refuses "${text}" as a duration`, () => {
      const problem = "must be a duration such as 90s, 10m or 1h30m";
      assert.deepEqual(problemsOf({ SHUTDOWN_DELAY: text }), [`SHUTDOWN_DELAY: ${problem}`]);
    });
  }

  for (const port of ["http", "-1", "65536", "80.5", "0x50", "1e3", " ", "9000 "]) {
    it(`refuses "${port}" as a port`, () => {
      assert.deepEqual(problemsOf({ PORT: port }), ["PORT: must be a port number"]);
    });
  }

  for (const port of [0, 1, 65_535]) {
    it(`takes the port ${String(port)}`, () => {
      assert.equal(configOf({ PORT: String(port) }).port, port);
    });
  }

  it("names all problems in one error, each with its variable", () => {
    const problems = problemsOf({
      PORT: "http",
      LOG_LEVEL: "loud",
      LOG_FORMAT: "xml",
      ROLLOUT_DEADLINE: "soon",
      SHUTDOWN_DELAY: "later",
      DIAGNOSE_LOGS: "yes",
      COMMANDS_ENABLED: "yes",
      COMMANDS_TIMEOUT: "0s",
      COMMANDS_CONCURRENCY: "0",
      COMMANDS_QUEUE: "10001",
      COMMANDS_ENVIRONMENT: "PATH,A-B",
      OUTGOING_HOSTS: "https://a.example.com",
      OUTGOING_PROXY: "proxy:3128",
      MAIL_FROM: "nobody",
      MAIL_SMTP_PORT: "x",
    });
    const expected = [
      /^PORT: must be a port number$/,
      /^LOG_LEVEL: .*"debug"\|"info"\|"warn"\|"error"/,
      /^LOG_FORMAT: .*"json"\|"text"/,
      /^ROLLOUT_DEADLINE: must be a duration/,
      /^SHUTDOWN_DELAY: must be a duration/,
      /^DIAGNOSE_LOGS: .*"true"\|"false"/,
      /^COMMANDS_ENABLED: .*"true"\|"false"/,
      /^COMMANDS_TIMEOUT: must be longer than nothing$/,
      /^COMMANDS_CONCURRENCY: must be a whole number from 1 to 1000$/,
      /^COMMANDS_QUEUE: must be a whole number from 0 to 10000$/,
      /^COMMANDS_ENVIRONMENT: must be names of variables with commas between them$/,
      /^OUTGOING_HOSTS: must be hosts, as host, host:port or \*\.suffix, with commas between$/,
      /^OUTGOING_PROXY: must be the address of an HTTP proxy, as http:\/\/host:port$/,
      /^MAIL_FROM /,
      /^MAIL_SMTP_SERVER /,
      /^MAIL_SMTP_PORT /,
    ];
    assert.equal(problems.length, expected.length, problems.join("\n"));
    for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? "", pattern);
  });
});

describe("readConfig(env, flags): the cluster", () => {
  const flag = (name: string, value: string): Flags[number] => ({ name, value, source: `-${name}` });
  const pod = { KUBERNETES_SERVICE_HOST: "10.0.0.1" };
  const inPod = {
    kind: "pod",
    directory: "/var/run/secrets/kubernetes.io/serviceaccount",
    host: "10.0.0.1",
    port: "443",
  };
  const cases = [
    { when: "there is nothing", env: {}, flags: [], is: { kind: "none" } },
    { when: "it runs in a pod", env: pod, flags: [], is: inPod },
    { when: "it runs in a pod with KUBECONFIG", env: { ...pod, KUBECONFIG: "/k" }, flags: [], is: inPod },
    {
      when: "KUBECONFIG is set",
      env: { KUBECONFIG: "/k" },
      flags: [],
      is: { kind: "kubeconfig", file: "/k", context: "" },
    },
    {
      when: "KUBECONFIG is set and a context named",
      env: { KUBECONFIG: "/k" },
      flags: [flag("context", "kind")],
      is: { kind: "kubeconfig", file: "/k", context: "kind" },
    },
    {
      when: "--kubeconfig is given beside KUBECONFIG",
      env: { KUBECONFIG: "/k" },
      flags: [flag("kubeconfig", "/own"), flag("context", "kind")],
      is: { kind: "kubeconfig", file: "/own", context: "kind" },
    },
    {
      when: "--kubeconfig is given in a pod",
      env: pod,
      flags: [flag("kubeconfig", "/own")],
      is: { kind: "kubeconfig", file: "/own", context: "" },
    },
  ];
  for (const { when, env, flags, is } of cases) {
    it(`is ${is.kind} when ${when}`, () => {
      assert.deepEqual(configOf(env, flags).cluster, is);
    });
  }
});
