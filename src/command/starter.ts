import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ok, type Result } from "../core/result.ts";
import type { Exit, StartAnswer, StartRequest } from "./start-request.ts";

/** A program that was asked for. */
interface Program {
  /** Its process id, or the code of the error that kept it from starting. */
  readonly started: Promise<Result<number, string>>;
  /** Never resolves for one that did not start. */
  readonly exited: Promise<Exit>;
}

/** Starts programs by a small process of its own, which is made with the first of them. */
export interface Starter {
  readonly start: (request: Omit<StartRequest, "id">) => Program;
  readonly close: () => void;
}

interface Waiting {
  readonly onStarted: (started: Result<number, string>) => void;
  readonly onExited: (exit: Exit) => void;
}

const MAIN = fileURLToPath(new URL(`starter-main${extname(import.meta.url)}`, import.meta.url));
/** The signal of a program that nobody hears of any more. */
export const GONE = "the process that starts commands is gone";

/** Makes a starter that has started nothing yet. One whose process ends is made anew with the next program. */
export function createStarter(): Starter {
  const waiting = new Map<number, Waiting>();
  let process: ChildProcess | null = null;
  let count = 0;

  const hear = (answer: StartAnswer): void => {
    const asked = waiting.get(answer.id);
    if (answer.kind !== "started") waiting.delete(answer.id);
    switch (answer.kind) {
      case "started":
        asked?.onStarted(ok(answer.pid));
        break;
      case "failed":
        asked?.onStarted(fail(answer.code));
        break;
      case "exited":
        asked?.onExited(answer);
    }
  };
  const lose = (): void => {
    process = null;
    for (const { onStarted, onExited } of waiting.values()) {
      onStarted(fail(GONE));
      onExited({ code: null, signal: GONE });
    }
    waiting.clear();
  };
  const open = (): ChildProcess => {
    const child = fork(MAIN, [], {
      env: {},
      execArgv: ["--max-semi-space-size=1"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (answer) => {
      hear(answer as StartAnswer);
    });
    child.once("exit", lose);
    child.once("error", lose);
    // It keeps nothing alive: who waits for a program has a timer for it.
    child.unref();
    child.channel?.unref();
    return child;
  };
  const start: Starter["start"] = (request) => {
    const id = ++count;
    let onStarted: Waiting["onStarted"] = () => undefined;
    let onExited: Waiting["onExited"] = () => undefined;
    const started = new Promise<Result<number, string>>((resolve) => {
      onStarted = resolve;
    });
    const exited = new Promise<Exit>((resolve) => {
      onExited = resolve;
    });
    waiting.set(id, { onStarted, onExited });
    process ??= open();
    process.send({ ...request, id } satisfies StartRequest, (error) => {
      if (error !== null) hear({ id, kind: "failed", code: GONE });
    });
    return { started, exited };
  };
  const close = (): void => {
    if (process?.connected === true) process.disconnect();
    process = null;
  };
  return { start, close };
}
