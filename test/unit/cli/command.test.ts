import assert from "node:assert/strict";
import { readCommand, type Command } from "../../../src/cli/command.ts";
import { SERVE_FLAGS } from "../../../src/cli/flags.ts";

const read = (argv: readonly string[], webhookCmd = ""): Command => readCommand(argv, { webhookCmd, version: "1.2.3" });

function said(argv: readonly string[], webhookCmd = ""): Command & { kind: "said" } {
  const command = read(argv, webhookCmd);
  assert.ok(command.kind === "said", JSON.stringify(command));
  return command;
}

/** The flags of a serve command, each as `source=value`. */
function flagsOf(argv: readonly string[], webhookCmd = ""): readonly string[] {
  const command = read(argv, webhookCmd);
  assert.ok(command.kind === "serve", JSON.stringify(command));
  return command.flags.map(({ source, value }) => `${source}=${value}`);
}

describe("readCommand(argv, surroundings): serve", () => {
  const cases: readonly {
    readonly argv: readonly string[];
    readonly cmd?: string;
    readonly flags: readonly string[];
  }[] = [
    { argv: [], flags: [] },
    { argv: ["serve"], flags: [] },
    { argv: ["-hooks", "hooks.json", "-port=9000"], flags: ["-hooks=hooks.json", "-port=9000"] },
    { argv: ["serve", "--port", "9000"], flags: ["-port=9000"] },
    { argv: ["-hooks", "check"], flags: ["-hooks=check"] },
    { argv: ["--kubeconfig=/own", "--context", "kind"], flags: ["-kubeconfig=/own", "-context=kind"] },
    { argv: ["-urlprefix=", "-header", "A=b=c"], flags: ["-urlprefix=", "-header=A=b=c"] },
    { argv: ["-port", "1", "--"], flags: ["-port=1"] },
    { argv: [], cmd: "-template", flags: ["WEBHOOK_CMD: -template=true"] },
    { argv: ["-port", "2"], cmd: "-port 1", flags: ["WEBHOOK_CMD: -port=1", "-port=2"] },
    { argv: ["-port", "2"], cmd: "-verbose --", flags: ["WEBHOOK_CMD: -verbose=true", "-port=2"] },
    { argv: ["serve", "-port", "2"], cmd: "-header 'A=b c'", flags: ["WEBHOOK_CMD: -header=A=b c", "-port=2"] },
  ];
  for (const { argv, cmd, flags } of cases) {
    it(`reads ${JSON.stringify(argv)}${cmd === undefined ? "" : ` after WEBHOOK_CMD=${cmd}`}`, () => {
      assert.deepEqual(flagsOf(argv, cmd), flags);
    });
  }

  const booleans = { true: ["1", "t", "T", "true", "TRUE", "True"], false: ["0", "f", "F", "false", "FALSE", "False"] };
  for (const [value, texts] of Object.entries(booleans)) {
    it(`reads ${texts.join(" ")} as ${value}`, () => {
      for (const text of texts) assert.deepEqual(flagsOf([`-verbose=${text}`]), [`-verbose=${value}`]);
    });
  }

  it("takes every flag of the table, and of adnanh/webhook every one that there is", () => {
    const peers =
      "hooks hotreload template urlprefix ip port http-methods header secure cert key tls-min-version verbose debug " +
      "logfile nopanic x-request-id x-request-id-limit max-multipart-mem version setuid setgid pidfile socket " +
      "cipher-suites list-cipher-suites";
    assert.deepEqual(
      new Set(SERVE_FLAGS.map(({ name }) => name)),
      new Set([...peers.split(" "), "kubeconfig", "context"]),
    );
    for (const { name, value } of SERVE_FLAGS.filter((flag) => flag.name !== "version")) {
      assert.deepEqual(flagsOf(value === null ? [`-${name}`] : [`-${name}`, "x"]), [
        `-${name}=${value === null ? "true" : "x"}`,
      ]);
    }
  });

  it("warns once of what it is asked in vain, and says why", () => {
    const command = read(["-setuid=3", "-socket", "/x", "-socket", "/y", "-list-cipher-suites=false"], "-pidfile /x");
    assert.ok(command.kind === "serve");
    assert.deepEqual(
      command.warnings.map((warning) => warning.replace(/:(?! -).*/, "")),
      ["WEBHOOK_CMD: -pidfile changes nothing", "-setuid changes nothing", "-socket changes nothing"],
    );
    assert.match(command.warnings[2] ?? "", /it listens on -ip and -port only/);
  });

  const wrong = [
    { argv: ["--kubeconfig"], says: /^error: option '--kubeconfig <file>' argument missing\n$/ },
    { argv: ["-prot", "9000"], says: /^error: unknown option '--prot'\n\(Did you mean --port\?\)\n$/ },
    { argv: ["--prot=canary"], says: /^error: unknown option '--prot'\n\(Did you mean --port\?\)\n$/ },
    { argv: ["-verbose=maybe"], says: /'maybe' is invalid\. It is true or false\./ },
    { argv: ["-verbose="], says: /'' is invalid\. It is true or false\./ },
    { argv: ["-hotreload", "true", "-port", "1"], says: /^error: 'true' is neither a flag nor a command/ },
    { argv: ["dance"], says: /^error: 'dance' is neither a flag nor a command/ },
    { argv: ["-port", "1", "check", "a"], says: /^error: 'check' is neither a flag nor a command/ },
    { argv: ["--", "-port"], says: /^error: '-port' is neither/ },
    { argv: [], cmd: "-port 1 -tempalte", says: /^WEBHOOK_CMD: error: unknown option '--tempalte'\n.*--template/ },
    { argv: [], cmd: "-port", says: /^WEBHOOK_CMD: error: option '--port <number>' argument missing/ },
    { argv: [], cmd: "dance", says: /^WEBHOOK_CMD: error: 'dance' is neither/ },
    { argv: [], cmd: "-header 'x", says: /^WEBHOOK_CMD: a quote is not closed/ },
    { argv: [], cmd: "-cert $HOME/x", says: /^WEBHOOK_CMD: no shell reads it/ },
  ];
  for (const { argv, cmd, says } of wrong) {
    it(`says what is wrong with ${JSON.stringify(argv)} ${cmd ?? ""}, and exits with 2`, () => {
      const { text, exitCode } = said(argv, cmd);
      assert.equal(exitCode, 2);
      assert.match(text, says);
    });
  }

  for (const argv of [["--help"], ["-h"], ["-help"], ["serve", "-h"], ["-port", "1", "--help"]]) {
    it(`prints help for ${JSON.stringify(argv)}, and exits with 0`, () => {
      const { text, exitCode } = said(argv);
      assert.equal(exitCode, 0);
      for (const { name } of SERVE_FLAGS) assert.match(text, new RegExp(`^  --${name} `, "m"));
      assert.match(text, /imagehook -hooks hooks\.json -port 9000[^]*Exit code: 0 [^]* 1 [^]* 2 /);
      assert.match(text, /imagehook check/);
    });
  }

  for (const [argv, cmd] of [
    [["-version"], ""],
    [["serve", "--version", "-port", "1"], ""],
    [[], "-version"],
  ] as const) {
    it(`prints the version for ${JSON.stringify(argv)} ${cmd}`, () => {
      assert.deepEqual(said(argv, cmd), { kind: "said", text: "imagehook 1.2.3\n", exitCode: 0 });
    });
  }

  it("serves where the version is asked for and then not", () => {
    assert.deepEqual(flagsOf(["-version=false"], "-version"), ["WEBHOOK_CMD: -version=true", "-version=false"]);
  });
});

describe("readCommand(argv, surroundings): check", () => {
  it("reads the paths, and nothing of WEBHOOK_CMD", () => {
    const plain = { template: false, json: false, commands: false, cluster: false, kubeconfig: "", context: "" };
    const check = { kind: "check", paths: ["a.json"], ...plain };
    assert.deepEqual(read(["check", "a.json"], "-template 'x"), check);
    assert.deepEqual(read(["check", "--json", "a", "b", "--template"]), {
      kind: "check",
      paths: ["a", "b"],
      ...plain,
      template: true,
      json: true,
    });
  });

  const wrong = [
    { argv: ["check"], says: /missing required argument 'path'/ },
    { argv: ["check", "a", "--jsn"], says: /unknown option '--jsn'[\s\S]*Did you mean --json/ },
    { argv: ["check", "a", "-port=1"], says: /unknown option '-port=1'/ },
  ];
  for (const { argv, says } of wrong) {
    it(`says what is wrong with "${argv.join(" ")}", and exits with 2`, () => {
      const { text, exitCode } = said(argv);
      assert.equal(exitCode, 2);
      assert.match(text, says);
    });
  }

  it("prints its own help", () => {
    const { text, exitCode } = said(["check", "--help"]);
    assert.equal(exitCode, 0);
    assert.match(text, /^Usage: imagehook check [^]*imagehook check examples\/hooks\.json[^]*Exit code/);
  });
});
