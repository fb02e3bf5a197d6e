import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { serveCommands, type CommandHttpKit } from "./command-http-kit.ts";
import { ask, open } from "./http-kit.ts";

const CANARY = "canary-77b1e0";
const FAILED = "Error occurred while executing the hook's command. Please check your logs for more details.";
const TOKEN = `{match: {type: value, value: ${CANARY}, parameter: {source: url, name: token}}}`;

const hook = (id: string, script: string, keys: readonly string[] = []): string => `
- id: ${id}
  execute-command: sh
  pass-arguments-to-command:
    - {source: string, name: "-c"}
    - {source: string, name: ${JSON.stringify(script)}}
    - {source: string, name: sh}
    - {source: url, name: "n"}
    - {source: payload, name: a}
  ${keys.join("\n  ")}
`;
const SHOWN = "include-command-output-in-response: true";
const ON_ERROR = "include-command-output-in-response-on-error: true";
const HEADERS = "response-headers: [{name: X-Hook, value: mine}]";
const NOTE = 'echo "begin $1" >> @FOLDER@/notes; sleep 0.05; echo "end $1" >> @FOLDER@/notes; echo "ran $1"';

const HOOKS = [
  hook("echo", 'echo "$1|$2" >&2', [SHOWN, HEADERS, "success-http-response-code: 201"]),
  hook("hidden", "echo run >> @FOLDER@/hidden; exit 1", [HEADERS, "response-message: thank you"]),
  hook("silent", ":"),
  hook("fails", `echo ${CANARY}; exit 7`, [SHOWN, HEADERS]),
  hook("shows", `echo ${CANARY}; exit 7`, [SHOWN, ON_ERROR, HEADERS]),
  hook("late", "echo begun; sleep 9", [SHOWN, ON_ERROR, "command-timeout: 100ms"]),
  hook("token", "echo ok", [SHOWN, HEADERS, `trigger-rule: ${TOKEN}`, "trigger-rule-mismatch-http-response-code: 403"]),
  hook("put", "echo put", [SHOWN, 'http-methods: ["put", " Delete "]']),
  hook("one", NOTE, [SHOWN, "max-concurrency: 1"]),
  hook("busy", NOTE, [SHOWN, "max-concurrency: 1", "max-queue: 1"]),
  hook("empty-secret", ":", ["trigger-rule: {match: {type: payload-hmac-sha1, parameter: {source: url, name: 'n'}}}"]),
  hook("signed", "echo ok", [
    SHOWN,
    `trigger-rule: {match: {type: payload-hmac-sha256, secret: ${CANARY}, parameter: {source: header, name: X-Sign}}}`,
  ]),
  "- {id: missing, execute-command: /nowhere/x, include-command-output-in-response: true}\n",
  "- {id: missing-hidden, execute-command: /nowhere/x, response-message: fine}\n",
  `- id: body
  execute-command: cat
  pass-file-to-command: [{source: raw-request-body, envname: F}]
  pass-arguments-to-command: [{source: entire-payload}]
  include-command-output-in-response: true
`,
].join("");

describe("imageHookRoutes(deliver, log) of commands", () => {
  let kit: CommandHttpKit;
  beforeEach(async () => {
    kit = await serveCommands(HOOKS);
  });
  afterEach(() => kit.close());
  const post = (path: string, body = "{}", headers = {}) =>
    ask(kit, `/hooks/${path}`, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });

  const answers = [
    { path: "echo?n=1", status: 201, body: "1|x\n", own: "mine" },
    { path: "echo", status: 201, body: "|x\n", own: "mine" },
    { path: "hidden", status: 200, body: "thank you", own: "mine" },
    { path: "silent", status: 200, body: "", own: undefined },
    { path: "fails", status: 500, body: FAILED, own: "mine" },
    { path: "shows", status: 500, body: `${CANARY}\n`, own: "mine" },
    { path: "late", status: 504, body: "begun\n\nthe command was ended after 0.1 s (command-timeout)", own: undefined },
    { path: "token", status: 403, body: "Hook rules were not satisfied.", own: undefined },
    { path: `token?token=${CANARY}`, status: 200, body: "ok\n", own: "mine" },
    { path: "missing", status: 500, body: FAILED, own: undefined },
    { path: "missing-hidden", status: 200, body: "fine", own: undefined },
    { path: "none", status: 404, body: "Hook not found.", own: undefined },
    { path: "put", status: 405, body: "", own: undefined },
    { path: "empty-secret?n=1", status: 500, body: "Error occurred while evaluating hook rules.", own: undefined },
    { path: "empty-secret", status: 200, body: "Hook rules were not satisfied.", own: undefined },
  ];
  for (const { path, status, body, own } of answers) {
    it(`answers ${path.replace(CANARY, "T")} with ${String(status)}`, async () => {
      const seen = await post(path, '{"a":"x"}');
      assert.deepEqual([seen.status, seen.body, seen.headers["x-hook"]], [status, body, own]);
    });
  }

  it("names the methods of the hook when it refuses one, with an empty body", async () => {
    const seen = await post("put");
    assert.deepEqual([seen.headers.allow, seen.body], ["PUT, DELETE", ""]);
    assert.equal((await ask(kit, "/hooks/put", { method: "DELETE" })).body, "put\n");
  });

  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    it(`runs the command of a hook that names no method by ${method}`, async () => {
      const seen = await ask(kit, "/hooks/hidden", { method });
      assert.deepEqual([seen.status, seen.body], [200, method === "HEAD" ? "" : "thank you"]);
      await kit.background.stop();
      assert.deepEqual(await kit.linesOf("hidden"), ["run"]);
    });
  }

  it("checks a signature of the raw body, compressed or not, and runs no command for another", async () => {
    const bodies = { identity: '{"a": 1}', gzip: gzipSync("{}").toString("latin1") };
    for (const [encoding, body] of Object.entries(bodies)) {
      const sign = createHmac("sha256", CANARY).update(body).digest("hex");
      const seen = await post("signed", body, { "X-Sign": sign, "Content-Encoding": encoding });
      assert.deepEqual([seen.status, seen.body], [200, "ok\n"]);
    }
    const forged = await post("signed", "{}", { "X-Sign": "00" });
    assert.deepEqual([forged.status, forged.body], [500, "Error occurred while evaluating hook rules."]);
  });

  it("takes a body of a megabyte, and answers a larger one with 413", async () => {
    const body = '{"a":"x"}'.padEnd(1024 * 1024, " ");
    assert.equal((await post("echo", body)).status, 201);
    const seen = await post("echo", `${body} `);
    assert.deepEqual(
      [seen.status, seen.body, seen.headers.connection],
      [413, "the body is larger than 1024 KiB", "close"],
    );
  });

  it("answers a form in parts that is broken with 500", async () => {
    const seen = await post("echo", "x", { "Content-Type": "multipart/form-data; boundary=b" });
    assert.deepEqual([seen.status, seen.body], [500, "Error occurred while parsing multipart form."]);
  });

  it("runs ten deliveries at once one after the other where one may run", async () => {
    const seen = await Promise.all(Array.from({ length: 10 }, (_each, n) => post(`one?n=${String(n)}`)));
    assert.deepEqual(
      seen.map(({ status, body }) => [status, body]),
      Array.from({ length: 10 }, (_each, n) => [200, `ran ${String(n)}\n`]),
    );
    const notes = await kit.linesOf("notes");
    assert.equal(notes.length, 20);
    for (let at = 0; at < 20; at += 2) assert.equal(notes[at + 1], notes[at]?.replace("begin", "end"));
  });

  it("answers those beyond the queue with 429 and when to come back, and they do not run", async () => {
    const seen = await Promise.all(Array.from({ length: 5 }, (_each, n) => post(`busy?n=${String(n)}`)));
    const busy = seen.filter(({ status }) => status === 429);
    assert.equal(busy.length, 3);
    for (const { headers, body } of busy) {
      assert.equal(headers["retry-after"], "5");
      assert.equal(body, "this hook's command runs 1 times and 1 deliveries wait: try again later");
    }
    assert.equal((await kit.linesOf("notes")).length, 4);
    assert.equal((await post("busy?n=6")).status, 200);
  });

  it("lets a command that runs go on when its client leaves, and never begins one that waits", async () => {
    const [runs, waits] = [await open(kit), await open(kit)];
    runs.write("GET /hooks/one?n=runs HTTP/1.1\r\nHost: x\r\n\r\n");
    await sleep(20);
    waits.write("GET /hooks/one?n=waits HTTP/1.1\r\nHost: x\r\n\r\n");
    await sleep(10);
    runs.destroy();
    waits.destroy();
    assert.equal((await post("one?n=next")).body, "ran next\n");
    assert.deepEqual(await kit.linesOf("notes"), ["begin runs", "end runs", "begin next", "end next"]);
    const outcomes = kit.log().flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
    assert.deepEqual(outcomes.sort(), ["ended", "ended", "gone"]);
  });

  it("logs how deliveries and commands ended, and nothing that was sent, passed or printed", async () => {
    const json = { "Content-Type": "application/json", "X-Canary": CANARY };
    for (const id of [
      "echo",
      "hidden",
      "fails",
      "shows",
      "late",
      "token",
      "missing",
      "body",
      "signed",
      "put",
      "none",
    ]) {
      await post(`${id}?n=${CANARY}&token=${CANARY}`, `{"a":"${CANARY}"}`, json);
    }
    await post("echo", CANARY, { "Content-Type": `multipart/form-data; boundary=${CANARY}` });
    await post("body", CANARY.repeat(20_000));
    await kit.background.stop();
    assert.equal(kit.logText().includes(CANARY), false, kit.logText());
    const lines = kit.log();
    const lineOf = (id: string, msg: string) => lines.find((line) => line["hook"] === id && line["msg"] === msg);
    assert.partialDeepStrictEqual(lineOf("echo", "delivery"), {
      command: "sh",
      outcome: "ended",
      ending: "exited",
      code: 0,
    });
    assert.partialDeepStrictEqual(lineOf("hidden", "command failed"), { ending: "exited", code: 1, level: "error" });
    assert.partialDeepStrictEqual(lineOf("fails", "delivery failed"), { ending: "exited", code: 7, status: 500 });
    assert.partialDeepStrictEqual(lineOf("late", "delivery failed"), {
      ending: "timed-out",
      afterMs: 100,
      status: 504,
    });
    assert.partialDeepStrictEqual(lineOf("missing", "delivery failed"), { ending: "not-started", status: 500 });
  });
});
