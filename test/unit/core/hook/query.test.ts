import assert from "node:assert/strict";
import fc from "fast-check";
import { printJson } from "../../../../src/core/hook/payload.ts";
import { parseQuery } from "../../../../src/core/hook/query.ts";
import { SEEN, sameJson } from "../../../support/seen-payloads.ts";

const firsts = (text: string): string =>
  printJson(new Map([...parseQuery(text).values].map(([name, [first = ""]]) => [name, first])));

describe("parseQuery(text)", () => {
  it("knows more than thirty queries that adnanh/webhook read", () => {
    assert.ok(SEEN.query.length > 30);
  });
  for (const { query, values } of SEEN.query) {
    it(`reads ${JSON.stringify(query)}`, () => {
      assert.equal(firsts(query), sameJson(values));
    });
  }

  it("keeps every value of a name, in order", () => {
    assert.deepEqual(
      [...parseQuery("a=1&b=2&a=&a=3").values],
      [
        ["a", ["1", "", "3"]],
        ["b", ["2"]],
      ],
    );
  });

  it("says whether a pair was bad", () => {
    for (const text of ["a=%zz", "a;b", "%", "a=1&b=%4"]) assert.equal(parseQuery(text).bad, true);
    for (const text of ["", "&&", "a", "=", "a=%41+%2B"]) assert.equal(parseQuery(text).bad, false);
  });

  type Reading = (text: string) => string;
  const agrees = (reading: Reading): fc.IPropertyWithHooks<[[string, string][]]> =>
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
      const text = new URLSearchParams(pairs).toString();
      assert.deepEqual(JSON.parse(reading(text)), Object.fromEntries(pairs.toReversed()));
    });

  it("reads what URLSearchParams writes", () => {
    fc.assert(agrees(firsts), { numRuns: 500 });
  });

  it("would be found to leave a plus sign", () => {
    assert.ok(
      fc.check(
        agrees((text) => firsts(text.replaceAll("+", "%2B"))),
        { numRuns: 1000 },
      ).failed,
    );
  });
});
