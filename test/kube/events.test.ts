import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { EventNote, EventRecorder } from "../../src/flow/ports.ts";
import { createKubeClient, type KubeClient, type KubeRequest } from "../../src/kube/client.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { createEventRecorder } from "../../src/kube/events.ts";
import { freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { createFakeClock, createFakeLog } from "../support/fake-log.ts";

const note: EventNote = { type: "Warning", reason: "StateUnreadable", message: "it is not JSON" };

describe("createEventRecorder(client, clock, log)", () => {
  const object = { namespace: "hooks", name: "imagehook-1", uid: "u-1" };
  const clock = createFakeClock();
  const log = createFakeLog();
  let asked: KubeRequest[];
  let events: EventRecorder;
  const answering = (answer: KubeClient["request"]): EventRecorder => {
    const client: KubeClient = {
      request: (request) => {
        asked.push(request);
        return answer(request);
      },
      stream: () => assert.fail("nothing is watched"),
      close: () => Promise.resolve(),
    };
    return createEventRecorder(client, clock, log);
  };
  beforeEach(() => {
    asked = [];
    log.clear();
    events = answering(() => Promise.resolve({ kind: "ok", value: {} }));
  });

  it("records the same note on the same object once a minute", () => {
    for (let count = 0; count < 3; count++) events.recordOnState(object, note);
    assert.equal(asked.length, 1);
    clock.advance(59_000);
    events.recordOnState(object, note);
    assert.equal(asked.length, 1);
    clock.advance(1_000);
    events.recordOnState(object, note);
    assert.equal(asked.length, 2);
    clock.advance(-3_600_000);
    events.recordOnState(object, note);
    assert.equal(asked.length, 3, "after the clock was put back");
  });

  it("records what differs in subject, reason or message", () => {
    events.recordOnState(object, note);
    events.recordOnState({ ...object, uid: "u-2" }, note);
    events.recordOnState({ ...object, name: "imagehook-2" }, note);
    events.recordOnState(object, { ...note, reason: "NotifyFailed" });
    events.recordOnState(object, { ...note, message: "another" });
    const target = { kind: "deployment", namespace: "hooks", name: "imagehook-1" } as const;
    events.record({ target, uid: "u-1" }, note);
    assert.equal(asked.length, 6);
  });

  it("remembers only so many notes", async () => {
    events.recordOnState(object, note);
    for (let count = 0; count < 2_000; count++) {
      if (count % 50 === 0) await setImmediate();
      events.recordOnState(object, { ...note, message: `another ${String(count)}` });
    }
    assert.equal(asked.length, 2_001);
    await setImmediate();
    events.recordOnState(object, note);
    assert.equal(asked.length, 2_002);
  });

  it("drops notes while a hundred are under way, gives each a time, and says once that one failed", async () => {
    events = answering(
      ({ signal }) =>
        new Promise((resolve) => {
          assert.equal(signal.aborted, false);
          setTimeout(() => {
            resolve({ kind: "error", error: { kind: "unreachable", message: "away" } });
          }, 10);
        }),
    );
    for (let count = 0; count < 150; count++) events.recordOnState(object, { ...note, message: String(count) });
    assert.equal(asked.length, 100);
    await waitFor(
      () => Promise.resolve(log.lines.length),
      (length) => length > 0,
      { timeoutMs: 2_000, what: "a line" },
    );
    events.recordOnState(object, { ...note, message: "149" });
    assert.equal(asked.length, 101, "one that was dropped was never said");
    assert.deepEqual(log.factsOf("an Event could not be recorded; said once"), [
      { namespace: "hooks", reason: "away" },
    ]);
  });

  it("cuts a message at the API's limit", () => {
    events.recordOnState(object, { ...note, message: "x".repeat(5_000) });
    assert.equal((asked[0]?.body as { message: string }).message.length, 1024);
  });
});

describe("createEventRecorder(client, clock, log) on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  it("records what kubectl describe shows of a state object", async () => {
    const namespace = await freshNamespace(cluster(), "events");
    const run = (...args: string[]): Promise<string> => cluster().kubectl([...args, "-n", namespace]);
    await run("create", "configmap", "imagehook-1");
    const uid = await run("get", "configmap", "imagehook-1", "-o", "jsonpath={.metadata.uid}");
    const client = createKubeClient(await kubeconfigCredentials(cluster().kubeconfig, ""));
    const events = createEventRecorder(client, { now: () => new Date() }, createFakeLog());
    events.recordOnState({ namespace, name: "imagehook-1", uid }, note);
    const described = await waitFor(
      () => run("describe", "configmap", "imagehook-1"),
      (text) => text.includes("StateUnreadable"),
      { timeoutMs: 10_000, what: "the Event" },
    );
    assert.match(described, /Warning\s+StateUnreadable\s.*imagehook\s+it is not JSON/);
    await client.close();
  });
});
