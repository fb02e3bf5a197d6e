import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { anImage, fixture, readAs, type Beside, type Body } from "./bodies.ts";

/** A request of a registry type that brings one push, and what must come out of it; `name` is host and path. */
export interface Sample {
  readonly type: string;
  readonly body: Body;
  readonly beside?: Beside;
  readonly name: string;
  readonly tag: string;
  readonly more: Body;
}

interface Recorded {
  readonly file: string;
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: {
    readonly outcome: "push" | "ignore" | "reject";
    readonly images?: readonly Body[];
    readonly needsHost?: boolean | string;
  };
}

const RECORDED = JSON.parse(fixture("expected.json")) as readonly Recorded[];
const KINDS = { push: "push", ignore: "ignored", reject: "rejected" } as const;
const HOST = "registry.example.com:5000";

/** Reads every recorded body of a provider as its type and without one, and compares with what is expected of it. */
export function itReadsItsRecordedBodies(provider: string, count: number): void {
  const recorded = RECORDED.filter((one) => one.provider === provider);

  it(`has ${String(count)} recorded bodies`, () => {
    assert.equal(recorded.length, count);
  });

  for (const { file, headers, expect } of recorded) {
    for (const type of [provider, "auto"]) {
      it(`reads ${file} as ${type}`, () => {
        const reading = readAs(type, fixture(file), expect.needsHost === true ? { headers, host: HOST } : { headers });
        assert.equal(reading.kind, KINDS[expect.outcome], JSON.stringify(reading));
        const images = (expect.images ?? []).map((image) =>
          expect.needsHost === true ? { ...image, registry: HOST } : image,
        );
        assert.deepEqual(imagesOf(reading), images);
      });
    }
  }
}

/** The parts of a reading's images that a recorded body is expected to bring. */
const imagesOf = (reading: EventReading): readonly unknown[] =>
  reading.kind === "push"
    ? reading.images.map(({ registry, repository, tag, digest }) => ({ registry, repository, tag, digest }))
    : [];

/** What a sample must be read as, with a change. */
export function expectedOf(sample: Sample, change: Body = {}): unknown {
  const { name, tag, ...more }: Body = { name: sample.name, tag: sample.tag, ...sample.more, ...change };
  return { kind: "push", images: [anImage(String(name), String(tag), more)] };
}

/** Reads a sample with one value replaced. */
const readWith = (sample: Sample, path: string, value: unknown): EventReading =>
  readAs(sample.type, valueReplaced(sample.body, path, value), sample.beside);

/** Checks that other values of the same type come out, and that all other fields change nothing. */
export function itFollowsChanges(sample: Sample, changes: readonly (readonly [string, unknown, Body])[]): void {
  it(`reads ${sample.type}'s body as it is`, () => {
    assert.deepEqual(readAs(sample.type, sample.body, sample.beside), expectedOf(sample));
  });

  for (const [path, value, change] of changes) {
    it(`reads ${JSON.stringify(value)} out of ${sample.type}'s ${path}`, () => {
      assert.deepEqual(readWith(sample, path, value), expectedOf(sample, change));
    });
  }
}

/** Checks that fields which do not matter change nothing: all that are not named. */
export function itPassesOverOthers(sample: Sample, read: readonly string[]): void {
  const others = leavesOf(sample.body).filter((path) => !read.includes(path));
  for (const path of [...others, "callback_url"]) {
    it(`does not let ${sample.type}'s ${path} change anything`, () => {
      for (const value of ["evil.com/x#", 7, null, ["v8"], { tag: "v8" }])
        assert.deepEqual(readWith(sample, path, value), expectedOf(sample));
    });
  }
}

/** Checks that values are rejected with the field that they stand in. */
export function itRejects(sample: Sample, path: string, values: readonly unknown[], field: string = path): void {
  for (const value of values) {
    const shown = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
    it(`rejects ${sample.type}'s ${path} of ${shown} and names it`, () => {
      const reading = readWith(sample, path, value);
      assert.ok(reading.kind === "rejected", JSON.stringify(reading));
      assert.equal(reading.field, field);
      assert.ok(reading.reason.length > 5 && reading.reason.length < 250, reading.reason);
    });
  }
}

/** Checks that values make the request one to pass over. */
export function itIgnores(sample: Sample, path: string, values: readonly unknown[], reason: string): void {
  for (const value of values) {
    const shown = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
    it(`ignores ${sample.type}'s ${path} of ${shown}`, () => {
      assert.deepEqual(readWith(sample, path, value), { kind: "ignored", reason });
    });
  }
}

/** Values that stand for no text of an image's name. */
export const NO_TEXT: readonly unknown[] = [42, true, ["v1"], [], {}, { literal: "1" }];
/** Texts that are no path of a repository, whatever the case of their letters. */
export const NO_PATH: readonly string[] = [
  "../../evil",
  "acme/../x",
  "/acme/website",
  "acme/website/",
  "acme//website",
  `acme/website@sha256:${"a".repeat(64)}`,
  "acme/website:v1",
  "http://evil/x",
  "acme\\website",
  "acme/web site",
  "acme/${name}",
  "☃/x",
  "acme/website\n",
  "a".repeat(10_000),
];
/** Texts that are no tag, and no digest either. */
export const NO_TAG: readonly string[] = [
  `v1@sha256:${"a".repeat(64)}`,
  "a/b:c",
  "v1:x",
  ".v1",
  "-v1",
  "v 1",
  "v1\n",
  "${tag}",
  "☃",
  "x".repeat(129),
  "x".repeat(10_000),
];
/** Texts that are no host alone, or none that can be told from a user's name. */
export const NO_HOST: readonly string[] = [
  "evil.com/x#",
  "evil.com/x",
  "//evil.com",
  "user:pass@evil.com",
  "evil",
  "../..",
  "evil.com#",
  "evil.com?x",
  "-evil.com",
  "evil..com",
  "evil.com.",
  "evil.com:",
  "evil.com:123456",
  "ev il.com",
  "evil.com\n",
  "[evil.com]:5000",
  "☃.com",
  "\u212Aube.example.com",
  "x".repeat(10_000),
];

const SUBSTITUTES: readonly unknown[] = [
  null,
  undefined,
  0,
  -1.5,
  1e300,
  true,
  "",
  "x".repeat(10_000),
  [],
  [1, "x", null],
  {},
  { literal: "1" },
  { a: { b: { c: { d: ["e"] } } } },
  JSON.parse('{"__proto__": {"tag": "v1"}}'),
];

/** Checks that no value of another kind, in whatever field, brings an image that is neither the sample's nor named. */
export function itBringsNoOtherImage(sample: Sample, ...named: readonly string[]): void {
  it(`reads no other image out of ${sample.type}'s body, whatever stands in a field of it`, () => {
    const known = [`${sample.name}:${sample.tag}`, ...named];
    for (const path of pathsOf(sample.body)) {
      for (const value of SUBSTITUTES) {
        const reading = readWith(sample, path, value);
        assert.match(reading.kind, /^(?:push|ignored|rejected)$/);
        if (reading.kind !== "push") continue;
        const images = reading.images.map(({ registry, repository, tag }) => `${registry}/${repository}:${tag}`);
        assert.ok(
          images.every((image) => known.includes(image)),
          `${path}: ${images.join()}`,
        );
      }
    }
  });
}

/** A body with the value at a path replaced, also in its arrays; `undefined` takes the field away. */
export const valueReplaced = (body: Body, path: string, value: unknown): Body =>
  replaceIn(body, path.split("."), value) as Body;

function replaceIn(value: unknown, [head, ...rest]: readonly string[], by: unknown): unknown {
  if (head === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index): unknown => (String(index) === head ? replaceIn(item, rest, by) : item));
  const object = (value ?? {}) as Body;
  return { ...object, [head]: replaceIn(object[head], rest, by) };
}

const isInner = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The paths of all values of a body, of those in arrays and of objects as well. */
function pathsOf(value: object, prefix = ""): readonly string[] {
  return Object.entries(value).flatMap(([key, item]: readonly [string, unknown]) => {
    const path = `${prefix}${key}`;
    return isInner(item) ? [path, ...pathsOf(item, `${path}.`)] : [path];
  });
}

function leavesOf(body: Body): readonly string[] {
  const paths = pathsOf(body);
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`)));
}
