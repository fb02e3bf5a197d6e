import assert from "node:assert/strict";
import fc from "fast-check";
import { parseReference, type ImageReference } from "../../../../src/core/image/reference.ts";
import { ok, type Result } from "../../../../src/core/result.ts";

type Parse = (text: string) => Result<ImageReference, string>;
type Plain = Readonly<Record<keyof ImageReference, string | null>>;
type Property = fc.IPropertyWithHooks<unknown[]>;

const SETTINGS = { numRuns: 1000, seed: 20190313 };

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const dotted = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));
const port = fc.integer({ min: 1, max: 65535 }).map((number) => `:${String(number)}`);
const address = fc
  .ipV6()
  .filter((text) => !text.includes("."))
  .map((text) => `[${text.toLowerCase()}]`);
const host = fc.oneof(
  dotted,
  address,
  fc.ipV4(),
  fc.constant("localhost"),
  fc.tuple(fc.oneof(label, dotted, address, fc.ipV4()), port).map((parts) => parts.join("")),
);
const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join("/"));
const named = fc.oneof(
  fc.tuple(host, path).map(([at, rest]) => ({ name: `${at}/${rest}`, repository: `${at}/${rest}` })),
  component.map((name) => ({ name, repository: `docker.io/library/${name}` })),
  fc
    .tuple(
      component.filter((first) => !first.includes(".") && first !== "localhost"),
      path,
    )
    .map((parts) => ({
      name: parts.join("/"),
      repository: `docker.io/${parts.join("/")}`,
    })),
);
const digest = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
  fc.stringMatching(/^[0-9a-f]{128}$/).map((hex) => `sha512:${hex}`),
);
const reference: fc.Arbitrary<Plain> = fc
  .tuple(named, fc.option(fc.stringMatching(/^\w[\w.-]{0,127}$/)), fc.option(digest))
  .map(([names, tag, sum]) => ({ ...names, tag, digest: sum }));

const print = ({ name, tag, digest: sum }: Plain): string =>
  `${String(name)}${tag === null ? "" : `:${tag}`}${sum === null ? "" : `@${sum}`}`;

const readsWhatItPrints = (parse: Parse): Property =>
  fc.property(reference, (made) => {
    assert.deepEqual(parse(print(made)), { kind: "ok", value: made });
  });

const piece = fc.oneof(
  fc.constantFrom("", "/", "//", ":", "@", "[", "]", ".", "..", "_", "-", "%", "\n", "\0", "A", "é", "İ", "\ud800"),
  fc.constantFrom("docker.io/", "localhost/", "[::1]:5000/", "sha256:", `@sha256:${"0a".repeat(32)}`, ":latest"),
  component,
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  // Nearly a reference: one piece too many, somewhere or behind.
  fc
    .tuple(reference.map(print), piece, fc.oneof(fc.nat(80), fc.constant(Infinity)))
    .map(([printed, more, at]) => `${printed.slice(0, at)}${more}${printed.slice(at)}`),
);

// What is taken is all of the text, and nothing but the text.
const takesAllOrRefuses = (parse: Parse): Property =>
  fc.property(text, (anything) => {
    const parsed = parse(anything);
    if (parsed.kind === "ok") assert.equal(print(parsed.value), anything);
    else assert.ok(parsed.error.length > 0 && parsed.error.length < 300);
  });

const long = fc
  .tuple(fc.constantFrom("", "a.b/", "[", "a@", "a:"), fc.array(piece, { minLength: 1, maxLength: 3 }), piece)
  .map(([head, middle, tail]) => ({ head, middle: middle.join("") || "a", tail }));

const KILOBYTE = 1024;
const SIZES = { small: 1.25 * KILOBYTE, large: 10 * KILOBYTE };
// Eight times the text takes a linear parser eight times as long, a quadratic one sixty-four times.
const MAX_RATIO = 24;

function spent(parse: Parse, sent: string): number {
  const started = performance.now();
  for (let run = 0; run < 5; run++) parse(sent);
  return performance.now() - started;
}

// The least of several measurements: a machine that is busy makes times longer and never shorter.
const isLinear = (parse: Parse): Property =>
  fc.property(long, ({ head, middle, tail }) => {
    const make = (size: number): string => `${head}${middle.repeat(Math.ceil(size / middle.length))}${tail}`;
    const [small, large] = [make(SIZES.small), make(SIZES.large)];
    let ratio = Infinity;
    let [shortest, longest] = [Infinity, Infinity];
    for (let round = 0; round < 10 && ratio > MAX_RATIO; round++) {
      shortest = Math.min(shortest, spent(parse, small));
      longest = Math.min(longest, spent(parse, large));
      ratio = longest / Math.max(shortest, 0.005);
    }
    assert.ok(ratio <= MAX_RATIO, `eight times the text takes ${String(ratio)} times as long`);
  });

const changed =
  (change: (value: ImageReference) => Plain): Parse =>
  (sent) => {
    const parsed = parseReference(sent);
    return parsed.kind === "ok" ? ok(change(parsed.value) as ImageReference) : parsed;
  };

const properties: readonly {
  readonly says: string;
  readonly of: (parse: Parse) => Property;
  readonly broken: Readonly<Record<string, Parse>>;
}[] = [
  {
    says: "reads every reference that it prints",
    of: readsWhatItPrints,
    broken: {
      "cuts at the first colon": (sent) => {
        const [name = "", rest] = sent.split(/:(.*)/s);
        return parseReference(rest === undefined ? name : `${name}:${rest.replace(/^.*\//s, "")}`);
      },
      "drops the digest behind a tag": (sent) => parseReference(sent.replace(/(:[\w.-]+)@.*$/, "$1")),
      "knows no addresses in brackets": (sent) => parseReference(sent.replace(/^\[[^\]]*\]/, "bracketed")),
      "writes tags in lower case": changed((value) => ({ ...value, tag: value.tag?.toLowerCase() ?? null })),
      "puts library/ before every single name": changed((value) => ({
        ...value,
        repository: value.repository.replace(/^([^/]+)\/([^/]+)$/, "$1/library/$2"),
      })),
    },
  },
  {
    says: "takes or refuses any text, and never throws",
    of: takesAllOrRefuses,
    broken: {
      "throws at a lonely percent sign": (sent) => parseReference(decodeURIComponent(sent)),
      "throws at an @ without a digest": (sent) => {
        if (sent.includes("@")) new URL(sent.slice(sent.indexOf("@") + 1));
        return parseReference(sent);
      },
      "ignores line ends": (sent) => parseReference(sent.trimEnd()),
      "forgets what is behind an @": (sent) => parseReference(sent.split("@")[0] ?? ""),
    },
  },
  {
    says: "takes eight times as long for eight times the text, and not longer",
    of: isLinear,
    broken: {
      "looks for a tag with an expression that is not anchored": (sent) => {
        // The planted fault: from each place to the end again.
        const isTagged = /[\w./-]+@@/.test(sent);
        return parseReference(isTagged ? "" : sent);
      },
    },
  },
];

for (const { says, of, broken } of properties) {
  describe(`parseReference(text) ${says}`, () => {
    it("in 1,000 cases", () => {
      fc.assert(of(parseReference), SETTINGS);
    });

    for (const [when, parse] of Object.entries(broken)) {
      it(`finds a parser that ${when} within 1,000 cases`, () => {
        assert.equal(fc.check(of(parse), { ...SETTINGS, endOnFailure: true }).failed, true);
      });
    }
  });
}
