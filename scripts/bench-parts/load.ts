import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One request as bytes, and the one answer that is right. */
export interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly body: string;
  /**
   * Called when it is answered 503, and sent again as a registry does; the time goes on, and the answer to a repetition
   * may have another body. Where nobody listens a 503 is a wrong answer.
   */
  readonly onRepeat?: () => void;
  /** Called when the right answer is there. */
  readonly done?: () => void;
}

/** Sends requests as fast as they are answered. */
export interface Load {
  /** Sends for so long, then waits for what is under way; gives answers per second. A wrong answer rejects. */
  readonly run: (durationMs: number, next: () => Exchange) => Promise<number>;
  /** Sends until the next request is wanted no more; gives answers per second. */
  readonly runWhile: (goesOn: () => boolean, next: () => Exchange) => Promise<number>;
}

const ANSWER_WITHIN_MS = 10_000;

/**
 * Makes a load generator of so many connections, opened anew for each run and kept alive during it, one request at a
 * time on each. It shares the machine with the server that it measures, so it does no more than it must: bare sockets,
 * prepared requests, and answers compared as they come. Each answer's time is told, in milliseconds.
 */
export function createLoad(
  port: number,
  connections: number,
  onAnswer: (tookMs: number) => unknown = () => undefined,
): Load {
  const runWhile: Load["runWhile"] = async (goesOn, next) => {
    const sockets = Array.from({ length: connections }, () => connect({ host: "127.0.0.1", port, noDelay: true }));
    try {
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      for (const socket of sockets) socket.setEncoding("latin1").setTimeout(ANSWER_WITHIN_MS);
      const startMs = performance.now();
      const running = sockets.map((socket) =>
        goesOn() ? exchangeWhile(socket, { goesOn, next, onAnswer }) : Promise.resolve(0),
      );
      return sum(await Promise.all(running)) / ((performance.now() - startMs) / 1_000);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  };
  const run: Load["run"] = async (durationMs, next) => {
    let endMs = 0;
    return runWhile(() => {
      const nowMs = performance.now();
      // The clock starts with the first request.
      endMs ||= nowMs + durationMs;
      return nowMs < endMs;
    }, next);
  };
  return { run, runWhile };
}

/** Adds numbers up. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

interface Exchanges {
  readonly goesOn: () => boolean;
  readonly next: () => Exchange;
  readonly onAnswer: (tookMs: number) => unknown;
}

// At least one.
function exchangeWhile(socket: Socket, { goesOn, next, onAnswer }: Exchanges): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let exchange = next();
    let text = "";
    let sentMs = performance.now();
    let isRepeated = false;
    const stop = (): void => {
      socket.off("data", onData).off("error", onError).off("timeout", onTimeout).off("close", onClose);
    };
    const onError = (error: Error): void => {
      stop();
      reject(error);
    };
    const onTimeout = (): void => {
      onError(new Error(`no answer within ${String(ANSWER_WITHIN_MS)} ms to: ${exchange.request}`));
    };
    const onClose = (): void => {
      onError(new Error(`the server closed the connection after: ${exchange.request}`));
    };
    const onData = (chunk: string): void => {
      text += chunk;
      const answer = readAnswer(text);
      if (answer === null) return;
      text = "";
      if (answer.status === 503 && exchange.onRepeat !== undefined) {
        isRepeated = true;
        exchange.onRepeat();
        socket.write(exchange.request, "latin1");
        return;
      }
      if (answer.status !== exchange.status || (answer.body !== exchange.body && !isRepeated)) {
        onError(wrong(answer, exchange));
        return;
      }
      onAnswer(performance.now() - sentMs);
      count++;
      exchange.done?.();
      if (!goesOn()) {
        stop();
        resolve(count);
        return;
      }
      exchange = next();
      isRepeated = false;
      sentMs = performance.now();
      socket.write(exchange.request, "latin1");
    };
    socket.on("data", onData).on("error", onError).on("timeout", onTimeout).on("close", onClose);
    socket.write(exchange.request, "latin1");
  });
}

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

function readAnswer(text: string): Answer | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  // An answer without the header has no body, or is none that is right.
  const length = Number(LENGTH.exec(text)?.[1] ?? 0);
  return text.length < end + 4 + length ? null : { status: Number(text.slice(9, 12)), body: text.slice(end + 4) };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const wrong = (answer: Answer, exchange: Exchange): Error =>
  new Error(
    `answered ${String(answer.status)} "${answer.body}" instead of ${String(exchange.status)} "${exchange.body}"\n` +
      `to: ${exchange.request}`,
  );
