import assert from "node:assert/strict";
import { readStatus, runStatus, type StatusCommand } from "../../../src/cli/status.ts";
import { fail, ok } from "../../../src/core/result.ts";
import type { Report, ReportQuery, RolloutReport } from "../../../src/core/rollout/report.ts";
import { createFakeClock } from "../../support/fake-log.ts";

function commandOf(...argv: readonly string[]): StatusCommand {
  const command = readStatus(argv);
  assert.ok(command.kind === "status", JSON.stringify(command));
  return command;
}

const aRollout: RolloutReport = {
  key: "0123456789abcdef-0123456789ab",
  hook: "website",
  namespace: "shop",
  workload: "deployment/website",
  containers: [
    { container: "web", before: "shop/website:1.0", after: "shop/website:2.0" },
    { container: "app", before: "shop/app:1.0", after: "shop/app:2.0" },
  ],
  phase: "complete",
  reason: "3 of 3 pods run\u001b[31m the new image",
  acceptedAt: "2026-11-22T07:58:00.000Z",
  endedAt: "2026-11-22T07:59:00.000Z",
  requestId: "request-1",
  notices: [],
};
const aReport: Report = {
  rollouts: [
    { ...aRollout, acceptedAt: "2026-11-22T08:00:00.000Z", containers: aRollout.containers.slice(0, 1) },
    { ...aRollout, phase: "progressing", reason: "", endedAt: null },
  ],
  pending: [
    {
      hook: "website",
      namespace: "shop",
      workload: "cronjob/report",
      container: "*",
      image: "shop/report:3.0",
      until: "2026-11-22T22:00:00.000Z",
      reason: "outside of the window",
      acceptedAt: "2026-11-20T08:00:00.000Z",
      requestId: "request-2",
    },
  ],
  unreadable: 0,
};

async function said(report: Report, ...argv: readonly string[]): Promise<string> {
  const { text, exitCode } = await runStatus(commandOf(...argv), {
    clock: createFakeClock(),
    ask: () => Promise.resolve(ok(ok(report))),
  });
  assert.equal(exitCode, 0);
  return text;
}

describe("readStatus(argv)", () => {
  it("asks for the last hundred of all by default", () => {
    assert.deepEqual(commandOf(), {
      kind: "status",
      namespace: "",
      workload: "",
      hook: "",
      limit: 100,
      stateNamespace: "",
      kubeconfig: "",
      context: "",
      json: false,
    });
  });

  for (const argv of [["--limit", "0"], ["--limit", "501"], ["--limit", "many"], ["website"], ["--watch"]]) {
    it(`refuses ${argv.join(" ")}`, () => {
      const command = readStatus(argv);
      assert.ok(command.kind === "said");
      assert.equal(command.exitCode, 2);
      assert.match(command.text, /^error: /);
    });
  }
});

describe("runStatus(command, surroundings)", () => {
  it("prints what waits, then what goes on, then what has ended, each container in a line", async () => {
    assert.deepEqual((await said(aReport)).split("\n"), [
      "NAMESPACE   WORKLOAD             CONTAINER   IMAGE              PHASE         AGE   REASON",
      "shop        cronjob/report       *           shop/report:3.0    pending       2d    outside of the window, until 2026-11-22T22:00:00.000Z",
      "shop        deployment/website   web         shop/website:2.0   progressing   2m    -",
      "shop        deployment/website   app         shop/app:2.0       progressing   2m    -",
      "shop        deployment/website   web         shop/website:2.0   complete      5s    3 of 3 pods run [31m the new image",
      "",
    ]);
  });

  const ages = [
    ["2026-11-22T08:00:06.000Z", "0s"],
    ["2026-11-22T05:00:05.000Z", "3h"],
    ["2026-11-19T05:00:05.000Z", "3d"],
    ["soon", "?"],
  ] as const;
  for (const [acceptedAt, age] of ages) {
    it(`says ${age} for ${acceptedAt}`, async () => {
      const text = await said({
        ...aReport,
        rollouts: [],
        pending: aReport.pending.map((one) => ({ ...one, acceptedAt })),
      });
      assert.match(text, new RegExp(`pending +${age.replace("?", "\\?")} `));
    });
  }

  it("says no time for a push that waits for nobody knows how long", async () => {
    const pending = aReport.pending.map((one) => ({ ...one, until: null, reason: "the hook is frozen" }));
    assert.match(await said({ ...aReport, pending }), /the hook is frozen\n/);
  });

  it("says that there is nothing, and what cannot be read", async () => {
    const text = await said({ rollouts: [], pending: [], unreadable: 2 });
    assert.equal(
      text,
      "nothing was rolled out yet\n2 state objects cannot be read: the log and their Events say why\n",
    );
  });

  it("prints JSON for programs", async () => {
    assert.deepEqual(JSON.parse(await said(aReport, "--json")), aReport);
  });

  it("hands on what is asked for", async () => {
    const asked: ReportQuery[] = [];
    const argv = ["--namespace", "shop", "--workload", "deployment/website", "--hook", "website", "--limit", "5"];
    await runStatus(commandOf(...argv), {
      clock: createFakeClock(),
      ask: (query) => {
        asked.push(query);
        return Promise.resolve(ok(ok(aReport)));
      },
    });
    assert.deepEqual(asked, [{ namespace: "shop", workload: "deployment/website", hook: "website", limit: 5 }]);
  });

  it("says why the cluster cannot be asked, or what it said", async () => {
    const clock = createFakeClock();
    const unasked = await runStatus(commandOf(), { clock, ask: () => Promise.resolve(fail("none is configured")) });
    assert.deepEqual([unasked.text, unasked.exitCode], ["the cluster cannot be asked: none is configured\n", 2]);
    const failure = { kind: "unreachable", message: "no answer in time" } as const;
    const away = await runStatus(commandOf(), { clock, ask: () => Promise.resolve(ok(fail(failure))) });
    assert.deepEqual([away.text, away.exitCode], ["no answer in time\n", 1]);
  });
});
