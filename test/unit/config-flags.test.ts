import assert from "node:assert/strict";
import { SERVE_FLAGS } from "../../src/cli/flags.ts";
import { readConfig, type Config } from "../../src/config.ts";

/** Gives a flag as the command line does. */
function flag(text: string, place = ""): Parameters<typeof readConfig>[1][number] {
  const [, name = "", value = ""] = /^-([^=]+)=([^]*)$/.exec(text) ?? [];
  return { name, value, source: `${place}-${name}` };
}

function configOf(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Config {
  const config = readConfig(
    env,
    flags.map((text) => flag(text)),
  );
  if (config.kind === "error") assert.fail(config.error);
  return config.value;
}

function problemsOf(flags: Parameters<typeof readConfig>[1], env: Readonly<Record<string, string>> = {}): string {
  const config = readConfig(env, flags);
  return config.kind === "error" ? config.error : "";
}

describe("readConfig(env, flags): flags", () => {
  const cases: readonly {
    readonly flags: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly gives: object;
  }[] = [
    { flags: ["-hooks=a.json", "-hooks=b"], env: { HOOKS: "/c" }, gives: { hooks: ["a.json", "b"] } },
    { flags: ["-hooks="], env: { HOOKS: "/c" }, gives: { hooks: ["/c"] } },
    { flags: ["-hooks="], gives: { hooks: [] } },
    { flags: ["-template=true"], gives: { template: true } },
    { flags: ["-template=true", "-template=false"], gives: { template: false } },
    { flags: ["-ip=127.0.0.1", "-port=1"], env: { HOST: "::1", PORT: "2" }, gives: { host: "127.0.0.1", port: 1 } },
    { flags: ["-port=0"], env: { PORT: "2" }, gives: { port: 0 } },
    { flags: ["-port=1", "-port=3"], gives: { port: 3 } },
    { flags: ["-ip="], env: { HOST: "::1" }, gives: { host: "::1" } },
    { flags: ["-urlprefix="], gives: { http: { prefix: "" } } },
    { flags: ["-urlprefix=a/b"], gives: { http: { prefix: "a/b" } } },
    { flags: ["-urlprefix=/a//b/"], gives: { http: { prefix: "a/b" } } },
    { flags: ["-http-methods=post, PUT,"], gives: { http: { methods: ["POST", "PUT"] } } },
    { flags: ["-http-methods=POST", "-http-methods="], gives: { http: { methods: [] } } },
    {
      flags: ["-header=A=b=c", "-header=X-B="],
      gives: {
        http: {
          headers: [
            { name: "A", value: "b=c" },
            { name: "X-B", value: "" },
          ],
        },
      },
    },
    { flags: ["-x-request-id=true"], gives: { http: { requestIds: { fromHeader: true, limit: 0 } } } },
    { flags: ["-x-request-id-limit=8"], gives: { http: { requestIds: { fromHeader: false, limit: 8 } } } },
    { flags: ["-secure=true"], gives: { tls: { cert: "cert.pem", key: "key.pem", minVersion: "1.2" } } },
    {
      flags: ["-secure=true", "-cert=c", "-key=k", "-tls-min-version=1.3"],
      gives: { tls: { cert: "c", key: "k", minVersion: "1.3" }, warnings: [] },
    },
    { flags: ["-secure=false"], gives: { tls: null, warnings: [] } },
    { flags: ["-cert=c"], gives: { tls: null, warnings: ["-cert changes nothing without -secure"] } },
    { flags: ["-verbose=true"], env: { LOG_LEVEL: "error" }, gives: { log: { level: "info" } } },
    { flags: ["-verbose=true"], env: { LOG_LEVEL: "debug" }, gives: { log: { level: "debug" } } },
    { flags: ["-verbose=false"], env: { LOG_LEVEL: "warn" }, gives: { log: { level: "warn" } } },
    { flags: ["-debug=true"], env: { LOG_LEVEL: "warn" }, gives: { log: { level: "debug" } } },
    { flags: ["-logfile=/l"], env: { LOG_LEVEL: "warn" }, gives: { log: { level: "info", file: "/l" } } },
    { flags: ["-logfile="], env: { LOG_LEVEL: "warn" }, gives: { log: { level: "warn", file: null } } },
    { flags: ["-max-multipart-mem=1"], gives: { maxBodyBytes: 1 } },
  ];
  for (const { flags, env, gives } of cases) {
    it(`reads ${flags.join(" ")}${env === undefined ? "" : ` before ${JSON.stringify(env)}`}`, () => {
      assert.partialDeepStrictEqual(configOf(flags, env), gives);
    });
  }

  it("reads each flag that the command line takes and that means something here", () => {
    const always = ["hotreload", "nopanic", "version"];
    const inVain = SERVE_FLAGS.filter(({ whyIgnored, name }) => whyIgnored !== undefined || always.includes(name));
    const values: Readonly<Record<string, string>> = {
      port: "1",
      header: "A=b",
      "tls-min-version": "1.3",
      "x-request-id-limit": "1",
      "max-multipart-mem": "1",
      context: "x",
    };
    const base = ["-secure=true", "-kubeconfig=/k"];
    for (const { name, value } of SERVE_FLAGS.filter((each) => !inVain.includes(each))) {
      const given = `-${name}=${value === null ? (name === "secure" ? "false" : "true") : (values[name] ?? "x")}`;
      assert.notDeepEqual(
        { ...configOf([...base, given], { LOG_LEVEL: "warn" }), getenv: null },
        { ...configOf(base, { LOG_LEVEL: "warn" }), getenv: null },
        given,
      );
    }
    for (const { name } of inVain) assert.equal(problemsOf([flag(`-${name}=x`)]), "");
  });

  const wrong = [
    { given: "-port=http", says: "-port: must be a port number" },
    { given: "-port=", says: "-port: must be a port number" },
    { given: "-port=65536", says: "-port: must be a port number" },
    { given: "-urlprefix=a b", says: "-urlprefix: must be a path of letters, digits and . _ ~ - /" },
    { given: "-urlprefix={id}", says: "-urlprefix: must be a path of letters, digits and . _ ~ - /" },
    { given: "-http-methods=PO ST", says: "-http-methods: must be HTTP methods with commas between them" },
    { given: "-header=A", says: "-header: must be the name and value of an HTTP header, as name=value" },
    { given: "-header=A b=c", says: "-header: must be the name and value of an HTTP header, as name=value" },
    { given: "-header=A=b\r\nC: d", says: "-header: must be the name and value of an HTTP header, as name=value" },
    { given: "-header==b", says: "-header: must be the name and value of an HTTP header, as name=value" },
    { given: "-header=Content-length=1", says: "-header: is a header that only the server writes" },
    { given: "-x-request-id-limit=-1", says: "-x-request-id-limit: must be a whole number from 0 to 1000000" },
    { given: "-tls-min-version=2", says: '-tls-min-version: Invalid option: expected one of "1.0"|"1.1"|"1.2"|"1.3"' },
    { given: "-max-multipart-mem=0", says: "-max-multipart-mem: must be a whole number from 1 to 1073741824" },
    { given: "-max-multipart-mem=1e6", says: "-max-multipart-mem: must be a whole number from 1 to 1073741824" },
  ];
  for (const { given, says } of wrong) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.equal(problemsOf([flag(given)]), says);
    });
  }

  it("names all problems at once, each with the place where it stands", () => {
    const flags = [
      flag("-header=A=b", "WEBHOOK_CMD: "),
      flag("-header=C", "WEBHOOK_CMD: "),
      flag("-port=1", "WEBHOOK_CMD: "),
      flag("-header=D"),
      flag("-port=x"),
    ];
    assert.deepEqual(problemsOf(flags, { SHUTDOWN_DELAY: "later", PORT: "1" }).split("\n"), [
      "-port: must be a port number",
      "WEBHOOK_CMD: -header: must be the name and value of an HTTP header, as name=value",
      "-header: must be the name and value of an HTTP header, as name=value",
      "SHUTDOWN_DELAY: must be a duration such as 90s, 10m or 1h30m",
    ]);
  });
});
