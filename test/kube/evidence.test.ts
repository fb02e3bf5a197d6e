import assert from "node:assert/strict";
import type { KubeClient, KubeRequest } from "../../src/kube/client.ts";
import { readLog, readPods, readWarnings } from "../../src/kube/evidence.ts";
import { toEventFacts, toPodFacts } from "../../src/kube/pod-facts.ts";
import { ok } from "../../src/core/result.ts";

const signal = new AbortController().signal;

/** A client that answers each request by a function, and opens streams of these chunks. */
function clientOf(answer: (request: KubeRequest) => unknown, chunks: readonly (Buffer | Error)[] = []): KubeClient {
  async function* stream(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield await Promise.resolve(chunk);
    }
  }
  return {
    request: (request) => Promise.resolve(ok(answer(request))),
    stream: () => Promise.resolve(ok(stream())),
    close: () => Promise.resolve(),
  };
}

describe("readPods(client, namespace, selector, signal)", () => {
  it("reads page after page, and stops where a rollout is large enough to be explained", async () => {
    const asked: (string | undefined)[] = [];
    const endless = clientOf(({ query }) => {
      asked.push(query?.["continue"]);
      return { items: [{ metadata: { name: "website" } }], metadata: { continue: String(asked.length) } };
    });
    const pods = await readPods(endless, "web", "app=website", signal);
    assert.equal(pods.kind === "ok" && pods.value.length, 5);
    assert.deepEqual(asked, [undefined, "1", "2", "3", "4"]);
  });
});

describe("readWarnings(client, namespace, uid, signal)", () => {
  it("gives the newest first, whichever field says when", async () => {
    const items = [
      { reason: "created", metadata: { creationTimestamp: "2026-11-22T09:00:00Z" }, lastTimestamp: null },
      {
        reason: "series",
        series: { lastObservedTime: "2026-11-22T12:00:00.000000Z" },
        eventTime: "2026-11-22T08:00:00Z",
      },
      {
        reason: "last",
        lastTimestamp: "2026-11-22T10:00:00Z",
        metadata: { creationTimestamp: "2026-11-22T13:00:00Z" },
      },
      { reason: "silent" },
    ];
    const warnings = await readWarnings(
      clientOf(() => ({ items })),
      "web",
      "u",
      signal,
    );
    assert.deepEqual(warnings.kind === "ok" && warnings.value.map(({ reason }) => reason), [
      "series",
      "last",
      "created",
      "silent",
    ]);
  });

  it("leaves it to the API server to choose them: a namespace may have thousands of others", async () => {
    const asked: KubeRequest[] = [];
    const client = clientOf((request) => {
      asked.push(request);
      return {};
    });
    await readWarnings(client, "web", "u-1", signal);
    assert.deepEqual(
      asked.map(({ query }) => query),
      [{ fieldSelector: "involvedObject.uid=u-1,type=Warning", limit: "50" }],
    );
  });
});

describe("readLog(client, query, signal)", () => {
  const query = { namespace: "web", pod: "website-1", container: "web", previous: true, lines: 10, maxBytes: 8 };
  const textOf = async (chunks: readonly (Buffer | Error)[]): Promise<unknown> => {
    const read = await readLog(
      clientOf(() => null, chunks),
      query,
      signal,
    );
    return read.kind === "ok" && read.value;
  };

  it("keeps what came before the connection broke", async () => {
    assert.equal(await textOf([Buffer.from("abc"), new Error("reset")]), "abc");
  });

  it("reads no more than it asked for, whatever is sent", async () => {
    assert.equal(await textOf([Buffer.from("abcdef"), Buffer.from("ghijkl"), new Error("too far")]), "abcdefgh");
  });
});

describe("toEventFacts(event)", () => {
  for (const [fieldPath, container] of [
    ["spec.containers{web}", "web"],
    ["spec.initContainers{migrate}", "migrate"],
    ["spec.nodeName", ""],
    [undefined, ""],
  ] as const)
    it(`finds ${container === "" ? "no container" : container} in ${String(fieldPath)}`, () => {
      assert.equal(toEventFacts({ involvedObject: { fieldPath } }).container, container);
    });
});

describe("toPodFacts(pod)", () => {
  it("reads containers in the order in which they start, with their parts and their ends", () => {
    const ended = { terminated: { exitCode: 3, signal: 9, reason: "Error", message: "m" } };
    const { containers, images, redeployedAt } = toPodFacts({
      metadata: { annotations: { "imagehook.dev/redeployed-at": "2026-11-22T10:00:00Z" } },
      spec: {
        containers: [{ name: "web", image: "web:2", readinessProbe: {}, startupProbe: {} }],
        initContainers: [
          { name: "migrate", image: "migrate:1" },
          { name: "proxy", image: "proxy:1", restartPolicy: "Always" },
        ],
      },
      status: {
        containerStatuses: [
          { name: "web", image: "resolved", ready: false, started: true, restartCount: 2, state: {}, lastState: ended },
          { name: "injected", image: "injected:1", state: { waiting: { reason: "R", message: "M" } } },
        ],
        initContainerStatuses: [
          { name: "migrate", state: ended },
          { name: "proxy", ready: true, state: { running: {} } },
        ],
      },
    });
    const exit = { exitCode: 3, signal: 9, reason: "Error", message: "m" };
    assert.partialDeepStrictEqual(containers, [
      { name: "migrate", role: "init", state: { kind: "terminated", ...exit }, lastExit: null },
      { name: "proxy", role: "sidecar", isReady: true, state: { kind: "running" } },
      {
        name: "web",
        image: "web:2",
        role: "main",
        hasStarted: true,
        hasReadinessProbe: true,
        hasStartupProbe: true,
        restarts: 2,
        state: { kind: "waiting", reason: "", message: "" },
        lastExit: exit,
      },
      { name: "injected", image: "injected:1", state: { kind: "waiting", reason: "R", message: "M" } },
    ]);
    assert.deepEqual([...images.keys()], ["migrate", "proxy", "web"]);
    assert.equal(redeployedAt, "2026-11-22T10:00:00Z");
  });

  for (const { when, conditions, expected } of [
    {
      when: "no node takes it",
      conditions: [{ type: "PodScheduled", status: "False", message: "none" }],
      expected: { unscheduled: "none", unmetGate: "" },
    },
    {
      when: "a gate is not met",
      conditions: [{ type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: "lb" }],
      expected: { unscheduled: "", unmetGate: "lb" },
    },
    {
      when: "its containers are not ready",
      conditions: [
        { type: "PodScheduled", status: "True", message: "old" },
        { type: "Ready", status: "False", reason: "ContainersNotReady", message: "containers" },
      ],
      expected: { unscheduled: "", unmetGate: "" },
    },
  ])
    it(`reads the conditions of a pod when ${when}`, () => {
      assert.partialDeepStrictEqual(toPodFacts({ status: { conditions } }), expected);
    });

  it("takes a pod that says nothing for one of no template", () => {
    assert.deepEqual(toPodFacts({ metadata: { annotations: null } }), {
      name: "",
      uid: "",
      isDeleted: false,
      redeployedAt: null,
      phase: "",
      reason: "",
      message: "",
      unscheduled: "",
      unmetGate: "",
      images: new Map(),
      containers: [],
    });
  });
});
