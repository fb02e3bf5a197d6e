import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/bench", import.meta.url));

interface Run {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function bench(args: readonly string[]): Promise<Run> {
  // Below npm the script leaves the dependencies alone, which this very process uses. Coverage would be measured too.
  const child = spawn(script, args, {
    env: { ...process.env, npm_lifecycle_event: "test", NODE_V8_COVERAGE: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, closed] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: closed[0] as unknown, stdout, stderr };
}

const ROWS: readonly RegExp[] = [
  /^deliveries against a bare client's same two writes +\d+\.\d\d +\d\S* \.\. \S+ +>= 0\.8 +(met|below) +\d+\/s : \d+\/s$/m,
  /^p99 answer against its two writes' p99 +\d+\.\d\d .*<= 1\.5 +(met|above) +\d+\.\d ms : \d+\.\d ms$/m,
  /^first delivery of each workload \(one read more\) +\d+\.\d\d +\d+\/s : \d+\/s$/m,
  /^the same with follower and Events, rollouts running +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^refused requests against Koa that reads and parses +\d+\.\d\d .*>= 0\.5 +(met|below) +\d+\/s : \d+\/s$/m,
  /^refused requests against bare node:http +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^refused requests against adnanh\/webhook +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^commands \(\/bin\/true\) against adnanh\/webhook +\d+\.\d\d .*>= 0\.2 +(met|below) +\d+\/s : \d+\/s$/m,
  /^commands with 1000 hooks against 1 +\d+\.\d\d .*>= 0\.95 +(met|below) +\d+\/s : \d+\/s$/m,
  /^refused requests with 1000 hooks against 1 +\d+\.\d\d .*>= 0\.95 +(met|below) +\d+\/s : \d+\/s$/m,
  /^resident memory, idle, 100 hooks +\d+ MiB .*<= 110 +(met|above) +bare Node \d+ MiB$/m,
  /^resident memory, idle, 1000 hooks +\d+ MiB .*<= 160 +(met|above) +bare Node \d+ MiB$/m,
  /^start to ready, 100 hooks +\d+\.\d\d s .*<= 1 +(met|above) +1 starts$/m,
  /^writes before the answer +\d\S* .*<= 2 +(met|above) +3 deliveries$/m,
  /^writes in all per delivery, told by mail +\d\S* .*<= 4 +(met|above) +3 deliveries$/m,
  /^Events besides per delivery +\d.* 3 deliveries$/m,
  /^memory after 80 deliveries against 16, collected +\d+\.\d\d .*<= 1\.1 +(met|above) +\d+ MiB : \d+ MiB$/m,
  /^open watches at rest +1 +<= 1 +met +1 of states, 0 of workloads$/m,
  /^open watches with 20 open rollouts +\d+ +<= 21 +(met|above) +1 of states, \d+ of workloads$/m,
  /^reviews of 10 KB against controller-runtime +\d+\.\d\d .*>= 3 +(met|below) +\d+\/s : \d+\/s$/m,
  /^reviews of 10 KB against bare node:https +\d+\.\d\d .*>= 0\.7 +(met|below) +\d+\/s : \d+\/s$/m,
  /^the same by the time of the core that was used +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^the same by the time of the core, bare node:https +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^p99 of a review of 10 KB against controller-runtime's +\d+\.\d\d .*<= 1 +(met|above) +\d+\.\d ms : \d+\.\d ms$/m,
  /^reviews of 500 KB against controller-runtime +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^reviews of 500 KB against bare node:https +\d+\.\d\d .*\d+\/s : \d+\/s$/m,
  /^p99 of a review of 500 KB against controller-runtime's +\d+\.\d\d .*\d+\.\d ms : \d+\.\d ms$/m,
];

describe("scripts/bench", function () {
  // The first run on a machine may have to build the binaries.
  this.timeout(30 * 60_000);

  it("prints every row and has verified what it counted", async () => {
    const { code, stdout, stderr } = await bench(["--quick"]);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    for (const row of ROWS) assert.match(stdout, row);
    const pushes = [...stdout.matchAll(/(\w+): verified: status and body of each answer, .* (\d+) \+ (\d+) pushes$/gm)];
    assert.deepEqual(
      pushes.map(([, part]) => part),
      ["delivered", "followed"],
    );
    // Each workload had at least its first push.
    for (const [line, , ours, theirs] of pushes) assert.ok(Number(ours) >= 64 && Number(theirs) >= 64, line);
    assert.match(stdout, /commands: verified: status and body of each answer$/m);
    assert.match(stdout, /refused: verified: status and body of each answer$/m);
    assert.match(stdout, /writes: counted in the audit log for 3 verified deliveries/);
    assert.match(stdout, /memory: verified: generation, image and state after 80 deliveries$/m);
    assert.match(stdout, /admission: verified: status, uid and bytes of each answer$/m);
    assert.match(stdout, /too short for its numbers to mean anything/);
  });

  it("refuses a part that there is not", async () => {
    const { code, stderr } = await bench(["--only", "nothing"]);
    assert.equal(code, 1);
    assert.match(stderr, /--only nothing: not a part\nusage: scripts\/bench/);
  });
});
