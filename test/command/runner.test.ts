import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCommandKit, PATH, printed, type CommandKit } from "./command-kit.ts";

describe("createCommandRunner(parts)", () => {
  let kit: CommandKit;
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "imagehook-command-test-")));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    kit = createCommandKit();
  });
  afterEach(() => kit.runner.close());

  const endings = [
    { script: "exit 0", ending: { kind: "exited", code: 0 } },
    { script: "exit 3", ending: { kind: "exited", code: 3 } },
    { script: "exit 255", ending: { kind: "exited", code: 255 } },
    { script: "kill -SEGV $$", ending: { kind: "killed", signal: "SIGSEGV" } },
    { script: "kill -TERM $$", ending: { kind: "killed", signal: "SIGTERM" } },
  ];
  for (const { script, ending } of endings) {
    for (const capturesOutput of [true, false]) {
      it(`tells of "${script}"${capturesOutput ? "" : ", its output not captured"}`, async () => {
        const output = Buffer.from(capturesOutput ? "a\n" : "");
        assert.deepEqual(await kit.shell(`echo a; ${script}`, { capturesOutput }), { ...ending, output });
      });
    }
  }

  it("gives a command what it inherits and the hook's variables, and nothing else", async () => {
    const environment = [
      ["HOOK_a.b", "1 2"],
      ["TWICE", "first"],
      ["__proto__", "x"],
      ["LANG", "de"],
      ["TWICE", "last"],
      ["1", "one"],
    ] as const;
    const out = printed(await kit.run({ path: "env", environment }));
    // Node hands this one on when it measures coverage.
    const lines = out.split("\n").filter((line) => line !== "" && !line.startsWith("NODE_V8_COVERAGE="));
    assert.deepEqual(
      lines.sort(),
      [`PATH=${PATH}`, "HOOK_a.b=1 2", "TWICE=last", "__proto__=x", "LANG=de", "1=one"].sort(),
    );
  });

  it("hands arguments on as they are, past every shell", async () => {
    const file = join(folder, "touched");
    const args = [`$(touch ${file})`, `; touch ${file}`, `\`touch ${file}\``, "a\nb\r\n", "", "*", "é☃", "'\"\\", "-n"];
    assert.equal(printed(await kit.run({ path: "printf", arguments: ["%s|", ...args] })), `${args.join("|")}|`);
    assert.deepEqual(await readdir(folder), []);
  });

  for (const name of ["sh", "/bin/sh"]) {
    it(`calls a command as the hook does: ${name}`, async () => {
      assert.equal(printed(await kit.run({ path: name, arguments: ["-c", "echo $0"] })), `${name}\n`);
    });
  }

  it("runs a command in its directory, and finds it there", async () => {
    const program = join(folder, "here");
    await writeFile(program, "#!/bin/sh\npwd\n");
    await chmod(program, 0o755);
    assert.equal(printed(await kit.run({ path: "here", directory: folder })), `${folder}\n`);
    assert.equal(printed(await kit.shell("pwd", { path: "/bin/sh", directory: folder })), `${folder}\n`);
    await rm(program);
  });

  it("runs a script without an interpreter line by sh, and hands its arguments on as they are", async () => {
    const program = join(folder, "bare");
    await writeFile(program, 'echo "$1"\n');
    await chmod(program, 0o755);
    assert.equal(printed(await kit.run({ path: program, arguments: ["$(id); x"] })), "$(id); x\n");
    await rm(program);
  });

  it("gives a command nothing to read", async () => {
    assert.equal(printed(await kit.run({ path: "cat" })), "");
  });

  const notStarted = [
    { when: "is not there", over: { path: "/nowhere/x" }, reason: /^"\/nowhere\/x" is no program: it must be there/ },
    { when: "is not in PATH", over: { path: "no-such-program" }, reason: /^"no-such-program" is no program in PATH$/ },
    {
      when: "names its arguments too",
      over: { path: "/bin/echo a" },
      reason: /; arguments belong into pass-arguments-to-command$/,
    },
    { when: "is a folder", over: { path: "/" }, reason: /^"\/" is no program/ },
    { when: "has a directory that is not there", over: { path: "/bin/sh", directory: "/nowhere" }, reason: /^ENOENT$/ },
    { when: "has an argument that is too long", over: { arguments: ["x".repeat(200_000)] }, reason: /^E2BIG$/ },
    {
      when: "has arguments that are too many",
      over: { arguments: Array.from({ length: 60 }, () => "x".repeat(100_000)) },
      reason: /^E2BIG$/,
    },
    {
      when: "has a variable that is too long",
      over: { environment: [["A", "x".repeat(200_000)]] as const },
      reason: /^E2BIG$/,
    },
    { when: "has a NUL byte in an argument", over: { arguments: ["a\0b"] }, reason: /^ERR_INVALID_ARG_VALUE$/ },
    {
      when: "has a NUL byte in a variable",
      over: { environment: [["A", "a\0b"]] as const },
      reason: /^ERR_INVALID_ARG_VALUE$/,
    },
  ];
  for (const { when, over, reason } of notStarted) {
    for (const capturesOutput of [true, false]) {
      it(`says why a command is not started that ${when}${capturesOutput ? "" : ", its output not captured"}`, async () => {
        const ending = await kit.run({ ...over, capturesOutput });
        assert.ok(ending.kind === "not-started", JSON.stringify(ending));
        assert.match(ending.reason, reason);
        assert.equal(printed(await kit.shell("echo next")), "next\n");
      });
    }
  }

  it("says why where there is no place for its pipes, and goes on when there is one", async () => {
    const { TMPDIR } = process.env;
    process.env["TMPDIR"] = "/nowhere";
    const ending = await kit.run({ path: "true" });
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    assert.deepEqual(ending, { kind: "not-started", reason: "there is no pipe for its output: ENOENT" });
    assert.equal(printed(await kit.shell("echo a")), "a\n");
  });

  it("logs nothing of arguments, environment, files or output", async () => {
    const canary = "canary-5d0c";
    const given = {
      arguments: ["-c", `echo ${canary}; cat "$FILE" >&2; exit "$1"`, "sh"],
      environment: [["A", canary]],
      files: [{ variable: "FILE", content: Buffer.from(canary) }],
    } as const;
    const seen = [
      await kit.run({ path: "sh", ...given, arguments: [...given.arguments, "0"] }),
      await kit.run({ path: "sh", ...given, arguments: [...given.arguments, "1"] }),
      await kit.run({ path: "sh", ...given, arguments: ["-c", `sleep 9; # ${canary}`], timeoutMs: 50 }),
      await kit.run({ ...given, arguments: [`${canary}\0`] }),
      await kit.run({ ...given, arguments: [canary.repeat(20_000)] }),
      await kit.run({ ...given, path: "/bin/sh", directory: "/proc", arguments: ["-c", ":"] }),
      await kit.run({ ...given, files: [{ variable: "a/b", content: Buffer.from(canary) }] }),
    ];
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ["exited", "exited", "timed-out", "not-started", "not-started", "exited", "exited"],
    );
    const [first] = seen;
    assert.equal(first?.kind === "exited" && first.output.toString(), `${canary}\n${canary}`);
    assert.ok(kit.log.lines.length >= 2);
    assert.equal(kit.log.text().includes(canary), false);
    for (const ending of seen) if (ending.kind === "not-started") assert.equal(ending.reason.includes(canary), false);
  });
});
