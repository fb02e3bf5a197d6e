import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gatherLines } from "../../../src/telemetry/gathered.ts";

describe("gatherLines(out)", () => {
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text) };
  beforeEach(() => {
    written.length = 0;
  });

  it("writes the lines of one turn at once and in their order", async () => {
    const gathered = gatherLines(out);
    for (const line of ["a\n", "b\n", "c\n"]) gathered.write(line);
    assert.deepEqual(written, []);
    await nextTurn();
    assert.deepEqual(written, ["a\nb\nc\n"]);
  });

  it("writes the lines of the next turn too", async () => {
    const gathered = gatherLines(out);
    for (const line of ["a\n", "b\n"]) {
      gathered.write(line);
      await nextTurn();
    }
    assert.deepEqual(written, ["a\n", "b\n"]);
  });

  it("writes now what is gathered, once", async () => {
    const gathered = gatherLines(out);
    gathered.write("a\n");
    gathered.flush();
    gathered.flush();
    assert.deepEqual(written, ["a\n"]);
    await nextTurn();
    assert.deepEqual(written, ["a\n"]);
  });
});
