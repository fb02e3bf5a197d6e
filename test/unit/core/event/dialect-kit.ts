import assert from "node:assert/strict";
import { registryTypeOf } from "../../../../src/core/event/dialects.ts";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { readMessage } from "../../../../src/core/event/read-message.ts";
import { ok } from "../../../../src/core/result.ts";
import { fixture, messageOf, pathsOf, pushed, readAs, withValue, type Beside, type Body } from "./bodies.ts";
import { EXPECTED } from "./expected-bodies.ts";
import { NO_TEXT, SUBSTITUTES } from "./hostile-values.ts";

/** What a sender puts around a body. */
export interface Envelope {
  readonly beside?: Beside;
  readonly wrap?: (body: Body) => string | Body;
  /** What stands before the path of a field. */
  readonly at?: string;
  /** What the envelope says of the push, whatever the body says. */
  readonly fixed?: Body;
}

/** A request of a registry type that brings one push, and what must come out of it; `name` is host and path. */
export interface Sample extends Envelope {
  readonly type: string;
  readonly body: Body;
  readonly name: string;
  readonly tag: string;
  readonly more: Body;
}

/** A sample, and what becomes of it when values of it are others; whatever it does not name must not matter. */
export interface DialectTable extends Sample {
  /** Values that come out changed. */
  readonly changes: readonly (readonly [path: string, value: unknown, change: Body])[];
  /** Values that make it a request to pass over. */
  readonly ignored: readonly (readonly [path: string, value: unknown, reason: string])[];
  readonly rejected: readonly (readonly [path: string, values: readonly unknown[]])[];
  /** Texts without which a body is not understood; an empty one is none. */
  readonly needed: readonly string[];
  /** The same, of which the table says what an empty one is. */
  readonly texts?: readonly string[];
}

/** What a sample must be read as, with a change. */
export function expectedOf(sample: Sample, change: Body = {}): unknown {
  const { name, tag, ...more }: Body = {
    ...sample.more,
    name: sample.name,
    tag: sample.tag,
    ...change,
    ...sample.fixed,
  };
  return pushed(String(name), String(tag), more);
}

/** A value as a title shows it. */
export const titleOf = (value: unknown): string =>
  value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);

const sentBy = ({ wrap = (body) => body }: Sample, body: Body): string | Body => wrap(body);

/** Reads a sample with one value replaced. */
const readWith = (sample: Sample, path: string, value: unknown): EventReading =>
  readAs(sample.type, sentBy(sample, withValue(sample.body, path, value)), sample.beside);

/** Checks all that a table says. */
export function itKeepsTo(table: DialectTable): void {
  const { changes, ignored, rejected, needed, texts = [] } = table;
  it(`reads ${table.type}'s body as it is where its type is not said`, () => {
    assert.deepEqual(readAs("auto", sentBy(table, table.body), table.beside), expectedOf(table));
  });
  itFollowsChanges(table, changes);
  for (const [path, value, reason] of ignored) itIgnores(table, path, [value], reason);
  for (const [path, values] of rejected) itRejects(table, path, values);
  for (const path of needed) itRejects(table, path, [undefined, null, "", ...NO_TEXT]);
  for (const path of texts) itRejects(table, path, [undefined, null, ...NO_TEXT]);
  itPassesOverOthers(table, [...[...changes, ...ignored, ...rejected].map(([path]) => path), ...needed, ...texts]);
  const images = changes.map(([, , { name = table.name, tag = table.tag }]) => `${String(name)}:${String(tag)}`);
  itBringsNoOtherImage(table, ...images);
}

/** Checks that other values of the same type come out. */
export function itFollowsChanges(sample: Sample, changes: DialectTable["changes"]): void {
  it(`reads ${sample.type}'s body as it is`, () => {
    assert.deepEqual(readAs(sample.type, sentBy(sample, sample.body), sample.beside), expectedOf(sample));
  });

  for (const [path, value, change] of changes) {
    it(`reads ${titleOf(value)} out of ${sample.type}'s ${path}`, () => {
      assert.deepEqual(readWith(sample, path, value), expectedOf(sample, change));
    });
  }
}

/** Checks that fields which do not matter change nothing: all but those that are named, and what holds them. */
export function itPassesOverOthers(sample: Sample, read: readonly string[]): void {
  const isRead = (path: string): boolean => read.some((other) => other === path || other.startsWith(`${path}.`));
  const others = pathsOf(sample.body).filter((path) => !isRead(path));
  for (const path of [...others, "callback_url", "SubscribeURL", "__proto__"]) {
    it(`does not let ${sample.type}'s ${path} change anything`, () => {
      for (const value of ["evil.com/x#", "", 7, null, undefined, ["v8"], { tag: "v8" }])
        assert.deepEqual(readWith(sample, path, value), expectedOf(sample), titleOf(value));
    });
  }
}

/** Checks that values are rejected with the field that they stand in. */
export function itRejects(sample: Sample, path: string, values: readonly unknown[], field = path): void {
  for (const value of values) {
    it(`rejects ${sample.type}'s ${path} of ${titleOf(value)} and names it`, () => {
      const reading = readWith(sample, path, value);
      assert.ok(reading.kind === "rejected", JSON.stringify(reading));
      assert.equal(reading.field, `${sample.at ?? ""}${field}`);
      assert.ok(reading.reason.length > 5 && reading.reason.length < 250, reading.reason);
    });
  }
}

/** Checks that values make the request one to pass over. */
export function itIgnores(sample: Sample, path: string, values: readonly unknown[], reason: string): void {
  for (const value of values) {
    it(`ignores ${sample.type}'s ${path} of ${titleOf(value)}`, () => {
      assert.deepEqual(readWith(sample, path, value), { kind: "ignored", reason });
    });
  }
}

/** Checks that no value, in whatever field, brings an image that is neither the sample's nor named, nor a long answer. */
export function itBringsNoOtherImage(sample: Sample, ...named: readonly string[]): void {
  const known = [`${sample.name}:${sample.tag}`, ...named];

  it(`reads no other image out of ${sample.type}'s body, whatever stands in a field of it`, () => {
    for (const path of pathsOf(sample.body)) {
      for (const value of SUBSTITUTES) {
        const reading = readWith(sample, path, value);
        assert.match(reading.kind, /^(?:push|ignored|rejected)$/, path);
        if (reading.kind !== "push") assert.ok(reading.reason.length < 250, reading.reason);
        // A tag may be called so.
        if (value !== "__proto__") assertKnown(reading, known, path);
      }
    }
  });

  it(`reads nothing out of a prototype's names around ${sample.type}'s body`, () => {
    const sent = sentBy(sample, sample.body);
    const body = typeof sent === "string" ? sent : JSON.stringify(sent);
    for (const part of ["__proto__", "constructor", "prototype"])
      assert.notEqual(readAs(sample.type, `{"${part}": ${body}}`, sample.beside).kind, "push");
    assert.deepEqual([Reflect.get({}, "name"), Reflect.get({}, "tag")], [undefined, undefined]);
  });
}

function assertKnown(reading: EventReading, known: readonly string[], path: string): void {
  const images = reading.kind === "push" ? reading.images : [];
  const names = images.map(({ registry, repository, tag }) => `${registry}/${repository}:${tag}`);
  assert.ok(
    names.every((name) => known.includes(name)),
    `${path}: ${names.join()}`,
  );
}

const OUTCOMES = { push: "push", ignored: "ignore", rejected: "reject", unsupported: "unsupported" } as const;

/** Checks that every recorded body of a provider is read as expected.json says, by each of its names and by none. */
export function itReadsItsRecordedBodies(provider: string, count: number, names: readonly string[] = []): void {
  const recorded = EXPECTED.filter((one) => one.provider === provider);

  it(`has ${String(count)} recorded bodies`, () => {
    assert.equal(recorded.length, count);
  });

  for (const { file, headers, host, outcome, images } of recorded) {
    for (const name of [provider, ...names, "auto"]) {
      it(`reads ${file} as ${outcome} for ${name}`, () => {
        const message = messageOf(fixture(file), { headers, host });
        const { reading, type } = readMessage(name, { ...message, body: ok(message.body) });
        assert.equal(OUTCOMES[reading.kind], outcome, JSON.stringify(reading));
        assert.equal(type, registryTypeOf(provider));
        const read = reading.kind === "push" ? reading.images : [];
        assert.deepEqual(
          read.map(({ registry, repository, tag, digest }) => ({ registry, repository, tag, digest })),
          images,
        );
      });
    }
  }
}
