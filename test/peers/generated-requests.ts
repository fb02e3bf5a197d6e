import fc from "fast-check";
import { createHmac } from "node:crypto";
import { HEADERS, QUERY_FIELDS, type Profile } from "./facts.ts";
import { bodyOf, urlEncoded } from "./generated-bodies.ts";
import type { GeneratedHook } from "./generated-hooks.ts";
import { SIGNATURES } from "./generated-rules.ts";
import { matchesIn, type MatchSpec } from "./hooks-text.ts";
import type { RawRequest } from "./raw-client.ts";
import { chance, mixed, weighted } from "./weighted.ts";

type Header = readonly [name: string, value: string];

type Sign = (prefix: string, right: string, wrong: string) => string | undefined;

const SIGNS: readonly (readonly [weight: number, sign: Sign])[] = [
  [12, (prefix, right) => `${prefix}=${right}`],
  [6, (_prefix, right) => right],
  [2, (prefix, _right, wrong) => `${prefix}=${wrong}`],
  [2, () => undefined],
  [2, (prefix, right, wrong) => `${prefix}=${wrong},${prefix}=${right}`],
  [1, (prefix, right, wrong) => `${prefix}=${wrong}, ${prefix}=${right}`],
  [1, (_prefix, right, wrong) => `${wrong},${right}`],
  [1, (prefix, right) => `${prefix}=${right},`],
  [1, (prefix, right) => `${prefix}=${right.toUpperCase()}`],
  [1, (prefix, right) => `${prefix.toUpperCase()}=${right}`],
  [1, (prefix, right) => `${prefix}=${prefix}=${right}`],
  [1, () => ""],
  [1, (prefix, right) => `${prefix}=${right}00`],
];

/** Signs a body as a rule demands; the header or query field that carries it, if the sign says that one is sent. */
function signature({ type = "", secret = "", parameter }: MatchSpec, body: Buffer, sign: Sign): Header | undefined {
  const algorithm = SIGNATURES[type];
  if (algorithm === undefined || parameter?.name === undefined) return undefined;
  const hex = (key: string): string => createHmac(algorithm, key).update(body).digest("hex");
  const value = sign(algorithm, hex(secret), hex("another secret"));
  return value === undefined ? undefined : [parameter.name, value];
}

// "Mon 02 Jan 2006 15:04:05 UTC", which the rule type scalr-signature reads.
const scalrDate = (date: Date): string => date.toUTCString().replace(",", "").replace("GMT", "UTC");

const SCALR = {
  right: (now: Date) => scalrDate(now),
  outdated: (now: Date) => scalrDate(new Date(now.getTime() - 600_000)),
  unreadable: (now: Date) => now.toISOString(),
} as const;

function scalrHeaders({ secret = "" }: MatchSpec, body: Buffer, date: string): Header[] {
  const hex = createHmac("sha1", secret).update(body).update(date).digest("hex");
  return [
    ["X-Signature", hex],
    ["Date", date],
  ];
}

const headersOf = fc
  .tuple(...HEADERS.map((header) => weighted<readonly Header[]>([9, [header]], [1, []], [1, [[header[0], "other"]]])))
  .map((all) => all.flat());

const encodePath = (id: string): string => id.split("/").map(encodeURIComponent).join("/");

const pathOf = (id: string): fc.Arbitrary<string> =>
  mixed(
    [50, fc.constant(`/hooks/${encodePath(id)}`)],
    [2, fc.constant(`/hooks/${encodePath(id)}/`)],
    [2, fc.constantFrom("/hooks/unknown", "/hooks/", "/hooks/H1", "/hooks/unknown/h1", "/hooks/%zz")],
    [
      1,
      fc.constantFrom("//hooks/h20", "/hooks//h20", "/hooks/./h20", "/hooks/x/../h20", "/hooks/h20?", "/hooks/h20?#x"),
    ],
    [1, fc.constantFrom("/", "/hooks", "/unrouted", "/hook/h1")],
    [1, fc.constant(`/hooks/${[...Buffer.from(id)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`)],
    [1, fc.constant(`/hooks/${encodeURIComponent(id)}`)],
    [1, fc.constant(`http://other.example.com/hooks/${encodePath(id)}`)],
  );

const otherProfiles = fc.constantFrom<Profile>("json", "array", "form", "xml", "multipart", "text");

const contentTypeHeaders = (contentType: string): fc.Arbitrary<readonly Header[]> =>
  weighted<readonly Header[]>(
    [30, [["Content-Type", contentType]]],
    [1, []],
    [
      1,
      [
        ["content-type", contentType],
        ["Content-Type", "text/plain"],
      ],
    ],
    [
      1,
      [
        ["Content-Type", "text/plain"],
        ["Content-Type", contentType],
      ],
    ],
    [1, [["Content-Type", ` ${contentType} `]]],
  );

const methodOf = (hookMethods: readonly string[] | undefined): fc.Arbitrary<string> => {
  const own = (hookMethods ?? ["POST"])
    .map((method) => method.trim().toUpperCase())
    .filter((method) => /^\w+$/.test(method));
  return mixed(
    [48, fc.constantFrom(...(own.length > 0 ? own : ["POST"]))],
    [12, fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND")],
    [1, fc.constantFrom("Get", "post", "FOO")],
  );
};

/** Draws a request to a hook, mostly the usual one of its profile; `now` dates those that are signed with a date. */
export function requestOf({ spec, profile }: GeneratedHook, now: Date): fc.Arbitrary<RawRequest> {
  const matches = matchesIn(spec["trigger-rule"]);
  const bodies = mixed([9, bodyOf(profile)], [1, otherProfiles.chain(bodyOf)]);
  return bodies.chain(({ body, contentType }) =>
    fc
      .record({
        method: methodOf(spec["http-methods"]),
        path: pathOf(spec.id),
        query: mixed(
          [90, urlEncoded(QUERY_FIELDS).map((text) => text.replace(/[^ -~]+/g, encodeURIComponent))],
          [9, fc.constant("")],
          [1, fc.constant("raw=ü")],
        ),
        types: contentTypeHeaders(contentType),
        headers: headersOf,
        signs: fc.tuple(...matches.map(() => weighted(...SIGNS))),
        date: weighted([4, SCALR.right], [1, SCALR.outdated], [1, SCALR.unreadable]),
        framing: weighted<RawRequest["framing"]>([12, "length"], [2, "chunked"], [1, "none"]),
        isHeaderFirst: chance(50),
      })
      .map(({ method, path, query, types, headers, signs, date, framing, isHeaderFirst }) => {
        const sent = framing === "none" ? Buffer.alloc(0) : body;
        const signatures = matches.flatMap((match, index) => {
          if (match.type === "scalr-signature")
            return scalrHeaders(match, sent, date(now)).map((header) => ({ match, header }));
          const header = signature(match, sent, signs[index] ?? (() => undefined));
          return header === undefined ? [] : [{ match, header }];
        });
        const [inUrl, inHeaders] = [true, false].map((isUrl) =>
          signatures.filter(({ match }) => (match.parameter?.source === "url") === isUrl).map(({ header }) => header),
        );
        const fields = [query, ...(inUrl ?? []).map((pair) => pair.map(encodeURIComponent).join("="))].filter(
          (field) => field !== "",
        );
        const rest = [...headers, ...(inHeaders ?? [])];
        return {
          method,
          target: fields.length === 0 ? path : `${path}?${fields.join("&")}`,
          headers: isHeaderFirst ? [...rest, ...types] : [...types, ...rest],
          body: sent,
          framing,
        };
      }),
  );
}
