import assert from "node:assert/strict";
import { createPathfinder } from "../../../src/flow/pathfinder.ts";
import { rest } from "./rollouts-kit.ts";

describe("createPathfinder()", () => {
  const never = new AbortController().signal;
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const task = (name: string) => (): Promise<string> => {
    begun.push(name);
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    return end.promise;
  };
  beforeEach(() => {
    begun.length = 0;
  });

  it("lets those that come meanwhile begin together when the first has ended, and those of other keys at once", async () => {
    const { run } = createPathfinder();
    const all = ["a1", "a2", "a3", "b1"].map((name) => run(name.slice(0, 1), task(name), never));
    await rest();
    assert.deepEqual(begun, ["a1", "b1"]);
    ends.get("a1")?.resolve("first");
    await rest();
    assert.deepEqual(begun, ["a1", "b1", "a2", "a3"]);
    for (const name of ["a2", "a3", "b1"]) ends.get(name)?.resolve(name);
    assert.deepEqual(await Promise.all(all), ["first", "a2", "a3", "b1"]);
  });

  it("lets them begin where the first has failed", async () => {
    const { run } = createPathfinder();
    const [first, second] = [run("a", task("a1"), never), run("a", task("a2"), never)];
    ends.get("a1")?.reject(new Error("no"));
    await assert.rejects(first, /no/);
    await rest();
    ends.get("a2")?.resolve("second");
    assert.equal(await second, "second");
  });

  it("waits no longer than a signal", async () => {
    const { run } = createPathfinder();
    void run("a", task("a1"), never);
    const end = new AbortController();
    const late = [run("a", task("a2"), end.signal), run("a", task("a3"), AbortSignal.abort())];
    await rest();
    assert.deepEqual(begun, ["a1", "a3"]);
    end.abort();
    await rest();
    assert.deepEqual(begun, ["a1", "a3", "a2"]);
    for (const name of ["a2", "a3"]) ends.get(name)?.resolve(name);
    assert.deepEqual(await Promise.all(late), ["a2", "a3"]);
  });
});
