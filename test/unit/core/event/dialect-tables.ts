import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { pathsOf, pushed, readAs, withValue, type Beside, type Body } from "./bodies.ts";

/** What a body must come out as: the repository with its host, the tag, and more of the image. */
interface ExpectedImage extends Body {
  readonly name: string;
  readonly tag: string;
}

/** A push of one registry type, and what becomes of it when values of it are others. */
export interface DialectTables {
  readonly type: string;
  readonly body: Body;
  readonly beside?: Beside;
  readonly expected: ExpectedImage;
  /** Another value at a path, and what it changes. */
  readonly changed: readonly (readonly [path: string, value: unknown, change: Body])[];
  /** Values at a path that are rejected with the path as the field. */
  readonly hostile: readonly (readonly [path: string, values: readonly unknown[]])[];
  /** Texts that are rejected with their path as the field when they are missing or no text. */
  readonly needed: readonly string[];
  /** Values at a path that make it something to pass over. */
  readonly ignored: readonly (readonly [path: string, value: unknown, reason: string])[];
}

const NO_TEXT: readonly unknown[] = [undefined, null, 42, true, [], ["v1"], {}, { literal: "1" }];
const OTHERS: readonly unknown[] = [...NO_TEXT, -1.5, 1e300, "", "x".repeat(10_000), { a: { b: ["c"] } }, [[null]]];

/** A value as a title shows it. */
export const titleOf = (value: unknown): string =>
  value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);

/** Values that are no repository's path by the distribution grammar. */
export const NO_PATHS: readonly string[] = [
  "../..",
  "acme/../website",
  "/acme/website",
  "acme/website/",
  "acme//website",
  `acme/website@sha256:${"a".repeat(64)}`,
  "acme/website:v1",
  "acme\\website",
  "acme/web site",
  "${name}",
  "(",
  ".*",
  "☃",
  "\u212Aube",
  "a".repeat(300),
];

/** Values that are no tags. */
export const NO_TAGS: readonly string[] = [
  "a/b:c",
  `v1@sha256:${"a".repeat(64)}`,
  "-v1",
  "v 1",
  "v1\n",
  "x".repeat(129),
];

/** Values that are no host alone, nor an address of one. */
export const NO_HOSTS: readonly string[] = [
  "user:secret@evil.com/x",
  "evil.com#/x",
  "evil..com/x",
  "-evil.com/x",
  "evil.com:123456/x",
  "ev il.com/x",
  "[::1/x",
  "ftp://evil.com/x",
  "//evil.com/x",
  "☃.com/x",
];

/** Tests what each value of a body does. */
export function readsByTables({ type, body, beside, expected, ...tables }: DialectTables): void {
  const read = (sent: Body): EventReading => readAs(type, sent, beside);
  const expect = (change: Body = {}): unknown => {
    const { name, tag, ...more }: ExpectedImage = { ...expected, ...change };
    return pushed(name, tag, more);
  };

  it("reads a push", () => {
    assert.deepEqual(read(body), expect());
  });

  for (const [path, value, change] of tables.changed)
    it(`reads ${titleOf(value)} at ${path}`, () => {
      assert.deepEqual(read(withValue(body, path, value)), expect(change));
    });

  for (const [path, value, reason] of tables.ignored)
    it(`ignores ${titleOf(value)} at ${path}`, () => {
      assert.deepEqual(read(withValue(body, path, value)), { kind: "ignored", reason });
    });

  const rejected = [...tables.hostile, ...tables.needed.map((path) => [path, NO_TEXT] as const)];
  for (const [path, values] of rejected)
    for (const value of values)
      it(`rejects ${titleOf(value)} at ${path} and names it`, () => {
        const reading = read(withValue(body, path, value));
        assert.ok(reading.kind === "rejected", JSON.stringify(reading));
        assert.equal(reading.field, path);
        assert.ok(reading.reason.length > 5 && reading.reason.length < 250, reading.reason);
      });

  const paths = pathsOf(body);
  const used = new Set([...tables.changed, ...tables.ignored, ...rejected].map(([path]) => path));
  const isInner = (path: string): boolean => paths.some((other) => other.startsWith(`${path}.`));
  for (const path of [...paths.filter((each) => !used.has(each) && !isInner(each)), "callback_url"])
    it(`does not let ${path} change anything`, () => {
      for (const value of ["evil.com/x#", "", null, 7])
        assert.deepEqual(read(withValue(body, path, value)), expect(), JSON.stringify(value));
    });

  it("reads each body whose values are of other types, and shows nothing long", () => {
    for (const path of paths)
      for (const value of OTHERS) {
        const reading = read(withValue(body, path, value));
        const said = "reason" in reading ? reading.reason : "";
        assert.ok(said.length < 250, said);
      }
  });

  it("reads nothing out of a prototype's names", () => {
    for (const part of ["__proto__", "constructor", "prototype"])
      assert.notEqual(readAs(type, `{"${part}": ${JSON.stringify(body)}}`, beside).kind, "push");
    assert.equal(Reflect.get({}, "name"), undefined);
  });
}
