import { SaxesParser } from "saxes";
import { fail, ok, type Result } from "../result.ts";
import type { PayloadObject, PayloadValue } from "./payload.ts";
import { decodeUtf8 } from "./utf8.ts";

const MAX_DEPTH = 200;

// The parser stops at the end of a piece: what one piece can make it do is bounded.
const PIECES = /[^>]{1,1024}>?|>/g;

// What the parser complains about, and Go's does not.
const HARMLESS = [
  /text data outside of root node\.$/,
  /duplicate attribute: .*\.$/s,
  /no whitespace between attributes\.$/,
  /inappropriately located doctype declaration\.$/,
];

/**
 * Reads XML as adnanh/webhook's library makes an object of it: the first element's name is its only key, attributes are
 * `-name`, text beside others is `#text`, repeated elements are an array, all values are texts; prefixes are dropped.
 * Of several texts in an element only one is kept, by that library's rules. What follows the element is ignored.
 *
 * A document's own entities are never expanded (one that is used is an error, as in Go) and nothing is fetched, so a
 * small document stays small. The error is the end of a sentence that begins with what the bytes are.
 */
export function parseXml(bytes: Buffer): Result<PayloadObject, string> {
  const builder = new Builder();
  const parser = new SaxesParser();
  parser.on("error", ({ message }) => {
    if (!HARMLESS.some((harmless) => harmless.test(message))) builder.fail("is not well-formed XML");
  });
  parser.on("xmldecl", ({ version, encoding = "utf-8" }) => {
    if (version !== "1.0") builder.fail("is not XML 1.0");
    if (encoding.toLowerCase() !== "utf-8") builder.fail("declares an encoding that is not UTF-8");
  });
  parser.on("attribute", ({ name, value }) => {
    builder.attribute(name, value);
  });
  parser.on("opentag", ({ name }) => {
    builder.open(name);
  });
  parser.on("text", (text) => {
    builder.text(text);
  });
  parser.on("cdata", (text) => {
    builder.text(text);
  });
  parser.on("closetag", () => {
    builder.close();
  });
  for (const [piece] of validText(bytes).matchAll(PIECES)) {
    parser.write(piece);
    if (builder.result !== undefined) return builder.result;
  }
  return fail("is not XML, or ends early");
}

// Up to the first byte that is not UTF-8, where a parser that reads bytes would stop; blanks may precede a declaration.
function validText(bytes: Buffer): string {
  const text = decodeUtf8(bytes);
  const again = Buffer.from(text);
  const end = again.equals(bytes) ? bytes.length : bytes.findIndex((byte, index) => byte !== again[index]);
  return bytes.toString("utf8", 0, end).replace(/^\uFEFF?[ \t\r\n]*/, "");
}

/** An element that is being read, or, when it has no parent, the document around it. */
class Element {
  readonly name: string;
  readonly parent: Element;
  readonly depth: number;
  readonly #fields: Map<string, PayloadValue>;
  readonly #lists = new Map<string, PayloadValue[]>();
  // The last text that came before there were fields.
  #early: string | undefined;

  constructor(name: string, attributes: Iterable<readonly [string, string]>, parent?: Element) {
    this.name = name;
    this.parent = parent ?? this;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#fields = new Map(attributes);
  }

  get fields(): PayloadObject {
    return this.#fields;
  }

  text(text: string): void {
    if (this.#fields.size > 0) this.#fields.set("#text", text);
    else this.#early = text;
  }

  child(name: string, value: PayloadValue): void {
    const list = this.#lists.get(name);
    const first = this.#fields.get(name);
    if (list !== undefined) list.push(value);
    else if (first === undefined) this.#fields.set(name, value);
    else this.#makeList(name, [first, value]);
  }

  #makeList(name: string, values: PayloadValue[]): void {
    this.#lists.set(name, values);
    this.#fields.set(name, values);
  }

  get value(): PayloadValue {
    if (this.#fields.size === 0) return this.#early ?? "";
    if (this.#early !== undefined) this.#fields.set("#text", this.#early);
    return this.#fields;
  }
}

class Builder {
  #problem: string | undefined;
  #attributes: (readonly [string, string])[] = [];
  readonly #document = new Element("", []);
  #current = this.#document;

  /** What came of it so far. A problem that the root's own end tag makes counts. */
  get result(): Result<PayloadObject, string> | undefined {
    if (this.#problem !== undefined) return fail(this.#problem);
    return this.#document.fields.size === 0 ? undefined : ok(this.#document.fields);
  }

  fail(problem: string): void {
    this.#problem ??= problem;
  }

  attribute(name: string, value: string): void {
    this.#attributes.push([`-${this.#local(name)}`, value]);
  }

  open(name: string): void {
    this.#current = new Element(this.#local(name), this.#attributes, this.#current);
    this.#attributes = [];
    if (this.#current.depth > MAX_DEPTH) this.fail(`is nested deeper than ${String(MAX_DEPTH)} levels`);
  }

  text(text: string): void {
    const trimmed = trim(text);
    if (trimmed !== "") this.#current.text(trimmed);
  }

  close(): void {
    const { name, value, parent } = this.#current;
    parent.child(name, value);
    this.#current = parent;
  }

  // A colon at either end belongs to the name, and two make an error, as in Go.
  #local(name: string): string {
    const [prefix, local, ...more] = name.split(":");
    if (more.length > 0) this.fail("is not well-formed XML");
    return prefix === "" || local === undefined || local === "" ? name : local;
  }
}

const BLANKS = "\t\r\n ";

// Not String.trim, which takes more kinds of blanks away, nor an expression, which is slow on long runs of them.
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANKS.includes(text.charAt(start))) start++;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
