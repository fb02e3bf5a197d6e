import assert from "node:assert/strict";
import { printJson } from "../../../../src/core/hook/payload.ts";
import { parseXml } from "../../../../src/core/hook/xml.ts";

// The bodies that adnanh/webhook read are in read-payload.test.ts.
const outcome = (text: string): string => {
  const parsed = parseXml(Buffer.from(text));
  return parsed.kind === "ok" ? printJson(parsed.value) : parsed.error;
};

describe("parseXml(bytes)", () => {
  it("takes 200 levels and refuses 201", () => {
    const nested = (levels: number): string => "<a>".repeat(levels) + "</a>".repeat(levels);
    assert.match(outcome(nested(200)), /^(\{"a":){200}""\}{200}$/);
    assert.equal(outcome(nested(201)), "is nested deeper than 200 levels");
  });

  it("expands no entity of the document's own and fetches none", () => {
    const laughs = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>';
    assert.equal(outcome(laughs), "is not well-formed XML");
    const file = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>';
    assert.equal(outcome(file), "is not well-formed XML");
    for (const name of ["constructor", "__proto__", "toString"]) {
      assert.equal(outcome(`<a>&${name};</a>`), "is not well-formed XML");
    }
  });

  it("keeps every name its own and no prototype's", () => {
    assert.equal(outcome("<a><__proto__>1</__proto__><toString/></a>"), '{"a":{"__proto__":"1","toString":""}}');
    assert.equal(outcome('<a constructor="1"/>'), '{"a":{"-constructor":"1"}}');
    assert.equal(Reflect.get({}, "#text"), undefined);
  });

  const refusals = [
    { text: '<?xml version="1.1"?><a/>', error: "is not XML 1.0" },
    { text: '<?xml version="1.0" encoding="latin1"?><a/>', error: "declares an encoding that is not UTF-8" },
    { text: "text", error: "is not XML, or ends early" },
    { text: "<a:b:c/>", error: "is not well-formed XML" },
  ];
  for (const { text, error } of refusals) {
    it(`says that ${text} ${error}`, () => {
      assert.equal(outcome(text), error);
    });
  }

  it("reads characters that fall on the end of a piece", () => {
    for (let length = 1010; length < 1030; length++) {
      const text = `${"x".repeat(length)}\u{1f600}&amp;\r\n<![CDATA[]]]>`;
      assert.equal(outcome(`<a>${text}<b/></a>`), `{"a":{"#text":"]","b":""}}`);
      const plain = `${"x".repeat(length)}\u{1f600}\r\ny`;
      assert.equal(outcome(`<a>${plain}</a>`), JSON.stringify({ a: plain.replace("\r", "") }));
    }
  });

  const KB = 250 * 1024;
  const long = [
    { when: "repeated elements", text: `<a>${"<b/>".repeat(KB / 4)}</a>` },
    {
      when: "other elements",
      text: `<a>${Array.from({ length: KB / 10 }, (_, i) => `<b${String(i)}/>`).join("")}</a>`,
    },
    { when: "one attribute again and again", text: `<a ${'b="" '.repeat(KB / 5)}/>` },
    { when: "blanks in a text", text: `<a>x${" ".repeat(KB)}x</a>` },
    { when: "blanks around a text", text: `<a>${" ".repeat(KB / 2)}x${" ".repeat(KB / 2)}</a>` },
    { when: "ends of brackets", text: `<a>${"]".repeat(KB)}</a>` },
    { when: "entities", text: `<a>${"&lt;".repeat(KB / 4)}</a>` },
  ];
  for (const { when, text } of long) {
    it(`reads 250 KB of ${when} in less than two seconds`, () => {
      const started = performance.now();
      assert.equal(parseXml(Buffer.from(text)).kind, "ok");
      assert.ok(performance.now() - started < 2000);
    });
  }
});
