import assert from "node:assert/strict";
import { BODIES, digest, pathsOf, readAs, withValue, type Body } from "./bodies.ts";

type Type = keyof typeof BODIES;
const TYPES: readonly Type[] = ["aliyun", "dockerhub", "custom"];

// Docker Hub's body without repo_name, which stands for namespace and name.
const PARTS = withValue(BODIES.dockerhub, "repository.repo_name", undefined);

describe("dialect(body) of hostile values", () => {
  const cases: readonly { type: Type; path: string; body?: Body; values: readonly string[] }[] = [
    {
      type: "aliyun",
      path: "repository.region",
      values: [
        "",
        "evil.com/x#",
        "evil.com",
        "cn-hangzhou.aliyuncs.com.evil.com/",
        "CN-Shanghai",
        "cn_shanghai",
        "-cn",
        "cn-",
        "a b",
        "cn\n",
        "[::1]",
        "127.0.0.1:5000/x",
        "@evil",
        "x".repeat(41),
        "☃",
      ],
    },
    {
      type: "aliyun",
      path: "repository.repo_full_name",
      values: [
        "",
        "../../evil",
        "acme/../x",
        "/acme/website",
        "acme/website/",
        `acme/website@${digest("a")}`,
        "acme/website:v1",
        "http://evil/x",
        "acme\\website",
        "acme/web site",
        "acme/${name}",
        "(",
        ".*",
        "[",
        "☃/x",
        "a".repeat(300),
      ],
    },
    {
      type: "dockerhub",
      path: "repository.repo_name",
      values: [
        "../..",
        "http://evil",
        "127.0.0.1:5000/x",
        "[::1]/x",
        `a@${digest("a")}`,
        "acme/website:latest",
        "/x",
        "(",
        ".*",
        "[",
      ],
    },
    {
      type: "dockerhub",
      path: "repository.name",
      body: PARTS,
      values: ["../x", `a@${digest("a")}`, "a:b", "a//b"],
    },
    { type: "dockerhub", path: "repository.namespace", body: PARTS, values: ["../..", "evil.com:5000", "a:b"] },
    {
      type: "custom",
      path: "repository.repo_url",
      values: [
        "",
        "http://evil",
        "https://registry.example.com",
        "//evil.com",
        "evil.com/x#",
        "evil.com/x",
        "127.0.0.1:5000/x",
        "[::1",
        "[evil.com]:5000",
        "user:pass@evil.com",
        "acme",
        "registry",
        "../..",
        "evil.com#",
        "evil.com?",
        "-evil.com",
        "evil-.com",
        "evil..com",
        "evil.com.",
        ".evil.com",
        "evil.com:",
        "evil.com:123456",
        "ev il.com",
        "evil.com\n",
        "☃.com",
        "${images_repo_url}",
        "\u212Aube.example.com",
      ],
    },
    {
      type: "custom",
      path: "repository.namespace",
      values: ["", "../..", "..", "/", "a:b", `a@${digest("a")}`, "a b", "${images_namespace}", "a/", "☃"],
    },
    {
      type: "custom",
      path: "repository.name",
      values: ["", "..", "../../x", `a@${digest("a")}`, "a:latest", "a/", "${images_name}", "a".repeat(300)],
    },
    {
      type: "custom",
      path: "push_data.tag",
      values: ["${images_tag}", "v1-${BUILD_NUMBER}", `v1@${digest("a")}`, "a/b:c", "-v1", "v 1"],
    },
    { type: "aliyun", path: "push_data.tag", values: [`v1@${digest("a")}`, "a/b:c", ".v1", "${tag}", "v1\n"] },
    { type: "dockerhub", path: "push_data.tag", values: [`v1@${digest("a")}`, "a/b:c", "x".repeat(129), "☃"] },
  ];
  for (const { type, path, body = BODIES[type], values } of cases) {
    for (const value of values) {
      it(`rejects ${type}'s ${path} ${JSON.stringify(value.slice(0, 60))} and names it`, () => {
        const reading = readAs(type, withValue(body, path, value));
        assert.ok(reading.kind === "rejected", JSON.stringify(reading));
        assert.equal(reading.field, path);
        assert.ok(reading.reason.length > 5 && reading.reason.length < 250, reading.reason);
      });
    }
  }

  it("rejects a body of Docker Hub that has neither repo_name nor name", () => {
    assert.deepEqual(readAs("dockerhub", withValue(PARTS, "repository.name", undefined)), {
      kind: "rejected",
      field: "repository.repo_name",
      reason: "is missing, and repository.name too",
    });
  });

  it("says how to post a body whose variable the shell did not replace", () => {
    assert.deepEqual(readAs("custom", withValue(BODIES.custom, "push_data.tag", "${images_tag}")), {
      kind: "rejected",
      field: "push_data.tag",
      reason: "holds a variable that the shell did not replace: quote the body with double quotes",
    });
  });

  for (const part of ["__proto__", "constructor", "prototype", "toString"]) {
    it(`reads nothing out of ${part}`, () => {
      const body = `{"${part}": ${JSON.stringify(BODIES.aliyun)}, "push_data": {"${part}": {"tag": "v1"}}}`;
      for (const type of TYPES) assert.deepEqual(readAs(type, body), { kind: "ignored", reason: "no tag" });
      assert.equal(Reflect.get({}, "push_data"), undefined);
    });
  }
});

const SUBSTITUTES: readonly unknown[] = [
  null,
  [],
  [1, "x", null],
  0,
  -1.5,
  1e300,
  true,
  false,
  "",
  "x".repeat(100_000),
  {},
  { literal: "1" },
  { a: { b: { c: ["d"] } } },
  undefined,
];

describe("dialect(body) of a body with a field of another type", () => {
  for (const type of TYPES) {
    it(`answers ${type}'s with a reading, whatever field is replaced`, () => {
      for (const path of pathsOf(BODIES[type])) {
        for (const value of SUBSTITUTES) {
          const reading = readAs(type, withValue(BODIES[type], path, value));
          assert.match(reading.kind, /^(?:push|ignored|rejected)$/);
        }
      }
    });
  }

  const NO_TEXT: readonly unknown[] = [42, [], ["v1"], {}, { literal: "1" }, true];
  for (const type of TYPES) {
    for (const tag of NO_TEXT) {
      it(`rejects ${type}'s tag ${JSON.stringify(tag)} and names it`, () => {
        const reading = readAs(type, withValue(BODIES[type], "push_data.tag", tag));
        assert.ok(reading.kind === "rejected" && reading.field === "push_data.tag", JSON.stringify(reading));
      });
    }
  }

  const needed = [
    { type: "aliyun", path: "repository.region" },
    { type: "aliyun", path: "repository.repo_full_name" },
    { type: "custom", path: "repository.repo_url" },
    { type: "custom", path: "repository.namespace" },
    { type: "custom", path: "repository.name" },
  ] as const;
  for (const { type, path } of needed) {
    for (const value of [...NO_TEXT, null, undefined]) {
      it(`rejects ${type}'s ${path} of ${value === undefined ? "nothing" : JSON.stringify(value)} and names it`, () => {
        const reading = readAs(type, withValue(BODIES[type], path, value));
        assert.ok(reading.kind === "rejected" && reading.field === path, JSON.stringify(reading));
      });
    }
  }
});

describe("dialect(body) of a tag that is no image's", () => {
  const cases = [
    { tag: `sha256-${"a".repeat(64)}.sig`, reason: "something attached to an image was pushed, such as its signature" },
    { tag: `sha256-${"a".repeat(64)}`, reason: "something attached to an image was pushed, such as its signature" },
    {
      tag: `sha512-${"a".repeat(128)}.att`,
      reason: "something attached to an image was pushed, such as its signature",
    },
    { tag: digest("a"), reason: "pushed by digest, without a tag" },
  ];
  for (const { tag, reason } of cases) {
    it(`ignores ${tag.slice(0, 12)}…${tag.slice(-4)}`, () => {
      assert.deepEqual(readAs("aliyun", withValue(BODIES.aliyun, "push_data.tag", tag)), { kind: "ignored", reason });
    });
  }

  it("takes a tag that only begins like one", () => {
    assert.equal(readAs("aliyun", withValue(BODIES.aliyun, "push_data.tag", "sha256-abc")).kind, "push");
  });
});
