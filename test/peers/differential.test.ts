import assert from "node:assert/strict";
import { showDifference, total, type Comparison, type OutcomeKind } from "./compare.ts";
import { runRound } from "./differential.ts";
import { debian, ours, peer, type StartServer } from "./hook-server.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const SEED = 20_260_109;
const ROUNDS = 5;
const REQUESTS = 160;

// PEERS_SEED=… adds a run with another seed; PEERS_SECOND=/path/of/webhook adds a run of Debian's against that binary.
const given = process.env["PEERS_SEED"] ?? "";
const seeds = given === "" ? [SEED] : [SEED, Number(given)];
const secondBinary = process.env["PEERS_SECOND"] ?? "";

const KINDS: readonly OutcomeKind[] = ["triggered", "mismatch", "rule error", "unknown hook", "method not allowed"];

function describeComparison(name: string, second: StartServer, seed: number): void {
  describe(`compare(debian, ${name}), seed ${String(seed)}`, () => {
    let all: Comparison = total([]);
    before(async function () {
      this.timeout(180_000);
      const rounds: Comparison[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push(await runRound({ seed: seed + round, requests: REQUESTS, first: debian, second }));
      }
      all = total(rounds);
    });

    it("finds no difference in status, body and the hook's headers", () => {
      const shown = all.differences.slice(0, 5).map(showDifference).join("\n\n");
      assert.equal(
        all.differences.length,
        0,
        `${String(all.differences.length)} differences, small ones first:\n${shown}`,
      );
    });

    it("compares at least 300 requests and leaves out a tenth at most", () => {
      const excepted = [...all.excepted.values()].reduce((sum, count) => sum + count, 0);
      assert.ok(all.compared >= 300, `only ${String(all.compared)} were compared`);
      assert.ok(excepted <= (all.compared + excepted) / 10, JSON.stringify([...all.excepted]));
    });

    for (const kind of KINDS) {
      it(`meets the outcome "${kind}" at least 10 times`, () => {
        assert.ok((all.outcomes.get(kind) ?? 0) >= 10, JSON.stringify([...all.outcomes]));
      });
    }
  });
}

describeComparison("debian", debian, SEED);
for (const seed of seeds) describeComparison("ours", ours, seed);
if (secondBinary !== "") {
  for (const seed of seeds) {
    describeComparison(secondBinary, (hooksFile, options) => peer(secondBinary, hooksFile, options), seed);
  }
}

for (const [name, second, bugs] of [
  ["debian", debian, PLANTED_BUGS],
  ["ours", ours, PLANTED_BUGS.slice(0, 3)],
] as const) {
  describe(`compare(debian, ${name} with a planted bug)`, () => {
    for (const { name: bug, plant } of bugs) {
      it(`finds that ${bug}`, async function () {
        this.timeout(60_000);
        const { differences } = await runRound({ seed: SEED, requests: REQUESTS, first: debian, second, plant });
        assert.notEqual(differences.length, 0);
      });
    }
  });
}
