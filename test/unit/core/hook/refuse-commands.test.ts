import assert from "node:assert/strict";
import { readHooks } from "../../../../src/core/hook/read-hooks.ts";
import { refuseCommands } from "../../../../src/core/hook/refuse-commands.ts";
import { typedHook } from "./hooks-files.ts";

const read = (text: string) => readHooks(text, "hooks.yaml");
const RULE = "{match: {type: value, value: a long enough token, parameter: {source: url, name: token}}}";
const shell = `- id: shell\n  execute-command: /bin/sh\n  trigger-rule: ${RULE}\n`;

describe("refuseCommands(read)", () => {
  it("takes out a hook that runs a command, with the place and what to do", () => {
    const refused = refuseCommands(read(shell));
    assert.ok(refused.kind === "ok" && refused.value.kind === "hooks");
    assert.deepEqual(refused.value.hooks, [
      {
        id: "shell",
        hook: null,
        issues: [
          {
            severity: "error",
            at: { line: 2, column: 20 },
            message:
              'execute-command: "/bin/sh" is not run, because commands are switched off: set COMMANDS_ENABLED=true ' +
              "(in the chart commands.enabled), or use the built-in /webhooks.sh or the key image-upgrade",
          },
        ],
      },
    ]);
  });

  it("keeps upgrades and what was said of a hook already", () => {
    const given = read(`${shell.replace(RULE, "{and: []}")}- ${JSON.stringify(typedHook())}\n- image-upgrade: {}\n`);
    const refused = refuseCommands(given);
    assert.ok(refused.kind === "ok" && refused.value.kind === "hooks");
    assert.ok(given.kind === "ok" && given.value.kind === "hooks");
    const [one, ...others] = refused.value.hooks;
    assert.deepEqual(one?.issues.slice(0, -1), given.value.hooks[0]?.issues);
    assert.equal(one?.issues.at(-1)?.severity, "error");
    assert.deepEqual(others, given.value.hooks.slice(1));
  });

  for (const text of ["- id: [", "kind: ConfigMap"]) {
    it(`leaves ${text} as it is`, () => {
      assert.deepEqual(refuseCommands(read(text)), read(text));
    });
  }
});
