import type { ArgumentSpec } from "./hooks-text.ts";

/** What a hook's usual request carries; it decides the body that its requests mostly have. */
export type Profile = "json" | "array" | "form" | "xml" | "multipart" | "text";

/** A value that the usual request of a profile brings. */
export interface Fact {
  readonly parameter: ArgumentSpec;
  readonly value: string;
}

/** The members of the usual JSON object: key, the usual value's text, and other texts. */
export const JSON_MEMBERS: readonly (readonly [key: string, usual: string, ...others: string[]])[] = [
  ["ref", '"refs/heads/main"', '"refs/heads/dev"', '"Refs/Heads/Main"', '"refs\\/heads\\/main"', "null", "[]", '""'],
  ["a", '{"b":"nested","c":{"d":"deep"},"n":1.50}', '{"b":null}', '"scalar"', "{}", '{"c.d":"raw rest","c":{"d":1}}'],
  ["list", '[{"id":"first"},2,null,[true]]', "[]", '["x"]', '{"0":{"id":"keyed"}}', '[[["deep"]]]'],
  ["n", "12345678901234567890", "1.0", "1e3", "1E+2", "-0", "0.10", "1e400", "01", "+1", "0x10", ".5", "NaN"],
  ["flag", "true", "false", '"true"', "True"],
  ["none", "null", '"<nil>"', '"null"'],
  [
    "up",
    '"<upper> & lower"',
    '"\\u0007\\b\\f\\n\\r\\t\\u001f\\u007f"',
    '"\\u2028\\u2029"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
  ],
  ["é", '"ü"', '"😀"', '"日本"', '"e\\u0301"'],
  ["json", '"{\\"k\\":{\\"x\\":1.0}}"', '"[1]"', '"7"', '"{broken"', '""', '"{\\"k\\":null} tail"', "{}", '"null"'],
  ["a.b", '"raw key"', "0"],
  ["b64", '"aGVsbG8="', '"aGVsbG8"', '"aGVs!bG8="', '"aGVs\\nbG8="', '"_-8="'],
  ["Ref", '"other case"', "1"],
  ["", '"empty key"'],
];

/** The fields of the usual form and of the usual multipart body. */
export const FORM_FIELDS: readonly (readonly [key: string, value: string])[] = [
  ["ref", "refs/heads/main"],
  ["a.b", "dotted"],
  ["json", '{"k":{"x":1.0}}'],
  ["up", "<upper> & lower"],
  ["é", "ü"],
  ["b64", "aGVsbG8="],
  ["empty", ""],
];

/** The query of the usual request. */
export const QUERY_FIELDS: readonly (readonly [key: string, value: string])[] = [
  ["tag", "v1.2"],
  ["token", "s3cret"],
  ["q", "a b&c"],
  ["é", "ü"],
  ["json", '{"k":"v"}'],
];

/** The headers of the usual request, besides Host and those of its body. */
export const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["X-Event", "push"],
  ["x-lower-case", "Value, with comma"],
  ["X-Json", '{"k":"v"}'],
  ["X-Dup", "one"],
  ["X-Dup", "two"],
  ["User-Agent", "registry/1.0"],
];

/** The usual XML body. */
export const XML_BODY =
  '<?xml version="1.0"?>\n<app><ref>refs/heads/main</ref><user name="Jeff" id="1"/><user name="Sally">x</user>\n' +
  '<msg lang="en">Hello &amp; bye</msg><empty/></app>';

const of =
  (source: string) =>
  ([name, value]: readonly [string, string]): Fact => ({ parameter: { source, name }, value });

const COMMON: readonly Fact[] = [
  ...QUERY_FIELDS.map(of("url")),
  ...QUERY_FIELDS.map(of("query")),
  ...HEADERS.map(of("header")),
  ...(
    [
      ["x-event", "push"],
      ["X-LOWER-CASE", "Value, with comma"],
      ["x-dup", "one"],
    ] as const
  ).map(of("header")),
  of("request")(["method", "POST"]),
  of("request")(["METHOD", "POST"]),
  of("string")(["constant", "constant"]),
];

const PAYLOAD: Readonly<Record<Profile, readonly (readonly [string, string])[]>> = {
  json: [
    ["ref", "refs/heads/main"],
    ["a.c.d", "deep"],
    ["a.n", "1.50"],
    ["a.c", '{"d":"deep"}'],
    ["list.0.id", "first"],
    ["list.1", "2"],
    ["list.2", "<nil>"],
    ["list.3.0", "true"],
    ["list", '[{"id":"first"},2,null,[true]]'],
    ["n", "12345678901234567890"],
    ["flag", "true"],
    ["none", "<nil>"],
    ["up", "<upper> & lower"],
    ["é", "ü"],
    ["a.b", "raw key"],
    ["json.k.x", "1.0"],
    ["", "empty key"],
  ],
  array: [
    ["root.0.id", "first"],
    ["root.1", "2"],
    ["root", '[{"id":"first"},2]'],
  ],
  form: [...FORM_FIELDS, ["json.k.x", "1.0"]],
  multipart: [...FORM_FIELDS, ["json.k.x", "1.0"], ["jsonfile.k", "v"], ["forced.k", "v"]],
  xml: [
    ["app.ref", "refs/heads/main"],
    ["app.user.0.-name", "Jeff"],
    ["app.user.1.#text", "x"],
    ["app.msg.#text", "Hello & bye"],
    ["app.msg.-lang", "en"],
    ["app.msg", '{"#text":"Hello \\u0026 bye","-lang":"en"}'],
    ["app.empty", ""],
  ],
  text: [],
};

/** The values that the usual request of a profile brings; the body's are listed twice, since they are what differs most. */
export const factsOf = (profile: Profile): readonly Fact[] => {
  const payload = PAYLOAD[profile].map(of("payload"));
  return [...COMMON, ...payload, ...payload, ...payload];
};
