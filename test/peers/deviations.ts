import { METHODS } from "node:http";
import { Plain, matchesIn, type HookSpec } from "./hooks-text.ts";
import type { RawRequest } from "./raw-client.ts";

/** A request to a hook. */
export interface Exchange {
  readonly hook: HookSpec;
  readonly request: RawRequest;
}

/** A class of requests that ours answers otherwise than Debian's 2.8.0, by intent. */
export interface Deviation {
  readonly name: string;
  readonly reason: string;
  /** Looks at the hook and the request, never at an answer. */
  readonly applies: (exchange: Exchange) => boolean;
  /** One such request, and what both servers answer to it. */
  readonly example: Exchange;
  readonly peer: readonly [status: number, body: string];
  readonly ours: readonly [status: number, body: string];
}

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_DEPTH = 200;

const NOT_SATISFIED = "Hook rules were not satisfied.";

/** The deepest nesting of brackets that are not within a JSON string. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") depth += 1;
    if (token === "]" || token === "}") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

// Of escapes only: a byte that stands there itself is another deviation.
function hasStrayBytes(target: string): boolean {
  const escapes = target.match(/(?:%[\da-f]{2})+/gi) ?? [];
  return escapes.some((run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8").includes("\ufffd"));
}

const post = (id: string, body: string, contentType = "application/json"): RawRequest => ({
  method: "POST",
  target: `/hooks/${id}`,
  headers: [["Content-Type", contentType]],
  body: Buffer.from(body),
  framing: "length",
});

const hasValue = (name: string): HookSpec["trigger-rule"] => ({
  match: { type: "regex", regex: ".", parameter: { source: "payload", name } },
});

const nested = `{"a":${"[".repeat(250)}${"]".repeat(250)}}`;

/** All that is left out of the comparison. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    name: "method that Node refuses",
    reason: "Node's HTTP parser answers 400 to a method that it does not know, before the application sees it",
    applies: ({ request }) => !METHODS.includes(request.method),
    example: {
      hook: { id: "method", "execute-command": "true", "response-message": "done" },
      request: { ...post("method", "{}"), method: "Get" },
    },
    peer: [200, "done"],
    ours: [400, ""],
  },
  {
    name: "URL with bytes that are not ASCII",
    reason: "Node's HTTP parser answers 400 to them; a URL has them percent-encoded",
    applies: ({ request }) => /[^ -~]/.test(request.target),
    example: {
      hook: { id: "ascii", "execute-command": "true", "response-message": "done" },
      request: { ...post("ascii", "{}"), target: "/hooks/ascii?name=ü" },
    },
    peer: [200, "done"],
    ours: [400, ""],
  },
  {
    name: "dotted name in parse-parameters-as-json",
    reason: "the peer panics and answers 500 where the value is an object; ours parses nothing there and goes on",
    applies: ({ hook }) => (hook["parse-parameters-as-json"] ?? []).some(({ name = "" }) => name.includes(".")),
    example: {
      hook: {
        id: "dotted",
        "execute-command": "true",
        "response-message": "done",
        "parse-parameters-as-json": [{ source: "payload", name: "a.b" }],
      },
      request: post("dotted", '{"a":{"b":"{}"}}'),
    },
    peer: [500, "Internal Server Error\n"],
    ours: [200, "done"],
  },
  {
    name: "body nested deeper than 200",
    reason:
      "what an outsider can make deep is bounded: ours reads no payload from such a body, the peer reads 10,000 levels",
    applies: ({ request }) => depthOf(request.body.toString()) > MAX_DEPTH,
    example: {
      hook: { id: "deep", "execute-command": "true", "response-message": "done", "trigger-rule": hasValue("a") },
      request: post("deep", nested),
    },
    peer: [200, "done"],
    ours: [200, NOT_SATISFIED],
  },
  {
    name: "body above 1 MiB",
    reason: "what an outsider can make long is bounded: ours answers 413, the peer reads any length",
    applies: ({ request }) => request.body.length > MAX_BODY_BYTES,
    example: {
      hook: { id: "long", "execute-command": "true", "response-message": "done" },
      request: post("long", JSON.stringify({ a: "x".repeat(MAX_BODY_BYTES) })),
    },
    peer: [200, "done"],
    ours: [413, "the body is larger than 1024 KiB"],
  },
  {
    name: "headers above 16 KiB",
    reason: "ours answers 431, the peer reads 1 MiB of them",
    applies: ({ request }) => request.headers.flat().join("").length > MAX_HEADER_BYTES,
    example: {
      hook: { id: "headers", "execute-command": "true", "response-message": "done" },
      request: { ...post("headers", "{}"), headers: [["X-Long", "x".repeat(MAX_HEADER_BYTES)]] },
    },
    peer: [200, "done"],
    ours: [431, ""],
  },
  {
    name: "path that is not clean",
    reason:
      "the peer sends the caller of a path with // or dots elsewhere (301), where a POST does not follow; ours finds nothing",
    applies: ({ request }) => /\/\/|\/\.{1,2}(?:[/?]|$)/.test(request.target.replace(/\?.*/s, "")),
    example: {
      hook: { id: "clean", "execute-command": "true", "response-message": "done" },
      request: { ...post("clean", "{}"), target: "/hooks//clean" },
    },
    peer: [301, ""],
    ours: [404, "Hook not found."],
  },
  {
    name: "bytes that are no UTF-8 in printed JSON",
    reason: "ours knows them as the character U+FFFD and prints that; the peer prints its escape",
    applies: ({ hook, request }) => JSON.stringify(hook).includes("entire-query") && hasStrayBytes(request.target),
    example: {
      hook: {
        id: "stray",
        "execute-command": "echo",
        "pass-arguments-to-command": [{ source: "entire-query" }],
        "include-command-output-in-response": true,
      },
      request: { ...post("stray", "{}"), target: "/hooks/stray?a=%e9" },
    },
    peer: [200, '{"a":"\\ufffd"}\n'],
    ours: [200, '{"a":"\ufffd"}\n'],
  },
  {
    name: "control characters in printed JSON",
    reason:
      "Debian's 2.8.0 prints \\b and \\f as \\u0008 and \\u000c; master, built with Go 1.22 or newer, prints the short form",
    applies: ({ request }) => /[\b\f]|\\[bf]|\\u000[8c]/i.test(request.body.toString()),
    example: {
      hook: {
        id: "control",
        "execute-command": "echo",
        "pass-arguments-to-command": [{ source: "payload", name: "list" }],
        "include-command-output-in-response": true,
      },
      request: post("control", '{"list":["\\b\\f"]}'),
    },
    peer: [200, '["\\u0008\\u000c"]\n'],
    ours: [200, '["\\b\\f"]\n'],
  },
  {
    name: "boundary given twice",
    reason:
      "Debian's 2.8.0 refuses a Content-Type with a parameter twice; master, built with a newer Go, accepts two that are equal",
    applies: ({ request }) => request.headers.some(([, value]) => /boundary=.*boundary=/.test(value)),
    example: {
      hook: { id: "boundary", "execute-command": "true", "response-message": "done" },
      request: post("boundary", "--x--\r\n", "multipart/form-data; boundary=x; boundary=x"),
    },
    peer: [500, "Error occurred while parsing multipart form."],
    ours: [200, "done"],
  },
  {
    name: "XML text before an element",
    reason: "Debian's 2.8.0 forgets the children that follow text; master's XML library keeps both",
    applies: ({ request }) => />\s*[^<>\s][^<>]*<[^/!?]/.test(request.body.toString()),
    example: {
      hook: { id: "xml", "execute-command": "true", "response-message": "done", "trigger-rule": hasValue("a.b") },
      request: post("xml", "<a>text<b>x</b></a>", "text/xml"),
    },
    peer: [200, NOT_SATISFIED],
    ours: [200, "done"],
  },
  {
    name: "plain 1e3 in a hooks file",
    reason:
      "for Debian's 2.8.0 a plain scalar with an exponent and no dot is a text; for master's YAML library a number",
    applies: ({ hook }) =>
      matchesIn(hook["trigger-rule"]).some(
        ({ value }) => value instanceof Plain && /^[-+]?\d+\.?e\d+$/.test(value.text),
      ),
    example: {
      hook: {
        id: "exponent",
        "execute-command": "true",
        "response-message": "done",
        "trigger-rule": {
          match: { type: "value", value: new Plain("1e3"), parameter: { source: "string", name: "1000" } },
        },
      },
      request: post("exponent", "{}"),
    },
    peer: [200, NOT_SATISFIED],
    ours: [200, "done"],
  },
];
