import { ignored, type EventReading } from "./push-event.ts";

const MAX_LENGTH = 60;

/** Passes over an event that is no push of an image, and names its kind: `type DELETE_ARTIFACT`. */
export const otherKind = (what: string, name: string): EventReading =>
  ignored(`${what} ${name.slice(0, MAX_LENGTH).replace(/[^\x20-\x7e]/g, "?")}`);
