import type { EventRecorder } from "../../src/flow/ports.ts";

/** Events that are kept, each in one line: its object, its type, its reason and its message. */
export interface FakeEvents extends EventRecorder {
  readonly lines: readonly string[];
  /** Those of one reason, without the object. */
  readonly of: (reason: string) => readonly string[];
}

/** Makes one with no Event. */
export function createFakeEvents(): FakeEvents {
  const lines: string[] = [];
  return {
    record: ({ uid }, { type, reason, message }) => lines.push(`${uid} ${type} ${reason} ${message}`),
    recordOnState: ({ name }, { type, reason, message }) => lines.push(`${name} ${type} ${reason} ${message}`),
    lines,
    of: (reason) =>
      lines.flatMap((line) => {
        const [, type = "", said = "", ...message] = line.split(" ");
        return said === reason ? [`${type} ${message.join(" ")}`] : [];
      }),
  };
}
