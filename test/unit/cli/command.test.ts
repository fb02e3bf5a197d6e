import assert from "node:assert/strict";
import { readCommand, type Command } from "../../src/cli.ts";

describe("readCommand(argv)", () => {
  const serve = { kind: "serve", kubeconfig: "", context: "" };
  const cases: readonly { readonly argv: readonly string[]; readonly expected: object }[] = [
    { argv: [], expected: serve },
    { argv: ["serve"], expected: serve },
    { argv: ["--kubeconfig=/own", "--context", "kind"], expected: { ...serve, kubeconfig: "/own", context: "kind" } },
    { argv: ["serve", "--context=kind"], expected: { ...serve, context: "kind" } },
    { argv: ["check", "a.json"], expected: { kind: "check", paths: ["a.json"], template: false, json: false } },
    {
      argv: ["check", "--json", "a", "b", "--template"],
      expected: { kind: "check", paths: ["a", "b"], template: true, json: true },
    },
  ];
  for (const { argv, expected } of cases) {
    it(`reads "${argv.join(" ")}"`, () => {
      assert.deepEqual(readCommand(argv), expected);
    });
  }

  const wrong = [
    { argv: ["check"], says: /missing required argument 'path'/ },
    { argv: ["check", "a", "--jsn"], says: /unknown option '--jsn'[\s\S]*Did you mean --json/ },
    { argv: ["--kubeconfig"], says: /argument missing/ },
    { argv: ["dance"], says: /dance|too many arguments/ },
  ];
  for (const { argv, says } of wrong) {
    it(`says what is wrong with "${argv.join(" ")}", and exits with 2`, () => {
      const said: Command = readCommand(argv);
      assert.ok(said.kind === "said");
      assert.equal(said.exitCode, 2);
      assert.match(said.text, says);
    });
  }

  for (const argv of [["--help"], ["check", "--help"]]) {
    it(`prints help for "${argv.join(" ")}", and exits with 0`, () => {
      const said = readCommand(argv);
      assert.ok(said.kind === "said");
      assert.equal(said.exitCode, 0);
      assert.match(
        said.text,
        argv.length === 1 ? /serve[\s\S]*check/ : /imagehook check examples\/hooks\.json[\s\S]*Exit code/,
      );
    });
  }

  it("throws what is no fault of the command line", () => {
    const broken = ["check", "a"];
    Object.defineProperty(broken, Symbol.iterator, {
      value: () => {
        throw new TypeError("broken");
      },
    });
    assert.throws(() => readCommand(broken), TypeError);
  });
});
