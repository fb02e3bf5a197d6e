import assert from "node:assert/strict";
import { readRelease, runRelease, type ReleaseCommand } from "../../../src/cli/release.ts";
import { fail, ok } from "../../../src/core/result.ts";
import type { Released, ReleaseOrder } from "../../../src/flow/release-held.ts";
import { aTarget } from "../../support/builders.ts";

function commandOf(...argv: readonly string[]): ReleaseCommand {
  const command = readRelease(argv);
  assert.ok(command.kind === "release", JSON.stringify(command));
  return command;
}

const aReleased: Released = {
  kind: "held",
  hook: "website",
  container: "web",
  image: "shop/website:2.0",
  target: aTarget,
};

describe("readRelease(argv)", () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^error: name a workload, or a hook with --hook$/m],
    [["deployment/website"], /^error: say in which namespace the workload is, with --namespace$/m],
    [["--all"], /^error: unknown option '--all'$/m],
  ];
  for (const [argv, problem] of wrong) {
    it(`refuses ${JSON.stringify(argv)}`, () => {
      const command = readRelease(argv);
      assert.ok(command.kind === "said", JSON.stringify(command));
      assert.equal(command.exitCode, 2);
      assert.match(command.text, problem);
    });
  }
});

describe("runRelease(command, surroundings)", () => {
  it("hands on workloads in any of kubectl's spellings, and prints what was let go", async () => {
    const orders: ReleaseOrder[] = [];
    const argv = ["deploy/website", "sts/db", "--namespace", "shop", "--hook", "website", "--pending"];
    const { text, exitCode } = await runRelease(commandOf(...argv), {
      release: (order) => {
        orders.push(order);
        return Promise.resolve(ok(ok([aReleased, { ...aReleased, kind: "pending" as const, image: "a\nb" }])));
      },
    });
    const targets = [aTarget, { kind: "statefulset", namespace: "shop", name: "db" }];
    assert.deepEqual(orders, [{ targets, hook: "website", dropsPending: true }]);
    assert.equal(
      text,
      "shop deployment/website released: web shop/website:2.0 (hook website)\n" +
        "shop deployment/website dropped: web a b (hook website)\n",
    );
    assert.equal(exitCode, 0);
  });

  it("exits with 1 where nothing is held back", async () => {
    const command = commandOf("--hook", "website");
    const { text, exitCode } = await runRelease(command, { release: () => Promise.resolve(ok(ok([]))) });
    assert.deepEqual([text, exitCode], ["nothing is held back\n", 1]);
  });

  it("names a workload that is none", async () => {
    const command = commandOf("pod/website", "--namespace", "shop");
    const { text, exitCode } = await runRelease(command, { release: () => assert.fail("nothing is asked") });
    assert.match(text, /^"pod" is not a workload type: /);
    assert.equal(exitCode, 2);
  });

  it("says why the cluster cannot be asked, or what it said", async () => {
    const command = commandOf("--hook", "website");
    const unasked = await runRelease(command, { release: () => Promise.resolve(fail("none is configured")) });
    assert.deepEqual([unasked.text, unasked.exitCode], ["the cluster cannot be asked: none is configured\n", 2]);
    const failure = { kind: "unreachable", message: "no answer in time" } as const;
    const away = await runRelease(command, { release: () => Promise.resolve(ok(fail(failure))) });
    assert.deepEqual([away.text, away.exitCode], ["no answer in time\n", 1]);
  });
});
