import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { readMessage } from "../../../../src/core/event/read-message.ts";
import { ok } from "../../../../src/core/result.ts";
import { fixture, messageOf } from "./bodies.ts";

interface Image {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | null;
}

interface Row {
  readonly file: string;
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: {
    readonly outcome: "push" | "ignore" | "reject";
    readonly images?: readonly Image[];
    readonly needsHost?: string;
  };
}

const ROWS = JSON.parse(fixture("expected.json")) as readonly Row[];
const OUTCOMES = {
  push: "push",
  ignored: "ignore",
  handshake: "ignore",
  rejected: "reject",
  unsupported: "unsupported",
} as const;

/** Tests that every stored body of a provider is read as expected.json says, by its type and without one. */
export function readsStoredBodies(provider: string, count: number): void {
  const rows = ROWS.filter((row) => row.provider === provider);

  it(`has ${String(count)} stored bodies`, () => {
    assert.equal(rows.length, count);
  });

  for (const { file, headers, expect } of rows)
    for (const type of [provider, "auto"])
      it(`reads ${file} as ${type}: ${expect.outcome}`, () => {
        const message = messageOf(fixture(file), { headers, host: expect.needsHost ?? "" });
        const { reading, type: read } = readMessage(type, { ...message, body: ok(message.body) });
        assert.equal(OUTCOMES[reading.kind], expect.outcome, JSON.stringify(reading));
        assert.equal(read, provider);
        assert.deepEqual(reading.kind === "push" ? imagesOf(reading) : [], expect.images ?? []);
      });
}

const imagesOf = ({ images }: EventReading & { readonly kind: "push" }): readonly Image[] =>
  images.map(({ registry, repository, tag, digest }) => ({ registry, repository, tag, digest }));
