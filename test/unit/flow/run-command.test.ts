import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommandEnding } from "../../../src/core/delivery/outcome.ts";
import type { Rule } from "../../../src/core/hook/rule.ts";
import { aCommandHook } from "../../support/command-hook.ts";
import { createRunKit, SUCCESS, type RunKit } from "./run-command-kit.ts";

const hidden = aCommandHook({ command: { output: "hidden" } });
const never: Rule = { kind: "never" };

describe("createRunCommand(parts)", () => {
  let kit: RunKit;
  beforeEach(() => {
    kit = createRunKit();
  });

  it("waits for the end where the output is shown", async () => {
    let outcome: unknown;
    const sent = kit.send().then((each) => (outcome = each));
    await nextTurn();
    assert.deepEqual([kit.begun.length, outcome], [1, undefined]);
    kit.begun[0]?.end();
    await sent;
    assert.deepEqual(outcome, { kind: "ended", ending: SUCCESS });
    assert.deepEqual(kit.log.lines, []);
  });

  it("does not wait where the output is hidden, and logs the end", async () => {
    assert.deepEqual(await kit.send({}, hidden), { kind: "accepted" });
    assert.deepEqual([kit.begun.length, kit.background.count(), kit.log.lines], [1, 1, []]);
    kit.begun[0]?.end();
    await kit.background.stop();
    assert.deepEqual(kit.log.lines, [
      {
        level: "info",
        message: "command ended",
        facts: { hook: "deploy", requestId: "request-1", ending: "exited", code: 0 },
      },
    ]);
  });

  const failures: readonly { readonly ending: CommandEnding; readonly facts: object }[] = [
    { ending: { kind: "exited", code: 3, output: Buffer.from("canary") }, facts: { ending: "exited", code: 3 } },
    {
      ending: { kind: "killed", signal: "SIGSEGV", output: Buffer.from("canary") },
      facts: { ending: "killed", signal: "SIGSEGV" },
    },
    {
      ending: { kind: "timed-out", afterMs: 5, output: Buffer.from("canary") },
      facts: { ending: "timed-out", afterMs: 5 },
    },
    { ending: { kind: "not-started", reason: "E2BIG" }, facts: { ending: "not-started", reason: "E2BIG" } },
  ];
  for (const { ending, facts } of failures) {
    it(`logs a failure that nobody waits for: ${JSON.stringify(facts)}`, async () => {
      await kit.send({}, hidden);
      kit.begun[0]?.end(ending);
      await kit.background.stop();
      assert.deepEqual(kit.log.lines, [
        { level: "error", message: "command failed", facts: { hook: "deploy", requestId: "request-1", ...facts } },
      ]);
    });
  }

  for (const hook of [aCommandHook(), hidden]) {
    it(`runs one after the other and turns away those beyond, with output ${hook.command.output}`, async () => {
      const waiting = [kit.send({ query: { n: "1" } }, hook), kit.send({ query: { n: "2" } }, hook)];
      await nextTurn();
      assert.deepEqual(await kit.send({}, hook), { kind: "busy", running: 1, waiting: 1 });
      assert.equal(kit.begun.length, 1);
      kit.begun[0]?.end();
      await nextTurn();
      assert.equal(kit.begun.length, 2);
      kit.begun[1]?.end();
      await Promise.all([...waiting, kit.background.stop()]);
      const next = kit.send({}, hook);
      await nextTurn();
      assert.equal(kit.begun.length, 3);
      kit.begun[2]?.end();
      await next;
    });
  }

  it("goes by the hook's own limits", async () => {
    const own = aCommandHook({ command: { limits: { timeoutMs: 7, concurrency: 2, queue: 0 } } });
    const sent = [kit.send({}, own), kit.send({}, own)];
    await nextTurn();
    assert.deepEqual(await kit.send({}, own), { kind: "busy", running: 2, waiting: 0 });
    assert.deepEqual(
      kit.begun.map(({ invocation }) => invocation.timeoutMs),
      [7, 7],
    );
    for (const { end } of kit.begun) end();
    await Promise.all(sent);
  });

  it("never begins the command of a client that left while it waited, and lets the next one run", async () => {
    const gone = new AbortController();
    const first = kit.send();
    const left = kit.send({ gone: gone.signal, query: { n: "left" } });
    await nextTurn();
    gone.abort();
    assert.deepEqual(await left, { kind: "gone" });
    const next = kit.send();
    await nextTurn();
    assert.equal(kit.begun.length, 1);
    kit.begun[0]?.end();
    await first;
    await nextTurn();
    assert.equal(kit.begun.length, 2);
    kit.begun[1]?.end();
    await next;
  });

  it("begins nothing for a client that is gone already, whether there is a place or not", async () => {
    const gone = AbortSignal.abort();
    assert.deepEqual(await kit.send({ gone }), { kind: "gone" });
    const first = kit.send();
    await nextTurn();
    assert.deepEqual(await kit.send({ gone }), { kind: "gone" });
    kit.begun[0]?.end();
    await first;
    assert.equal(kit.begun.length, 1);
  });

  it("lets a command run to its end when its client leaves meanwhile", async () => {
    const gone = new AbortController();
    const sent = kit.send({ gone: gone.signal });
    await nextTurn();
    gone.abort();
    await nextTurn();
    kit.begun[0]?.end();
    assert.deepEqual(await sent, { kind: "ended", ending: SUCCESS });
  });

  it("refuses by the rule before it takes a turn", async () => {
    const refused = aCommandHook({ rule: never });
    assert.deepEqual(await kit.send({}, refused), { kind: "mismatch", missing: null });
    assert.equal(kit.begun.length, 0);
  });

  it("answers a rule that is broken and no mismatch", async () => {
    const rule: Rule = {
      kind: "match",
      match: { kind: "faulty", parameter: null, comesOut: "broken", message: "the parameter names no source" },
    };
    assert.deepEqual(await kit.send({}, aCommandHook({ rule })), {
      kind: "not-served",
      reason: "Error occurred while evaluating hook rules.",
      detail: "the parameter names no source",
    });
  });
});

describe("createDeliver(store, actions) of a command", () => {
  const cases = [
    { when: "every method", defaults: [], own: [], method: "DELETE", refused: null },
    { when: "the server's", defaults: ["PUT"], own: [], method: "PUT", refused: null },
    { when: "not the server's", defaults: ["PUT"], own: [], method: "POST", refused: ["PUT"] },
    { when: "the hook's own", defaults: ["PUT"], own: ["GET"], method: "GET", refused: null },
    { when: "not the hook's own", defaults: ["PUT"], own: ["GET"], method: "PUT", refused: ["GET"] },
  ];
  for (const { when, defaults, own, method, refused } of cases) {
    it(`${refused === null ? "takes" : "refuses"} a method that is ${when}`, async () => {
      const kit = createRunKit(defaults);
      const outcome = await kit.send({ method }, aCommandHook({ methods: own, command: { output: "hidden" } }));
      const expected = refused === null ? { kind: "accepted" } : { kind: "method-not-allowed", methods: refused };
      assert.deepEqual(outcome, expected);
      assert.equal(kit.received.length, refused === null ? 1 : 0);
      kit.begun[0]?.end();
      await kit.background.stop();
    });
  }
});
