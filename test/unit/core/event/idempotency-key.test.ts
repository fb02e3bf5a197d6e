import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { BODIES, readAs } from "./bodies.ts";

const GENERIC = { name: "ghcr.io/acme/website", tag: "v7" };

function deliveryOf(reading: EventReading): string | null | undefined {
  assert.ok(reading.kind === "push", JSON.stringify(reading));
  return reading.images[0].delivery;
}

const sent = (type: string, body: object, key: string): string | null | undefined =>
  deliveryOf(readAs(type, { ...body }, { headers: { "Idempotency-Key": key } }));

for (const [type, body] of [
  ["custom", BODIES.custom],
  ["generic", GENERIC],
] as const) {
  describe(`the header Idempotency-Key of a ${type} body`, () => {
    for (const key of ["build-17", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "x".repeat(128)]) {
      it(`is its id: ${key.slice(0, 40)}`, () => {
        assert.equal(sent(type, body, key), key);
      });
    }

    for (const key of ["", "two words", "schön", "x".repeat(129)]) {
      it(`is no id: "${key.slice(0, 40)}"`, () => {
        assert.equal(sent(type, body, key), null);
      });
    }

    it("is not needed", () => {
      assert.equal(deliveryOf(readAs(type, { ...body })), null);
    });
  });
}

describe("the header Idempotency-Key", () => {
  it("gives way to the id in a generic body", () => {
    assert.equal(sent("generic", { ...GENERIC, id: "17" }, "build-17"), "17");
  });

  it("stands for an id of a generic body that is no text", () => {
    assert.equal(sent("generic", { ...GENERIC, id: 17 }, "build-17"), "build-17");
  });

  it("is no id of what a registry sends", () => {
    assert.equal(sent("dockerhub", BODIES.dockerhub, "build-17"), null);
  });
});
