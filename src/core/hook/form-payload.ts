import { decodeObject, NO_OBJECT, type PayloadObject, type PayloadValue } from "./payload.ts";
import { decodeUtf8 } from "./utf8.ts";

/** A part of a form that has a file name. */
export interface FormFile {
  readonly name: string;
  /** Every Content-Type of the part, as it is written. */
  readonly contentTypes: readonly string[];
  readonly bytes: Buffer;
}

/** A form in parts: every value of each name, and its files, in order. */
export interface Form {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly files: readonly FormFile[];
}

/** What a form came to: no payload when it brings neither a value nor JSON. Problems are for the log. */
export interface FormPayload {
  readonly payload: PayloadObject | null;
  readonly problems: readonly string[];
}

/**
 * A form as a payload, as adnanh/webhook makes it: the first value of each name, and the first file of each name when it
 * is to be JSON, by its name or its type; such a file wins over a value. Other files are left out.
 */
export function payloadOfForm({ values, files }: Form, jsonNames: readonly string[]): FormPayload {
  const payload = new Map<string, PayloadValue>([...values].map(([name, [first = ""]]) => [name, first]));
  const problems: string[] = [];
  for (const [name, { contentTypes, bytes }] of firstOfEach(files)) {
    if (!jsonNames.includes(name) && !contentTypes.includes("application/json")) continue;
    const object = decodeObject(decodeUtf8(bytes));
    payload.set(name, object.kind === "ok" ? object.value : NO_OBJECT);
    if (object.kind === "error") problems.push(`a file of the form ${object.error}`);
  }
  return { payload: payload.size === 0 ? null : payload, problems };
}

// Of entries with one key a map keeps the last.
const firstOfEach = (files: readonly FormFile[]): ReadonlyMap<string, FormFile> =>
  new Map(files.toReversed().map((file) => [file.name, file]));
