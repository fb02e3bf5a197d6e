import assert from "node:assert/strict";
import { readTest, runTest, type TestCommand } from "../../../src/cli/test.ts";
import { assertSaid, createTestFolder, surroundings, withBody, withToken, type TestFolder } from "./test-kit.ts";

let folder: TestFolder;
before(async () => {
  folder = await createTestFolder();
});
after(() => folder.remove());

describe("runTest(command, surroundings)", () => {
  const cases: readonly { when: string; words: () => readonly string[]; exitCode: number; says: readonly string[] }[] =
    [
      {
        when: "a push that is let in",
        words: () => ["web", ...withToken("&ns=web"), ...withBody(folder, "push.json")],
        exitCode: 0,
        says: [
          "hook web",
          "  ✓ and: all of these",
          '    ✓ url "token" is the value of the rule (23 characters came)',
          '    ✓ url "ns" is "web" ("web" came)',
          "✓ would roll forward: deployment/website in namespace web, container web",
          "  repository: registry.example.com/team/app",
          "  tag: v1.2.3",
          "  digest: not given",
          "  pushed at: 2026-11-22T10:00:00.000Z",
          "  network: keep",
          "  if: the container runs an image of that repository now",
          "  answer: 200, once the cluster has taken it",
        ],
      },
      {
        when: "a push for all containers",
        words: () => ["all", ...withToken(""), ...withBody(folder, "push.json")],
        exitCode: 0,
        says: [
          "✓ would roll forward: deployment/website in namespace web, every container that runs the pushed repository",
          "  if: a container runs an image of that repository now",
        ],
      },
      {
        when: "a push to another namespace",
        words: () => ["web", ...withToken("&ns=prod"), ...withBody(folder, "push.json")],
        exitCode: 1,
        says: [
          '    ✗ url "ns" is "web" ("prod" came)',
          "✗ nothing would happen: the trigger rule is not satisfied",
          "  answer: 403 Hook rules were not satisfied.",
        ],
      },
      {
        when: "a wrong token",
        words: () => ["web", "--query", "token=wrong&ns=web"],
        exitCode: 1,
        says: [
          '    ✗ url "token" is the value of the rule (5 characters came)',
          '    – url "ns" is "web" (not looked at)',
        ],
      },
      {
        when: "a parameter that is given twice",
        words: () => ["web", "--query", "token=a&token=b"],
        exitCode: 1,
        says: [
          "  – and: all of these (not looked at)",
          "✗ nothing would happen: token: is given more than once in the URL",
        ],
      },
      {
        when: "a URL that names another target",
        words: () => ["web", ...withToken("&ns=web&container=db"), ...withBody(folder, "push.json")],
        exitCode: 1,
        says: [
          '✗ nothing would happen: this hook has container "web": take it out of the URL, or change the hook',
          '  answer: 403 this hook has container "web": take it out of the URL, or change the hook',
        ],
      },
      {
        when: "a body without a tag",
        words: () => ["web", ...withToken("&ns=web"), ...withBody(folder, "no-tag.json")],
        exitCode: 1,
        says: ["✗ nothing would happen: no tag", "  answer: 200 ignored: no tag"],
      },
      {
        when: "no body",
        words: () => ["web", ...withToken("&ns=web")],
        exitCode: 1,
        says: ["✗ nothing would happen: body: the body is empty", "  answer: 400 body: the body is empty"],
      },
      {
        when: "a body that is too large",
        words: () => ["web", ...withToken("&ns=web"), ...withBody(folder, "large.json")],
        exitCode: 1,
        says: ["✗ nothing would happen: the body is not taken", "  answer: 413 the body is larger than 256 KiB"],
      },
      {
        when: "a body that is compressed",
        words: () => ["web", ...withToken("&ns=web"), "--header", "Content-Encoding: gzip"],
        exitCode: 1,
        says: ["  answer: 415 send the body without Content-Encoding"],
      },
      {
        when: "another method",
        words: () => ["web", "--method", "get"],
        exitCode: 1,
        says: ["✗ nothing would happen: the method is not one of the hook's", "  answer: 405 use POST or PUT"],
      },
      {
        when: "an alias of the repository that the hook names",
        words: () => ["named", ...withToken("&ns=web"), ...withBody(folder, "push.json")],
        exitCode: 0,
        says: ["  repository: registry.example.com/team/app"],
      },
      {
        when: "another repository than the hook names",
        words: () => ["other", ...withToken("&ns=web"), ...withBody(folder, "push.json")],
        exitCode: 1,
        says: [
          "✗ nothing would happen: the push brings registry.example.com/team/app, this hook allows registry.example.com/team/other",
        ],
      },
      {
        when: "a token of a file",
        words: () => ["tokens", ...withToken(), ...withBody(folder, "push.json")],
        exitCode: 0,
        says: ["  network: keep", "  answer: 200, once the cluster has taken it"],
      },
      {
        when: "a hook that is not there",
        words: () => ["webb"],
        exitCode: 1,
        says: [
          "✗ there is no hook webb in FOLDER/hooks.yaml: it has web, named, other, tokens, deploy, free, nothing, callers, over-the-network, ranged, outside, all",
        ],
      },
      {
        when: "a hook that is not served",
        words: () => ["broken"],
        exitCode: 1,
        says: [
          "✗ hook broken is not served",
          `  FOLDER/hooks.yaml:24:45: error: broken: workload: "website" is not type/name, such as deployment/website`,
        ],
      },
    ];
  for (const { when, words, exitCode, says } of cases) {
    it(`explains ${when}, and exits with ${String(exitCode)}`, async () => {
      const [hook = "", ...more] = words();
      assertSaid(await folder.test(hook, ...more), exitCode, says);
    });
  }

  it("says that a token file is not here, and lets nobody in", async () => {
    const said = await folder.run(
      folder.at("missing-tokens.yaml"),
      "--hook",
      "tokens",
      ...withToken(),
      ...withBody(folder, "push.json"),
    );
    const file = folder.at("no-tokens");
    assert.equal(said.exitCode, 1);
    assert.ok(
      said.text.includes(
        `✗ url "token" is a token of ${file} (23 characters came; ${file} is not here, or holds no token)\n`,
      ),
      said.text,
    );
  });

  it("runs no command where commands are switched off, and says so", async () => {
    const said = await folder.run(folder.at("hooks.yaml"), "--hook", "free");
    assert.equal(said.exitCode, 1);
    assert.match(
      said.text,
      /^✗ hook free is not served\n.*"\/bin\/free" is not run, because commands are switched off/,
    );
  });

  it("takes the service's own switch for commands", async () => {
    const command = readTest([folder.at("hooks.yaml"), "--hook", "free"]) as TestCommand;
    const getenv = (name: string): string | undefined => (name === "COMMANDS_ENABLED" ? "true" : undefined);
    assert.equal((await runTest(command, { ...surroundings, getenv })).exitCode, 0);
  });

  it("expands templates where it is asked to", async () => {
    const words = [folder.at("templated.yaml"), "--hook", "t", "--commands"];
    assert.match((await folder.run(...words, "--template")).text, /would run: \/bin\/from-template\n/);
    assert.match((await folder.run(...words)).text, /would run: \{\{ getenv/);
  });

  it("prints JSON for programs", async () => {
    const report: unknown = JSON.parse((await folder.test("web", "--json", "--query", "token=wrong")).text);
    assert.deepEqual(report, {
      hook: "web",
      fires: false,
      callers: [],
      rule: [
        { depth: 0, what: "and: all of these", verdict: "does not hold", came: null, problem: null },
        {
          depth: 1,
          what: 'url "token" is the value of the rule',
          verdict: "does not hold",
          came: "5 characters",
          problem: null,
        },
        { depth: 1, what: 'url "ns" is "web"', verdict: "not looked at", came: null, problem: null },
      ],
      reason: "the trigger rule is not satisfied",
      answer: { status: 403, body: "Hook rules were not satisfied." },
      action: [],
    });
  });

  it("prints JSON for a hook that is not served", async () => {
    const report = JSON.parse((await folder.test("broken", "--json")).text) as {
      reason: string;
      findings: readonly object[];
    };
    assert.equal(report.reason, "hook broken is not served");
    assert.ok(report.findings.length > 0);
  });

  const wrong = [
    { when: "no file", words: () => ["--hook", "web"], says: /missing required argument 'path'/ },
    { when: "no hook", words: () => [folder.at("hooks.yaml")], says: /required option '--hook <id>' not specified/ },
    { when: "two files", words: () => ["a", "b", "--hook", "web"], says: /too many arguments/ },
    {
      when: "a header without a colon",
      words: () => [folder.at("hooks.yaml"), "--hook", "web", "--header", "x"],
      says: /^a header is written as 'Name: value'\n$/,
    },
    {
      when: "a body that is not there",
      words: () => [folder.at("hooks.yaml"), "--hook", "web", "--body", folder.at("none")],
      says: /none: the body cannot be read\n$/,
    },
  ];
  for (const { when, words, says } of wrong) {
    it(`exits with 2 for ${when}`, async () => {
      const said = await folder.run(...words());
      assert.match(said.text, says);
      assert.equal(said.exitCode, 2);
    });
  }

  it("prints help, and exits with 0", async () => {
    const said = await folder.run("--help");
    assert.equal(said.exitCode, 0);
    assert.match(said.text, /imagehook test[\s\S]*--remote-address[\s\S]*Exit code/);
  });

  it("says of an empty file that it has no hooks", async () => {
    assert.match((await folder.run(folder.at("empty.json"), "--hook", "web")).text, /: it has none\n$/);
  });
});
