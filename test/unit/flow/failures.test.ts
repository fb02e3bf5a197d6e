import assert from "node:assert/strict";
import { createFailures, type Failures } from "../../../src/flow/failures.ts";

const HERE = "192.0.2.7:40000";
const START = Date.UTC(2026, 10, 22, 12);

/** A limiter at a time that the test sets. */
function limiterAt(limit: number): { readonly failures: Failures; readonly clock: { nowMs: number } } {
  const clock = { nowMs: START };
  return { failures: createFailures(limit, { now: () => new Date(clock.nowMs) }), clock };
}

const countMany = ({ count }: Failures, times: number, address = HERE): readonly (number | null)[] =>
  Array.from({ length: times }, () => count("website", address));
const none = (times: number): readonly null[] => Array.from({ length: times }, () => null);

describe("createFailures(limit, clock)", () => {
  it("lets twenty pass, and says of each beyond when the next one may", () => {
    const { failures, clock } = limiterAt(20);
    assert.deepEqual(countMany(failures, 20), none(20));
    assert.deepEqual(countMany(failures, 3), [3, 3, 3]);
    clock.nowMs += 1_500;
    assert.deepEqual(countMany(failures, 1), [2]);
  });

  it("gives one back every three seconds, whether it was asked meanwhile or not", () => {
    const { failures, clock } = limiterAt(20);
    countMany(failures, 20);
    clock.nowMs += 2_999;
    assert.deepEqual(countMany(failures, 1), [1]);
    clock.nowMs += 1;
    assert.deepEqual(countMany(failures, 2), [null, 3]);
    clock.nowMs += 6_000;
    assert.deepEqual(countMany(failures, 3), [null, null, 3]);
  });

  it("gives all back in a minute, and never more", () => {
    const { failures, clock } = limiterAt(20);
    countMany(failures, 30);
    clock.nowMs += 60_000;
    assert.deepEqual(countMany(failures, 21), [...none(20), 3]);
    clock.nowMs += 3_600_000;
    assert.deepEqual(countMany(failures, 21), [...none(20), 3]);
  });

  it("counts each source and each hook by itself", () => {
    const { failures } = limiterAt(2);
    countMany(failures, 2);
    assert.deepEqual(countMany(failures, 1), [3]);
    assert.equal(failures.count("other", HERE), null);
    assert.equal(failures.count("website", "192.0.2.8:40000"), null);
  });

  it("takes all ports of an address, and all addresses of an IPv6 network of 64 bits, for one source", () => {
    const { failures } = limiterAt(2);
    assert.deepEqual(
      ["192.0.2.7:1", "192.0.2.7:2", "[::ffff:192.0.2.7]:3"].map((address) => failures.count("website", address)),
      [null, null, 3],
    );
    const addresses = ["[2001:db8::1]:1", "[2001:db8::ffff:1]:1", "[2001:db8:0:0:1::]:1", "[2001:db8:0:1::]:1"];
    assert.deepEqual(
      addresses.map((address) => failures.count("website", address)),
      [null, null, 3, null],
    );
  });

  it("remembers ten thousand sources, and forgets the one that began longest ago", () => {
    const { failures } = limiterAt(1);
    const address = (index: number): string =>
      `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}:1`;
    for (let index = 0; index < 10_000; index++) assert.equal(failures.count("website", address(index)), null);
    assert.equal(failures.count("website", address(0)), 3);
    assert.equal(failures.count("website", address(10_000)), null);
    assert.equal(failures.count("website", address(1)), 3);
    assert.equal(failures.count("website", address(0)), null);
  });

  it("shuts nobody out for longer because the clock was put back", () => {
    const { failures, clock } = limiterAt(20);
    countMany(failures, 20);
    clock.nowMs -= 3_600_000;
    assert.deepEqual(countMany(failures, 1), [3]);
    clock.nowMs += 3_000;
    assert.deepEqual(countMany(failures, 1), [null]);
  });
});
