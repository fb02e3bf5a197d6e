import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createLoad, type Exchange } from "../../scripts/bench-parts/load.ts";
import { imageOf } from "../../scripts/bench-parts/names.ts";
import { pushBytes } from "../../scripts/bench-parts/push-bytes.ts";
import { p99Of, ratiosOf, runRounds, spreadOf } from "../../scripts/bench-parts/rounds.ts";
import { printTable } from "../../scripts/bench-parts/table.ts";
import { isOpen, parseState } from "../../src/core/rollout/state.ts";

const exchange: Exchange = { request: "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", status: 200, body: "right" };

async function load(listener: RequestListener): Promise<{ readonly served: number; readonly rate: number }> {
  let served = 0;
  const server = createServer((request, response) => {
    served++;
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const rate = await createLoad((server.address() as AddressInfo).port, 3).run(100, () => exchange);
    return { served, rate };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe("createLoad(port, connections)", () => {
  it("counts what the server served", async () => {
    const { served, rate } = await load((_request, response) => response.end("right"));
    assert.ok(served >= 3 && rate > 0, `${String(served)} served at ${String(rate)}/s`);
  });

  it("sends again what was answered 503, where that is asked for", async () => {
    const statuses = [503, 503, 200];
    const server = createServer((_request, response) => response.writeHead(statuses.shift() ?? 200).end("other"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    let [left, repeats] = [1, 0];
    const { port } = server.address() as AddressInfo;
    await createLoad(port, 1).runWhile(
      () => left-- > 0,
      () => ({ ...exchange, onRepeat: () => repeats++ }),
    );
    server.close();
    server.closeAllConnections();
    assert.deepEqual({ statuses, repeats }, { statuses: [], repeats: 2 });
  });

  const wrongs: readonly (readonly [string, RequestListener])[] = [
    ["body", (_request, response) => response.end("wrong")],
    ["status", (_request, response) => response.writeHead(202).end("right")],
    ["end", (request) => request.socket.destroy()],
  ];
  for (const [what, listener] of wrongs) {
    it(`rejects at a wrong ${what}`, async () => {
      await assert.rejects(load(listener));
    });
  }
});

describe("runRounds(contenders, count, onRound)", () => {
  it("turns the order in every other round and keeps the rates in theirs", async () => {
    const ran: string[] = [];
    const contender = (name: string, rate: number) => ({
      name,
      slice: () => {
        ran.push(name);
        return Promise.resolve(rate);
      },
    });
    const rounds = await runRounds([contender("a", 3), contender("b", 4)], 2, () => undefined);
    assert.deepEqual(ran, ["a", "b", "b", "a"]);
    assert.deepEqual(rounds, [
      [3, 4],
      [3, 4],
    ]);
    assert.deepEqual(ratiosOf(rounds, 0, 1), { median: 0.75, min: 0.75, max: 0.75 });
  });
});

describe("spreadOf(values)", () => {
  it("takes the middle of an odd number of values", () => {
    assert.deepEqual(spreadOf([10, 1, 2]), { median: 2, min: 1, max: 10 });
  });

  it("takes the mean of the two in the middle of an even number", () => {
    assert.deepEqual(spreadOf([4, 1, 2, 10]), { median: 3, min: 1, max: 10 });
  });
});

describe("p99Of(values)", () => {
  const cases = [
    { count: 1, p99: 1 },
    { count: 99, p99: 99 },
    { count: 100, p99: 99 },
    { count: 200, p99: 198 },
  ];
  for (const { count, p99 } of cases) {
    it(`gives ${String(p99)} for 1 to ${String(count)}`, () => {
      assert.equal(p99Of(Array.from({ length: count }, (_, index) => count - index)), p99);
    });
  }
});

describe("printTable(rows)", () => {
  const cases = [
    { median: 0.8, sign: ">=", verdict: "met" },
    { median: 0.79, sign: ">=", verdict: "below" },
    { median: 0.8, sign: "<=", verdict: "met" },
    { median: 0.81, sign: "<=", verdict: "above" },
  ] as const;
  for (const { median, sign, verdict } of cases) {
    it(`calls ${String(median)} ${verdict} where ${sign} 0.8 is the bar`, () => {
      const value = { median, min: 0.5, max: 0.9 };
      const table = printTable([{ what: "x", value, unit: "", detail: "1/s : 2/s", bar: { sign, limit: 0.8 } }]);
      const row = table.split("\n").at(-1)?.split(/ {2,}/);
      assert.deepEqual(row, ["x", median.toFixed(2), "0.50 .. 0.90", `${sign} 0.8`, verdict, "1/s : 2/s"]);
    });
  }
});

describe("pushBytes(workload)", () => {
  for (const [open, remembered] of [
    [0, 10],
    [1, 10],
    [12, 12],
    [35, 30],
  ] as const) {
    it(`prints a state that the service reads: ${String(open)} open, ${String(remembered)} remembered`, () => {
      const pushes = Array.from({ length: 41 }, (_, push) => push);
      const state = parseState(JSON.parse(`"${pushBytes("a").state(pushes, open)}"`) as string);
      assert.equal(state.kind, "ok");
      const records = state.value.containers["web"]?.pushes ?? [];
      assert.deepEqual(
        records.map(({ after }) => after),
        pushes.slice(-remembered).map(imageOf),
      );
      assert.equal(records.filter(isOpen).length, Math.min(open, remembered));
      assert.ok(records.every((push, index) => index === 0 || isOpen(push) || !isOpen(records[index - 1] ?? push)));
      assert.ok(records.every(({ before }, index) => index === 0 || before === records[index - 1]?.after));
      assert.equal(records.at(-1)?.generation, open);
    });
  }

  it("prints the patch of a push", () => {
    const operations = JSON.parse(pushBytes("a").patch(7, 8)) as { op: string; value: string }[];
    assert.deepEqual(
      operations.map(({ op, value }) => `${op} ${value.replace(/^.*(?=:)/, "")}`),
      ["test web", "test :v0000007", "replace :v0000008", "add :v0000008"],
    );
  });
});
