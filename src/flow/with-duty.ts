import type { Election } from "./ports.ts";

/** The election, such that whoever leads does one more thing as long as it leads. */
export const withDuty = (election: Election, duty: (signal: AbortSignal) => Promise<void>): Election => ({
  identity: election.identity,
  lead: (work, signal) =>
    election.lead(async (leading) => {
      await Promise.all([work(leading), duty(leading)]);
    }, signal),
});
