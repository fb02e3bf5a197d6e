/** Values that stand for no text. */
export const NO_TEXT: readonly unknown[] = [42, true, ["v1"], [], {}, { literal: "1" }];

/** Texts that are no path of a repository, whatever the case of their letters. */
export const NO_PATH: readonly string[] = [
  "../..",
  "../../evil",
  "acme/../website",
  "/acme/website",
  "acme/website/",
  "acme//website",
  `acme/website@sha256:${"a".repeat(64)}`,
  "acme/website:v1",
  "http://evil/x",
  "acme\\website",
  "acme/web site",
  "${name}",
  "acme/${name}",
  "(",
  ".*",
  "☃",
  "☃/x",
  "\u212Aube",
  "acme/website\n",
  "a".repeat(300),
  "a".repeat(10_000),
];

/** Texts that are no tag, and no digest either. */
export const NO_TAG: readonly string[] = [
  `v1@sha256:${"a".repeat(64)}`,
  "a/b:c",
  "v1:x",
  ".v1",
  "-v1",
  "v 1",
  "v1\n",
  "${tag}",
  "☃",
  "x".repeat(129),
  "x".repeat(10_000),
];

/** Texts that are no host alone, or none that can be told from a user's name. */
export const NO_HOST: readonly string[] = [
  "evil.com/x#",
  "evil.com/x",
  "//evil.com",
  "ftp://evil.com",
  "user:pass@evil.com",
  "evil",
  "../..",
  "evil.com#",
  "evil.com?x",
  "-evil.com",
  "evil..com",
  "evil.com.",
  "evil.com:",
  "evil.com:123456",
  "ev il.com",
  "evil.com\n",
  "[evil.com]:5000",
  "[::1",
  "☃.com",
  "\u212Aube.example.com",
  "x".repeat(10_000),
];

/** The same as the beginnings of an address, where a path may follow. */
export const NO_HOST_BEFORE_PATH: readonly string[] = NO_HOST.filter((host) => host !== "evil.com/x");

/** Values of every kind. */
export const SUBSTITUTES: readonly unknown[] = [
  ...NO_TEXT,
  null,
  undefined,
  0,
  -1.5,
  1e300,
  "",
  "x".repeat(10_000),
  "__proto__",
  [1, "x", null],
  [[[[{}]]]],
  [[null]],
  { a: { b: { c: { d: ["e"] } } } },
  JSON.parse('{"__proto__": {"tag": "v1"}}'),
];
