import type { Log, LogFacts } from "../ports.ts";
import { decoder } from "./decoder.ts";
import type { HandlerContext } from "./handler.ts";
import type { ReviewSignal } from "./review-signal.ts";

/** What a context is made of. */
interface Lent<Client> {
  readonly client: Client;
  readonly log: Log;
  readonly facts: LogFacts;
  readonly waiting: ReviewSignal;
}

/**
 * The context of one request. A class, since an object with a getter of its own has a shape of its own in V8, which
 * lives long and holds all that the getter does: some 7 KB for each review.
 */
export class ReviewContext<Client> implements HandlerContext<Client> {
  readonly client: Client;
  readonly decoder = decoder;
  readonly #lent: Lent<Client>;
  #log: Log | null = null;

  constructor(lent: Lent<Client>) {
    this.client = lent.client;
    this.#lent = lent;
  }

  get signal(): AbortSignal {
    return this.#lent.waiting.signal();
  }

  get log(): Log {
    return (this.#log ??= withFacts(this.#lent.log, this.#lent.facts));
  }
}

function withFacts(log: Log, facts: LogFacts): Log {
  const level =
    (name: "debug" | "info" | "warn" | "error"): Log["info"] =>
    (more, message) => {
      log[name]({ ...facts, ...more }, message);
    };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
}
