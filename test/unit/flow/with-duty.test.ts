import assert from "node:assert/strict";
import { withDuty } from "../../../src/flow/with-duty.ts";

describe("withDuty(election, duty)", () => {
  it("does the duty beside the work as long as it leads, and gives the lead up after both", async () => {
    const done: string[] = [];
    const leading = new AbortController();
    const election = withDuty(
      {
        identity: "me",
        lead: async (work) => {
          await work(leading.signal);
          done.push("given up");
        },
      },
      async (signal) => {
        done.push("duty begins");
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve);
        });
        done.push("duty ends");
      },
    );
    const led = election.lead(() => {
      done.push("work");
      setTimeout(() => {
        leading.abort();
      }, 10);
      return Promise.resolve();
    }, new AbortController().signal);
    await led;
    assert.equal(election.identity, "me");
    assert.deepEqual(done, ["work", "duty begins", "duty ends", "given up"]);
  });
});
