import assert from "node:assert/strict";
import fc from "fast-check";
import { printJson, type PayloadObject } from "../../../../src/core/hook/payload.ts";
import { isMultipart, readPayload } from "../../../../src/core/hook/read-payload.ts";
import { SEEN, sameJson } from "../../../support/seen-payloads.ts";

const JSON_TYPE = "application/json";
const read = (type: string, body: string): ReturnType<typeof readPayload> =>
  readPayload(type, Buffer.from(body, "latin1"));

// adnanh/webhook reads these, or refuses the last, where saxes does otherwise.
const XML_DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['<a b="x\ty\nz\r\nw"/>', '{"a":{"-b":"x y z w"}}'],
  ["<a>&#xD800;</a>", "null"],
  ['<?xml version="1.0" encoding=""?><a>x</a>', "null"],
  ['<?xml encoding="utf-8"?><a>x</a>', "null"],
  ["<?xml?><a>x</a>", "null"],
  ['<?XML version="1.0"?><a/>', "null"],
  ['<a><?xml version="1.0"?></a>', "null"],
  ["<!-- \xff --><a/>", "null"],
  ["<!ELEMENT a><a/>", "null"],
  ["<a><!ELEMENT b></a>", "null"],
  ["<!doctype a><a/>", "null"],
  ["a]]><a/>", '{"a":""}'],
]);

describe("readPayload(contentType, body)", () => {
  const kinds = [
    { type: JSON_TYPE, bodies: SEEN.json },
    { type: "text/xml", bodies: SEEN.xml },
    { type: "application/x-www-form-urlencoded", bodies: SEEN.form },
  ];
  for (const { type, bodies } of kinds) {
    it(`knows more than thirty bodies of ${type} that adnanh/webhook read`, () => {
      assert.ok(bodies.length > 30);
    });
    for (const { body, payload, problem } of bodies) {
      const ours = XML_DEVIATIONS.get(body);
      it(`reads ${JSON.stringify(body)} as ${type}`, () => {
        const result = read(type, body);
        assert.equal(printJson(result.payload), ours ?? sameJson(payload));
        assert.equal(result.problem !== null, ours === undefined ? problem : ours === "null");
      });
    }
  }

  it("deviates only where adnanh/webhook answered otherwise", () => {
    for (const [body, ours] of XML_DEVIATIONS) {
      const theirs = SEEN.xml.find((seen) => seen.body === body);
      assert.notEqual(theirs?.payload ?? ours, ours);
    }
  });

  const types = [
    { type: "application/vnd.x+json; charset=utf-8", expected: '{"a":"1"}' },
    { type: "json", expected: '{"a":"1"}' },
    { type: "text/xml; of=json", expected: '{"a":"1"}' },
    { type: "application/x-www-form-urlencoded; json", expected: '{"a":"1"}' },
    { type: "xml x-www-form-urlencoded", expected: '{"{\\"a\\":\\"1\\"}":""}' },
    { type: "Application/JSON", expected: "null" },
    { type: "text/plain", expected: "null" },
    { type: "", expected: "null" },
    { type: "multipart/form-data; boundary=jsonx", expected: "null" },
  ];
  for (const { type, expected } of types) {
    it(`makes ${expected} of a body of the type "${type}"`, () => {
      assert.equal(printJson(read(type, '{"a":"1"}').payload), expected);
    });
  }

  it("does not quote a content type that it does not know", () => {
    assert.equal(read("text/s3cr3t", "x").problem, "unsupported content type");
  });

  it("quotes nothing of a body in a problem", () => {
    for (const [type, body] of [
      [JSON_TYPE, '{"a":"s3cr3t" x}'],
      [JSON_TYPE, "s3cr3t"],
      ["xml", "<s3cr3t></a>"],
      ["xml", "<a>&s3cr3t;</a>"],
      ["x-www-form-urlencoded", "s3cr3t=%s3cr3t"],
    ] as const) {
      const { payload, problem } = read(type, body);
      assert.equal(payload, null);
      assert.ok(problem !== null && !problem.includes("s3cr3t"), String(problem));
    }
  });

  it("takes 200 levels of JSON and refuses 201, whatever follows them", () => {
    const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}${"[".repeat(500)}`;
    assert.notEqual(read(JSON_TYPE, nested(200)).payload, null);
    assert.equal(read(JSON_TYPE, nested(201)).problem, "the body is nested deeper than 200 levels");
  });

  const KB = 250 * 1024;
  const long = [
    { when: "bytes that are not UTF-8", unit: "\xff" },
    { when: "cut characters", unit: "\xf0\x9f\x98" },
    { when: "open brackets", unit: "[" },
    { when: "open braces", unit: '{"a":' },
    { when: "blanks", unit: " " },
    { when: "quotes", unit: '"' },
    { when: "open tags", unit: "<a>" },
    { when: "entities", unit: "&a" },
    { when: "wrong declarations", unit: "<!x" },
    { when: "ampersands", unit: "&" },
    { when: "percent signs", unit: "%" },
    { when: "semicolons", unit: ";" },
    { when: "pairs", unit: "a&" },
  ];
  for (const { when, unit } of long) {
    it(`reads 250 KB of ${when} in less than a second, as each kind`, () => {
      const text = unit.repeat(KB / unit.length);
      for (const before of ["", "{", "<a>", "<a b='"]) {
        for (const { type } of kinds) {
          const started = performance.now();
          read(type, before + text);
          assert.ok(performance.now() - started < 1000, `${type} after ${before}`);
        }
      }
    });
  }

  type Read = (body: Buffer) => unknown;
  const hasEnd = (reader: Read): fc.IPropertyWithHooks<[Uint8Array]> =>
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      reader(Buffer.from(bytes));
    });
  for (const { type } of kinds) {
    it(`ends with a payload or a problem for any bytes of ${type}`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
          const { payload, problem } = readPayload(type, Buffer.from(bytes));
          assert.ok(payload === null || problem === null);
        }),
        { numRuns: 500 },
      );
    });
  }

  it("would be found to throw", () => {
    assert.ok(
      fc.check(
        hasEnd((body) => JSON.parse(body.toString()) as unknown),
        { numRuns: 1000 },
      ).failed,
    );
  });

  const readsBack = (reader: (text: string) => PayloadObject | null): fc.IPropertyWithHooks<[object]> =>
    fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), (value) => {
      const printed = printJson(reader(JSON.stringify(value)));
      assert.equal(printJson(reader(`${printed} {"more":1}`)), printed);
      assert.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify(value)));
    });
  const readJson = (text: string): PayloadObject | null => readPayload(JSON_TYPE, Buffer.from(text)).payload;

  it("reads what it printed as the same", () => {
    fc.assert(readsBack(readJson), { numRuns: 500 });
  });

  it("would be found to lose a value", () => {
    const loses = (text: string): PayloadObject | null => new Map([...(readJson(text) ?? [])].slice(0, 2));
    assert.ok(fc.check(readsBack(loses), { numRuns: 1000 }).failed);
  });
});

describe("isMultipart(contentType)", () => {
  const cases = [
    { type: "multipart/form-data; boundary=x", expected: true },
    { type: "multipart/form-data;boundary=x", expected: true },
    { type: "multipart/form-data", expected: false },
    { type: "Multipart/form-data; boundary=x", expected: false },
    { type: "multipart/mixed; boundary=x", expected: false },
    { type: "multipart/form-data; boundary=xml", expected: false },
  ];
  for (const { type, expected } of cases) {
    it(`is ${String(expected)} for "${type}"`, () => {
      assert.equal(isMultipart(type), expected);
    });
  }
});
