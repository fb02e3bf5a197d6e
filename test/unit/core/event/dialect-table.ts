import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { fixture, pathsOf, pushed, readAs, withValue, type Beside, type Body } from "./bodies.ts";

/** What a dialect makes of one body and of its changes. */
export interface DialectTable {
  readonly type: string;
  readonly body: Body;
  /** What the body says; `name` is the registry and the repository. */
  readonly push: Body & { readonly name: string; readonly tag: string };
  /** Values that come out changed. */
  readonly changes: readonly (readonly [path: string, value: unknown, change: Body])[];
  readonly ignored: readonly (readonly [path: string, value: unknown, reason: string])[];
  readonly rejected: readonly (readonly [path: string, values: readonly string[]])[];
  /** Paths of texts without which a body is not understood. */
  readonly needed: readonly string[];
}

/** What a sender puts around a body. */
export interface Envelope {
  readonly when: string;
  readonly wrap: (body: Body) => string | Body;
  /** What stands before the path of a field. */
  readonly at: string;
  /** What is said of the push by the envelope, whatever the body says. */
  readonly fixed?: Body;
  readonly beside?: Beside;
}

/** The body as it is. */
export const PLAIN: Envelope = { when: "a body", wrap: (body) => body, at: "" };

const NO_TEXT: readonly unknown[] = [42, [], ["v1"], {}, { literal: "1" }, true, null, undefined];
const SUBSTITUTES: readonly unknown[] = [...NO_TEXT, -1.5, 1e300, "", "x".repeat(10_000), "__proto__", [[[[{}]]]]];

/** Holds a dialect to its table, with an envelope around each body. */
export function holdToTable(table: DialectTable, { wrap, at, fixed, beside }: Envelope): void {
  const { type, body, changes, ignored, rejected, needed } = table;
  const read = (sent: Body, as = type): EventReading => readAs(as, wrap(sent), beside);
  const expected = (change: Body = {}): unknown => {
    const { name, tag, ...more }: Body = { ...table.push, ...change, ...fixed };
    return pushed(String(name), String(tag), more);
  };

  for (const as of [type, "auto"]) {
    it(`reads the body as it is for ${as}`, () => {
      assert.deepEqual(read(body, as), expected());
    });
  }

  for (const [path, value, change] of changes) {
    it(`reads ${JSON.stringify(value)} out of ${path}`, () => {
      assert.deepEqual(read(withValue(body, path, value)), expected(change));
    });
  }

  for (const [path, value, reason] of ignored) {
    it(`ignores a ${path} of ${JSON.stringify(value) || "nothing"}`, () => {
      assert.deepEqual(read(withValue(body, path, value)), { kind: "ignored", reason });
    });
  }

  const isRejected = (sent: Body, path: string): void => {
    const reading = read(sent);
    assert.ok(reading.kind === "rejected", JSON.stringify(reading));
    assert.equal(reading.field, `${at}${path}`);
    assert.ok(reading.reason.length > 5 && reading.reason.length < 250, reading.reason);
  };

  for (const [path, values] of rejected) {
    for (const value of values) {
      it(`rejects a ${path} of ${JSON.stringify(value.slice(0, 60))} and names it`, () => {
        isRejected(withValue(body, path, value), path);
      });
    }
  }

  for (const path of needed) {
    it(`rejects a ${path} that is no text and names it`, () => {
      for (const value of [...NO_TEXT, ""]) isRejected(withValue(body, path, value), path);
    });
  }

  const looked = [...changes, ...ignored, ...rejected].map(([path]) => path).concat(needed);
  const inert = pathsOf(body).filter((path) => !looked.some((other) => other === path || other.startsWith(`${path}.`)));
  for (const path of [...inert, "callback_url", "SubscribeURL", "__proto__"]) {
    it(`does not let ${path} change anything`, () => {
      assert.deepEqual(read(withValue(body, path, "evil.com/x#")), expected());
      assert.deepEqual(read(withValue(body, path, undefined)), expected());
    });
  }

  it("answers with a reading, whatever field is replaced by whatever", () => {
    for (const path of pathsOf(body)) {
      for (const value of SUBSTITUTES) {
        const { kind } = read(withValue(body, path, value));
        assert.match(kind, /^(?:push|ignored|rejected)$/, path);
      }
    }
  });
}

interface Expected {
  readonly file: string;
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: { readonly outcome: string; readonly images?: readonly unknown[] };
}

/** Holds the dialect of a provider to what its real bodies must be read as, under each of the names. */
export function holdToFixtures(provider: string, names: readonly string[]): void {
  const all = JSON.parse(fixture("expected.json")) as readonly Expected[];
  for (const { file, headers, expect } of all.filter((one) => one.provider === provider)) {
    for (const name of names) {
      it(`reads ${file} as ${expect.outcome} for ${name}`, () => {
        assert.deepEqual(outcomeOf(readAs(name, fixture(file), { headers })), {
          outcome: expect.outcome,
          images: expect.images ?? [],
        });
      });
    }
  }
}

const OUTCOMES = { push: "push", ignored: "ignore", handshake: "ignore", rejected: "reject" } as const;

function outcomeOf(reading: EventReading): unknown {
  const images = reading.kind === "push" ? reading.images : [];
  return {
    outcome: OUTCOMES[reading.kind],
    images: images.map(({ registry, repository, tag, digest }) => ({ registry, repository, tag, digest })),
  };
}
