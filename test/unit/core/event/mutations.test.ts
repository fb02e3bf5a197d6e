import assert from "node:assert/strict";
import type { EventReading, PushedImage } from "../../../../src/core/event/push-event.ts";
import { readMessage } from "../../../../src/core/event/read-message.ts";
import { parseJsonPayload } from "../../../../src/core/hook/payload.ts";
import { parseRepository } from "../../../../src/core/image/reference.ts";
import { bodyOf, EXPECTED, type ExpectedBody } from "./expected-bodies.ts";
import { mapTexts, placesOf, replaceAt, type Json } from "./mutate.ts";

type Reading = EventReading | { readonly kind: "unsupported" };
type Read = (body: string) => Reading;

const PUSHES = EXPECTED.filter(({ outcome }) => outcome === "push");

/** Reads bodies of one registry, with the headers and the host that its entry has. */
function readerOf({ headers, host }: ExpectedBody, registry: string): Read {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const header = (name: string): string => byName.get(name) ?? "";
  return (body) => readMessage(registry, { body: parseJsonPayload(body), header, host, timeZone: "" }).reading;
}

const deep = (levels: number): Json => (levels === 0 ? "changed-9" : { tag: deep(levels - 1) });

// What a reader would find that looks a key up in a prototype.
function polluted(old: Json): Json {
  const keys = ["tag", "name", "digest", ...(typeof old === "object" && old !== null ? Object.keys(old) : [])];
  const properties = JSON.stringify(Object.fromEntries(keys.map((key) => [key, "polluted"])));
  return JSON.parse(`{"__proto__": ${properties}, "constructor": {"prototype": ${properties}}}`) as Json;
}

const REPLACEMENTS: readonly ((old: Json) => Json)[] = [
  () => null,
  () => 42,
  () => ["changed-9", { tag: "changed-9", name: "changed-9" }],
  () => deep(150),
  () => "x".repeat(10_240),
  polluted,
  () => "changed-9",
  () => "changed.example.com:5000/changed/app:changed-9",
  () => "https://changed.example.com/changed/app:changed-9",
  () => "../../changed",
  () => "Changed-9@sha256:0",
];

const PARTS = ["registry", "repository", "tag"] as const;
const LEGAL = {
  registry: /^[a-z0-9.-]+(?::\d{1,5})?$/,
  repository: /^[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+|\/[A-Za-z0-9]+)*$/,
  tag: /^\w[\w.-]{0,127}$/,
};

/** Says what a reading brings that neither the untouched body nor the replacement says; undefined when it is right. */
function violationOf(reading: Reading, replacement: Json, images: ExpectedBody["images"]): string | undefined {
  switch (reading.kind) {
    case "ignored":
    case "rejected":
      return reading.reason === "" ? "no reason" : undefined;
    case "unsupported":
    case "handshake":
      return reading.kind;
    case "push":
      return reading.images.flatMap((image) => foreignParts(image, replacement, images))[0];
  }
}

function foreignParts(image: PushedImage, replacement: Json, images: ExpectedBody["images"]): readonly string[] {
  const own = textsOf(replacement);
  const isOwn = (text: string): boolean =>
    own.some((each) => text.toLowerCase().includes(each) || each.includes(text.toLowerCase()));
  const wrong = PARTS.filter((part) => {
    const text = image[part];
    return !LEGAL[part].test(text) || !(images.some((each) => each[part] === text) || isOwn(text));
  });
  const isDigest = image.digest === null || images.some(({ digest }) => digest === image.digest);
  return [...wrong, ...(isDigest ? [] : ["digest"])].map((part) => `${part} ${String(image[part as "tag"])}`);
}

// A list of tags may be replaced by another. A name alone is one of Docker Hub's. What is too long is no part at all.
function textsOf(replacement: Json): readonly string[] {
  return [replacement].flat().flatMap((value) => {
    if (typeof value !== "string" || value.length > 255) return [];
    const repository = parseRepository(value.toLowerCase());
    return [value.toLowerCase(), ...(repository.kind === "ok" ? [repository.value] : [])];
  });
}

interface Checked {
  readonly cases: number;
  readonly violations: readonly string[];
}

/** Replaces every value of a body by everything, one at a time. */
function check(expected: ExpectedBody, read: Read): Checked {
  const body = bodyOf(expected) as Json;
  const cases = placesOf(body).flatMap((place) => REPLACEMENTS.map((by) => ({ place, by })));
  const violations = cases.flatMap(({ place, by }) => {
    let replacement: Json = null;
    const changed = replaceAt(body, place, (old) => (replacement = by(old)));
    const violation = violationOf(safely(read, JSON.stringify(changed)), replacement, expected.images);
    return violation === undefined ? [] : [`${place.join(".")}: ${violation}`];
  });
  return { cases: cases.length, violations };
}

function safely(read: Read, body: string): Reading {
  try {
    return read(body);
  } catch (error) {
    const tag = `throws ${String(error)}` as PushedImage["tag"];
    const nowhere = {
      registry: "",
      repository: "",
      digest: null,
      pushedAt: null,
      delivery: null,
      isHostImplied: false,
    };
    return { kind: "push", images: [{ ...nowhere, tag }] };
  }
}

describe("readMessage(registry, message) with one value of a body replaced", () => {
  for (const expected of PUSHES) {
    const { file, provider, images, isTold } = expected;
    for (const registry of isTold ? [provider, "auto"] : [provider]) {
      it(`reads nothing out of ${file} that is not in it, as ${registry}`, () => {
        const read = readerOf(expected, registry);
        const untouched = read(JSON.stringify(bodyOf(expected)));
        assert.equal(untouched.kind, "push", JSON.stringify(untouched));
        const { cases, violations } = check(expected, read);
        assert.deepEqual(violations, []);
        assert.ok(cases >= 2 * REPLACEMENTS.length, `${String(cases)} cases of ${String(images.length)} images`);
        assert.equal(Reflect.get({}, "tag"), undefined);
      });
    }
  }

  // Readers with the bugs that such readers have, for the bodies of Docker Hub.
  interface Hub {
    readonly push_data: { readonly tag: string };
    readonly repository: { readonly repo_name: string };
  }
  const image = (repository: string, tag: string): Reading => {
    const rest = { digest: null, pushedAt: null, delivery: null, isHostImplied: false };
    return { kind: "push", images: [{ registry: "docker.io", repository, tag: tag as PushedImage["tag"], ...rest }] };
  };
  const isText = (value: unknown): boolean => typeof value === "string" && /^[a-z0-9._/-]{1,128}$/.test(value);
  const broken: Readonly<Record<string, (body: Hub) => Reading>> = {
    "throws where an object is missing": ({ push_data, repository }) =>
      isText(push_data.tag) && isText(repository.repo_name)
        ? image(repository.repo_name, push_data.tag)
        : { kind: "ignored", reason: "no text" },
    "takes whatever stands in the tag's place": (body) =>
      image("karolisr/keel", String((body as Partial<Hub>).push_data?.tag)),
    "has a tag of its own where there is none": (body) => {
      const tag = (body as Partial<Hub>).push_data?.tag;
      return image("karolisr/keel", typeof tag === "string" && isText(tag) ? tag : "latest");
    },
    "looks keys up in prototypes": (body) => {
      const data = Object.assign(Object.create(null), { push_data: {} }, body) as Hub;
      const tag = lookUpLoosely(data.push_data, "tag");
      return isText(tag) ? image("karolisr/keel", String(tag)) : { kind: "ignored", reason: "no tag" };
    },
  };
  const lookUpLoosely = (value: unknown, key: string): unknown => {
    const plain: unknown = Object.assign({}, Reflect.get(Object(value), "__proto__"), value);
    return Reflect.get(Object(plain), key);
  };

  for (const [bug, read] of Object.entries(broken)) {
    it(`finds a reader that ${bug} within 1,000 cases`, () => {
      const expected = PUSHES.find(({ file }) => file === "dockerhub.json");
      assert.ok(expected !== undefined);
      const { cases, violations } = check(expected, (body) => read(JSON.parse(body) as Hub));
      assert.ok(cases <= 1_000, String(cases));
      assert.notDeepEqual(violations, []);
    });
  }
});

interface Word {
  readonly part: "registry" | "repository" | "tag" | "digest";
  readonly from: string;
  readonly to: string;
}

/** Words of a body that stand for a part of its image, each with one of the same kind. */
function wordsOf({ provider, images }: ExpectedBody): readonly Word[] {
  const [{ registry, repository, tag, digest } = { registry: "", repository: "", tag: "", digest: null }] = images;
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const hex = digest?.slice("sha256:".length);
  const host = hostWordOf(provider, registry);
  return [
    { part: "tag", from: tag, to: "9.9.9-changed" },
    { part: "repository", from: name, to: "changed" },
    ...(hex === undefined ? [] : [{ part: "digest", from: hex, to: "9".repeat(64) } as const]),
    ...(host === null ? [] : [{ part: "registry", ...host } as const]),
  ];
}

// The host stands in no body of the first four, and in parts in those of Aliyun and Amazon.
function hostWordOf(provider: string, registry: string): Pick<Word, "from" | "to"> | null {
  if (["dockerhub", "ghcr", "nexus", "zot"].includes(provider)) return null;
  const [, account] = /^(\d{12})\.dkr\.ecr\./.exec(registry) ?? [];
  if (account !== undefined) return { from: account, to: "998877665544" };
  const from = provider === "aliyun-acr" ? (registry.split(".")[1] ?? "") : registry;
  return { from, to: `zz${from}` };
}

const changeIn = (text: string, { from, to }: Word): string =>
  text.replace(new RegExp(`(?<![\\w.-])${from.replaceAll(".", "\\.")}(?![\\w-]|\\.\\w)`, "gi"), to);

describe("readMessage(registry, message) with a word of a body changed wherever it stands", () => {
  for (const expected of PUSHES) {
    for (const word of wordsOf(expected)) {
      it(`reads the changed ${word.part} out of ${expected.file}`, () => {
        const body = mapTexts(bodyOf(expected) as Json, (text) => changeIn(text, word));
        const reading = readerOf(expected, expected.provider)(JSON.stringify(body));
        assert.ok(reading.kind === "push", JSON.stringify(reading));
        const [first] = expected.images;
        const image = reading.images[0];
        const { registry, repository, tag, digest } = image;
        assert.deepEqual(
          { registry, repository, tag, digest },
          { ...first, [word.part]: changedPart(first?.[word.part] ?? "", word) },
        );
      });
    }
  }
});

// A host or a digest holds the word among others.
const changedPart = (text: string, word: Word): string =>
  word.part === "registry" ? text.replace(word.from, word.to) : changeIn(text, word);
