import assert from "node:assert/strict";
import { checkHooks, printFinding } from "../../../../src/core/hook/check.ts";
import { readHooks } from "../../../../src/core/hook/read-hooks.ts";

const hook = (id: string, more = "trigger-rule-mismatch-http-response-code: 403"): string => `
- id: ${id}
  image-upgrade: {namespace: web, workload: deployment/website, container: web}
  trigger-rule: {match: {type: value, value: 0123456789abcdef, parameter: {source: url, name: token}}}
  ${more}
`;
const check = (
  files: Readonly<Record<string, string>>,
  options?: { readonly allowsCommands: boolean },
): ReturnType<typeof checkHooks> =>
  checkHooks(
    Object.entries(files).map(([file, text]) => ({ file, reading: readHooks(text, file), warnings: [] })),
    options,
  );

describe("checkHooks(files)", () => {
  it("finds nothing in a good file", () => {
    assert.deepEqual(check({ "a.yaml": hook("one") + hook("two") }), { findings: [], served: 2 });
  });

  it("advises against a mismatch that looks like a success, where callers prove themselves too", () => {
    const callers = "callers: [{github: {file: /etc/imagehook/callers/website}}]";
    const text = (more: string): string => `
- id: one
  image-upgrade: {namespace: web, workload: deployment/website, container: web, ${callers}}
${more}`;
    const advice = check({ "a.yaml": text("") }).findings.map(({ message }) => message.slice(0, 35));
    assert.deepEqual(advice, ["a wrong token is answered 200, whic"]);
    const good = text("  trigger-rule-mismatch-http-response-code: 403");
    assert.deepEqual(check({ "a.yaml": good }), { findings: [], served: 1 });
  });

  it("finds the flaws of a file as a whole", () => {
    const flaw = { severity: "warning" as const, at: { line: 7, column: 2 }, message: "a variable is not set" };
    const file = { file: "a.yaml", reading: readHooks(hook("one"), "a.yaml"), warnings: [flaw] };
    const { findings, served } = checkHooks([file]);
    assert.equal(served, 1);
    assert.deepEqual(findings.map(printFinding), ["a.yaml:7:2: warning: a variable is not set"]);
  });

  it("finds what is wrong in each file, in the order of files and places", () => {
    const { findings, served } = check({
      "d.yaml": "- id: [",
      "c.yaml": "kind: ConfigMap",
      "b.yaml": hook("one"),
      "a.yaml":
        hook("one", "trigger-rule-mismatch-http-response-cod: 403") + hook("bad").replace("deployment/", "replicaset/"),
    });
    assert.equal(served, 1);
    assert.deepEqual(
      findings.map(printFinding).map((line) => line.slice(0, 78)),
      [
        "a.yaml:2:3: warning: one: a wrong token is answered 200, which looks like a suc",
        "a.yaml:5:44: warning: one: trigger-rule-mismatch-http-response-cod: unknown key",
        "a.yaml:8:45: error: bad: workload: a replicaset does not replace its pods when ",
        "b.yaml:2:3: error: one: the id is taken in a.yaml: that hook is served, this one",
        "c.yaml:1:1: warning: ignored, as no hooks file: it holds a map, not a list of h",
        "d.yaml:1:8: error: Flow sequence in block collection must be sufficiently indent",
      ].map((line) => line.slice(0, 78)),
    );
    assert.match(findings[1]?.message ?? "", /did you mean trigger-rule-mismatch-http-response-code\?$/);
  });

  it("finds a command at fault unless commands are switched on, in the order of columns", () => {
    const file = { "a.yaml": "- {id: x, execute-command: /bin/true}" };
    const [on, off] = [check(file, { allowsCommands: true }), check(file)];
    assert.deepEqual([on.served, off.served], [1, 0]);
    const placesOf = ({ findings }: typeof on) => findings.map(({ severity, column }) => [severity, column]);
    assert.deepEqual(placesOf(off), [
      ["warning", 3],
      ["error", 28],
    ]);
    assert.deepEqual(placesOf(on), [["warning", 3]]);
  });

  it("says that a wrong token looks like a success only where one is asked for", () => {
    const command = (rule: string): string => `- {id: c, execute-command: /bin/true, trigger-rule: ${rule}}`;
    const messages = (rule: string): readonly string[] =>
      checkHooks([{ file: "a.yaml", reading: readHooks(command(rule), "a.yaml"), warnings: [] }], {
        allowsCommands: true,
      }).findings.map(({ message }) => message.slice(0, 25));
    const token = "{match: {type: value, value: 0123456789abcdef, parameter: {source: url, name: token}}}";
    assert.deepEqual(messages(token), ["a wrong token is answered"]);
    assert.deepEqual(messages(token.replace("name: token", "name: ns")), ["trigger-rule: does not pr"]);
    assert.deepEqual(messages("{}"), ["trigger-rule: no request "]);
    assert.deepEqual(messages("~"), ["trigger-rule: does not pr"]);
  });

  it("finds a rule that cannot be meant, at the place of the rule, and serves the hook", () => {
    const { findings, served } = check({
      "a.yaml": hook("one").replace("{match:", "{and: [{}, {match:").replace("token}}}", "token}}}]}"),
    });
    assert.equal(served, 1);
    assert.deepEqual(
      findings.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message.slice(0, 44)}`),
      [
        "4:17 trigger-rule: no request satisfies it, so the",
        "4:17 trigger-rule: and[0] is empty and never hold",
        "4:17 trigger-rule: and[1] is never looked at, bec",
      ].map((line) => line.slice(0, 49)),
    );
  });
});
