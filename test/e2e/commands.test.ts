import assert from "node:assert/strict";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { hookPath, install, logOf, TOKEN, type Installation } from "./kit.ts";

const token = { match: { type: "value", value: TOKEN, parameter: { source: "url", name: "token" } } };
const HOOKS = [
  {
    id: "deploy",
    "execute-command": "sh",
    "pass-arguments-to-command": [
      { source: "string", name: "-c" },
      { source: "string", name: 'echo "$0: $HOOK_TAG"; cat "$HOOK_BODY"; env | grep -c MAIL_' },
      { source: "payload", name: "tag" },
    ],
    "pass-environment-to-command": [{ source: "payload", name: "tag", envname: "HOOK_TAG" }],
    "pass-file-to-command": [{ source: "raw-request-body", envname: "HOOK_BODY" }],
    "include-command-output-in-response": true,
    "include-command-output-in-response-on-error": true,
    "trigger-rule": token,
    "trigger-rule-mismatch-http-response-code": 403,
  },
];

describe("a hook of existingConfigMap that runs a command", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  const installed: Installation[] = [];
  const start = async (enabled: boolean): Promise<Installation> => {
    const one = await install(cluster(), {
      values: () => ({
        existingConfigMap: "my-hooks",
        commands: { enabled },
        mail: { from: "hooks@example.com", smtpServer: "smtp.example.com", password: "mail-canary-51ce" },
      }),
      prepare: async ({ namespace }) => {
        const metadata = { name: "my-hooks", namespace };
        const data = { "deploy.json": JSON.stringify(HOOKS) };
        await apply(cluster(), { apiVersion: "v1", kind: "ConfigMap", metadata, data });
      },
    });
    installed.push(one);
    return one;
  };
  after(() => Promise.all(installed.map((one) => one.remove())));

  it("is refused where commands are off, and the log says what to set", async () => {
    const { post, pod } = await start(false);
    const answer = await post(hookPath("deploy"), { tag: "v1" });
    assert.deepEqual([answer.status, answer.text], [404, "Hook not found."]);
    const [line] = await waitFor(
      () => Promise.resolve(logOf(pod).filter(({ msg }) => msg === "hook is invalid and not served")),
      ({ length }) => length > 0,
      { timeoutMs: 5_000, what: "the refusal in the log" },
    );
    assert.match(
      String(line?.["reason"]),
      /commands are switched off: set COMMANDS_ENABLED=true \(in the chart commands\.enabled\)/,
    );
  });

  it("runs where they are on, its file in the chart's volume and nothing of the service's environment with it", async () => {
    const { post } = await start(true);
    const answer = await post(hookPath("deploy"), { tag: "$(id)" });
    // grep counts no MAIL_ variable, and ends with 1 for that.
    assert.deepEqual([answer.status, answer.text], [500, '$(id): $(id)\n{"tag":"$(id)"}0\n']);
    assert.equal((await post("/hooks/deploy?token=wrong", { tag: "v1" })).status, 403);
  });
});
