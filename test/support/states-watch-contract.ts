import assert from "node:assert/strict";
import {
  emptyState,
  pushesOf,
  printState,
  stateObjectName,
  withPush,
  type RolloutState,
} from "../../src/core/rollout/state.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import type { StateSighting } from "../../src/flow/ports.ts";
import { aPush } from "./builders.ts";
import { soon, valueOf, type ContractCluster } from "./contract-kit.ts";

const withKey = (target: Target, key: string) => withPush(emptyState(target), "web", aPush({ key }));

/** A sighting of one state object in a few words; null for one of another. */
function wordsOf(sighting: StateSighting, target: Target): string | null {
  const name = stateObjectName(target);
  switch (sighting.kind) {
    case "stored":
      return stateObjectName(sighting.target) === name ? `stored ${keysOf(sighting.stored.state)}` : null;
    case "gone":
      return sighting.object === name ? "gone" : null;
    case "unreadable":
      return sighting.object.name === name ? "unreadable" : null;
    case "complete":
      return "complete";
    case "failure":
      return assert.fail(JSON.stringify(sighting));
  }
}

const keysOf = (state: RolloutState): string =>
  pushesOf(state, "web")
    .map(({ key }) => key)
    .join();

/** What a watch of all state objects shows. */
export function describeStatesWatch(cluster: () => ContractCluster, deploy: () => Promise<Target>): void {
  let end = new AbortController();
  beforeEach(() => {
    end = new AbortController();
  });
  afterEach(() => {
    end.abort();
  });
  /** Opens a watch; gives what waits for the next sightings of one state object. */
  const open = () => {
    const sightings = cluster().states.watch(end.signal)[Symbol.asyncIterator]();
    const last = new Map<string, StateSighting>();
    const until = async (target: Target, words: string): Promise<StateSighting> => {
      for (;;) {
        const next: IteratorResult<StateSighting> = await sightings.next();
        if (next.done === true) assert.fail(`the watch ended before "${words}"`);
        const now = wordsOf(next.value, target);
        if (now !== null) last.set(now, next.value);
        if (now === words) return next.value;
      }
    };
    return { until, sightings, seen: () => [...last.keys()] };
  };

  it("shows all state objects and that all were shown, then each change, until the signal", async () => {
    const { states } = cluster();
    const [one, two] = [await deploy(), await deploy()];
    const first = valueOf(await states.save(one, { state: withKey(one, "a"), version: "" }, soon()));
    const { until, seen, sightings } = open();
    await until(one, "complete");
    assert.deepEqual(seen(), ["stored a", "complete"]);
    const second = valueOf(await states.save(one, { ...first, state: withKey(one, "b") }, soon()));
    assert.partialDeepStrictEqual(await until(one, "stored b"), { kind: "stored", target: one, stored: second });
    valueOf(await states.save(two, { state: withKey(two, "c"), version: "" }, soon()));
    await until(two, "stored c");
    end.abort();
    for (let next = await sightings.next(); next.done !== true; next = await sightings.next());
  });

  it("says of an object that cannot be read which it is and why, and shows all others", async () => {
    const { states, storeText } = cluster();
    const [bad, good] = [await deploy(), await deploy()];
    await storeText(bad, "{");
    const { until } = open();
    const sighting = await until(bad, "unreadable");
    if (sighting.kind !== "unreadable") assert.fail();
    assert.match(sighting.reason, /not JSON/);
    assert.ok(sighting.object.uid !== "" && sighting.object.namespace !== "", JSON.stringify(sighting));
    valueOf(await states.save(good, { state: withKey(good, "a"), version: "" }, soon()));
    await until(good, "stored a");
    await storeText(bad, printState(withKey(bad, "mended")));
    await until(bad, "stored mended");
    await storeText(bad, printState(withKey(good, "of another workload")));
    await until(bad, "unreadable");
    await storeText(bad, null);
    assert.deepEqual(await until(bad, "gone"), {
      kind: "gone",
      target: bad,
      object: stateObjectName(bad),
    });
  });

  it("recalls what someone else stored once it was shown, and nothing once it is gone", async () => {
    const { states, storeText } = cluster();
    const target = await deploy();
    valueOf(await states.save(target, { state: withKey(target, "ours"), version: "" }, soon()));
    const { until } = open();
    await until(target, "complete");
    await storeText(target, printState(withKey(target, "theirs")));
    await until(target, "stored theirs");
    const recalled = valueOf(await states.recall(target, soon()));
    assert.deepEqual(recalled.state, withKey(target, "theirs"));
    valueOf(await states.save(target, { ...recalled, state: withKey(target, "ours again") }, soon()));
    await storeText(target, null);
    await until(target, "gone");
    assert.deepEqual(valueOf(await states.recall(target, soon())), { state: emptyState(target), version: "" });
  });

  it("recalls our own save, though what is shown afterwards is older", async () => {
    const { states } = cluster();
    const target = await deploy();
    let stored = valueOf(await states.save(target, { state: withKey(target, "0"), version: "" }, soon()));
    const { until } = open();
    await until(target, "complete");
    for (const key of ["1", "2", "3"])
      stored = valueOf(await states.save(target, { ...stored, state: withKey(target, key) }, soon()));
    await until(target, "stored 1");
    assert.deepEqual(valueOf(await states.recall(target, soon())), stored);
  });
}
