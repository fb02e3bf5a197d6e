import assert from "node:assert/strict";
import process from "node:process";
import { serveCommands, type CommandHttpKit } from "./command-http-kit.ts";
import { ask } from "./http-kit.ts";

const ROUNDS = 100;
// Twice the promise of 100 ms: these machines run other tests beside.
const AT_MOST_MS = 200;

const HOOKS = `
- id: evil
  execute-command: "true"
  response-message: ran
  trigger-rule: {match: {type: regex, regex: "^(a+)+$", parameter: {source: payload, name: a}}}
- id: neighbour
  response-message: ran
  trigger-rule: {match: {type: value, value: x, parameter: {source: url, name: a}}}
`;

describe("evaluateRule(rule, request, context) of a regular expression that takes long elsewhere", () => {
  let kit: CommandHttpKit;
  beforeEach(async () => {
    kit = await serveCommands(HOOKS);
  });
  afterEach(() => kit.close());

  const timed = async (path: string, a: string): Promise<{ readonly body: string; readonly tookMs: number }> => {
    const startedMs = performance.now();
    const headers = { "Content-Type": "application/json" };
    const { body } = await ask(kit, path, { method: "POST", headers, body: JSON.stringify({ a }) });
    return { body, tookMs: performance.now() - startedMs };
  };

  it("does not hold a neighbour's answer up with 5,000 characters", async function () {
    this.timeout(60_000);
    const value = `${"a".repeat(5_000)}b`;
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [evil, neighbour] = await Promise.all([timed("/hooks/evil", value), timed("/hooks/neighbour?a=x", "b")]);
      assert.deepEqual([evil.body, neighbour.body], ["Hook rules were not satisfied.", "ran"]);
      tookMs.push(neighbour.tookMs);
    }
    tookMs.sort((a, b) => a - b);
    const [median = Number.NaN, worst = Number.NaN] = [tookMs[ROUNDS / 2], tookMs.at(-1)];
    process.stdout.write(
      `      the neighbour's answer: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms\n`,
    );
    assert.ok(worst <= AT_MOST_MS, `${worst.toFixed(1)} ms`);
  });

  it("is answered as an expression that holds where it holds", async () => {
    assert.equal((await timed("/hooks/evil", "a".repeat(5_000))).body, "ran");
  });
});
