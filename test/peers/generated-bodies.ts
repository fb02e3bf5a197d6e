import fc from "fast-check";
import { FORM_FIELDS, JSON_MEMBERS, XML_BODY, type Profile } from "./facts.ts";
import { chance, mixed, weighted } from "./weighted.ts";

/** A body and the Content-Type that it usually comes with. */
export interface TypedBody {
  readonly contentType: string;
  readonly body: Buffer;
}

// Each member is left out, usual, or one of its other texts.
const members = fc
  .tuple(
    ...JSON_MEMBERS.map(([key, usual, ...others]) =>
      mixed<readonly [string, string] | undefined>(
        [14, fc.constant([key, usual] as const)],
        [1, fc.constant(undefined)],
        [1, fc.constantFrom(...(others.length > 0 ? others : [usual])).map((text) => [key, text] as const)],
      ),
    ),
  )
  // Texts that are not JSON break the whole body: most bodies leave these members as they are.
  .map((all) => all.filter((member) => member !== undefined));

const objectText = fc.tuple(members, chance(10), weighted([8, ","], [1, " ,\n\t"])).map(([all, isTwice, separator]) => {
  const twice = isTwice ? [...all, ["ref", '"given twice"'] as const] : all;
  return `{${twice.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(separator)}}`;
});

const ODD_JSON = [
  "",
  " ",
  "null",
  "7",
  '"text"',
  "true",
  "[]",
  "{}",
  "[",
  "{",
  '{"ref":"refs/heads/main"',
  "{'ref':'refs/heads/main'}",
  '{"ref":"refs/heads/main",}',
  '\u{feff}{"ref":"refs/heads/main"}',
  '\u{a0}[{"id":"first"}]',
  '\f{"ref":"refs/heads/main"}',
  '{"ref":"line\nbreak"}',
  '{"ref":"bad \\x escape"}',
  '{"ref":"a","ref":{"x":1}}',
  '{"a":{"b":1},"a":{"c":2}}',
  '{"__proto__":{"ref":"x"},"constructor":1}',
  `{"a":${"[".repeat(100)}${"]".repeat(100)}}`,
  `{"a":${"[".repeat(250)}${"]".repeat(250)}}`,
  '{"10":1,"9":2,"b":3,"a":4,"A":5,"é":6,"😀":7,"\u{ffff}":8}',
];

const json: fc.Arbitrary<Buffer> = mixed(
  [30, objectText.map((text) => Buffer.from(text))],
  [3, objectText.map((text) => Buffer.from(`\n ${text} trailing {garbage`))],
  [1, objectText.map((text) => Buffer.from(text.slice(0, -1)))],
  [
    1,
    objectText.map((text) =>
      Buffer.concat([
        Buffer.from(text.slice(0, -1)),
        Buffer.from(',"bytes":"'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from('"}'),
      ]),
    ),
  ],
  [8, fc.constantFrom(...ODD_JSON).map((text) => Buffer.from(text))],
);

const array = weighted(
  [8, '[{"id":"first"},2]'],
  [2, '\n\t [{"id":"first"},2] tail'],
  [1, '[{"id":"first"},2'],
  [1, '[[{"id":"first"}],null,"<&>"]'],
  [1, "[]"],
  [1, '{"root":[{"id":"first"},2]}'],
).map((text) => Buffer.from(text));

const encodings: readonly ((text: string) => string)[] = [
  (text) => encodeURIComponent(text).replaceAll("%20", "+"),
  (text) => encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  (text) => text.replace(/[%&+=; ]/g, encodeURIComponent),
];

/** Draws URL-encoded fields, mostly the given ones and now and then others, of every kind that a parser has to bear. */
export const urlEncoded = (fields: readonly (readonly [string, string])[]): fc.Arbitrary<string> => {
  const odd = [
    "",
    "=",
    "a",
    "a=b=c",
    "x;y=1",
    "tag=2",
    "ref=again",
    "bad=%zz",
    "bad=%4",
    "%zz=bad",
    "=v",
    "%00=1",
    "latin=%e9",
    "plus+key=+",
  ];
  const pairs = fc.tuple(
    ...fields.map(([key, value]) =>
      mixed<readonly string[]>(
        [12, fc.constantFrom(...encodings).map((encode) => [`${encode(key)}=${encode(value)}`])],
        [1, fc.constant([])],
      ),
    ),
  );
  const extra = mixed<readonly string[]>(
    [5, fc.constant([])],
    [2, fc.array(fc.constantFrom(...odd), { maxLength: 3 })],
  );
  return fc.tuple(pairs, extra, fc.boolean()).map(([usual, more, isFirst]) => {
    const parts = usual.flat();
    return (isFirst ? [...more, ...parts] : [...parts, ...more]).join("&");
  });
};

const ODD_XML = [
  "",
  "no xml",
  "<app><ref>refs/heads/main</ref>",
  "<app><ref>refs/heads/main</app></ref>",
  "<app/>",
  "<app>only text</app>",
  "<app></app><second/>",
  "<!-- comment --><app><!-- in --><ref><![CDATA[refs/heads/main]]></ref></app>",
  '<ns:app xmlns:ns="urn:x" ns:at="1"><ns:ref>refs/heads/main</ns:ref></ns:app>',
  "<app>mixed <ref>refs/heads/main</ref> text</app>",
  "<app> <ref> refs/heads/main </ref>\n</app>",
  "<app><ref>&lt;&#65;&#x42;&quot;</ref></app>",
  "<app><ref>&nbsp;</ref></app>",
  "<app><ref>a & b</ref></app>",
  '<!DOCTYPE app [<!ENTITY e "x">]><app><ref>&e;</ref></app>',
  "<app><ref a='1' b=\"2\" >x</ref><ref/><ref>y</ref></app>",
  "<app><Ref>1</Ref><ref>2</ref></app>",
  '<?xml version="1.0" encoding="ISO-8859-1"?><app><ref>x</ref></app>',
  '<?xml version="1.0" encoding="UTF-8"?><app><ref>ü 日本</ref></app>',
  "<app><ref>true</ref><n>1.50</n><e></e><f> </f></app>",
  "tail before<app><ref>refs/heads/main</ref></app>",
  "<app><ref>refs/heads/main</ref></app> tail",
  "<app><ref>one<![CDATA[ <two> ]]>three</ref></app>",
  "<app><ref>one<!-- comment -->two</ref></app>",
  "<app><ref>one<?target data?>two</ref></app>",
  "<app><ref/>text after</app>",
  "<app><a><b/>x</a><a>y</a></app>",
  '<app id="1">text</app>',
  '<app xmlns="urn:x" xml:lang="en"><ref>x</ref></app>',
  '<app a="&lt;&#10;"/>',
  "<app a=bare/>",
  "<app a/>",
  "<app><ref>\u{1}</ref></app>",
  "<app>\r\n<ref>a\r\nb</ref></app>",
  "<app><ref>]]></ref></app>",
  "<1app/>",
  "<app><-text>x</-text></app>",
  "<app.x><a.b>dotted</a.b></app.x>",
];

const xml = mixed(
  [12, fc.constant(XML_BODY)],
  [2, fc.constant(XML_BODY.replace("main", "dev"))],
  [8, fc.constantFrom(...ODD_XML)],
).map((text) => Buffer.from(text));

interface Part {
  readonly head: string;
  readonly text: string;
}

const FILE_PARTS: readonly Part[] = [
  { head: 'name="jsonfile"; filename="a.json"\r\nContent-Type: application/json', text: '{"k":"v","n":1.0}' },
  { head: 'name="forced"; filename="b.txt"\r\nContent-Type: text/plain', text: '{"k":"v"} tail' },
  { head: 'name="jsonfile2"; filename="c.json"\r\nContent-Type: application/json', text: "[1]" },
  { head: 'name="plain"; filename="d.txt"\r\nContent-Type: text/plain', text: "plain" },
  { head: 'name="almost"; filename="e.json"\r\nContent-Type: application/json; charset=utf-8', text: "{}" },
  { head: 'filename="nameless.txt"', text: "x" },
  { head: 'name="ref"\r\nContent-Type: application/json', text: '{"no":"file"}' },
  { head: "name=bare", text: "token" },
  { head: 'name="q\\"uote"', text: "" },
];

const partText = ({ head, text }: Part, boundary: string, end: string): string =>
  `--${boundary}${end}Content-Disposition: form-data; ${head.replaceAll("\r\n", end)}${end}${end}${text}${end}`;

const FIELD_PARTS = FORM_FIELDS.map(([key, value]) => ({ head: `name="${key}"`, text: value }));

const multipart: fc.Arbitrary<TypedBody> = fc
  .record({
    fields: fc.tuple(
      ...FIELD_PARTS.map((part) => weighted([12, [part]], [1, []], [1, [part, { ...part, text: "second" }]])),
    ),
    files: fc.subarray([...FILE_PARTS]),
    lineEnd: weighted([6, "\r\n"], [1, "\n"]),
    close: weighted([12, "--bound--\r\n"], [2, "--bound--"], [1, ""], [1, "--bound--\r\nepilogue"]),
    preamble: weighted([8, ""], [1, "preamble\r\n"]),
    contentType: weighted(
      [12, "multipart/form-data; boundary=bound"],
      [2, 'multipart/form-data; boundary="bound"'],
      [1, "multipart/form-data; charset=utf-8; boundary=bound"],
      [1, "multipart/form-data"],
      [1, "multipart/form-data;"],
      [1, "multipart/form-data; boundary=other"],
      [1, "multipart/form-data;boundary=bound;boundary=bound"],
      [1, "Multipart/Form-Data; boundary=bound"],
      [1, "multipart/mixed; boundary=bound"],
    ),
  })
  .map(({ fields, files, lineEnd, close, preamble, contentType }) => ({
    contentType,
    body: Buffer.from(
      preamble + [...fields.flat(), ...files].map((part) => partText(part, "bound", lineEnd)).join("") + close,
    ),
  }));

const typed = (body: fc.Arbitrary<Buffer>, types: fc.Arbitrary<string>): fc.Arbitrary<TypedBody> =>
  fc.record({ contentType: types, body });

const jsonTypes = weighted(
  [12, "application/json"],
  [2, "application/vnd.registry+json; charset=utf-8"],
  [1, "text/json"],
  [1, "Application/JSON"],
);

/** Draws a body of a profile, mostly the usual one. */
export const bodyOf = (profile: Profile): fc.Arbitrary<TypedBody> =>
  ({
    json: typed(json, jsonTypes),
    array: typed(array, jsonTypes),
    form: typed(
      urlEncoded(FORM_FIELDS).map((text) => Buffer.from(text)),
      weighted([8, "application/x-www-form-urlencoded"], [2, "application/x-www-form-urlencoded; charset=UTF-8"]),
    ),
    xml: typed(xml, weighted([6, "application/xml"], [3, "text/xml; charset=utf-8"], [1, "application/soap+xml"])),
    multipart,
    text: typed(
      fc.constantFrom("plain\ntext\n", "", "ünï", "a=b").map((text) => Buffer.from(text)),
      weighted([4, "text/plain"], [1, ""], [1, "nonsense"]),
    ),
  })[profile];
