import assert from "node:assert/strict";
import type { ImageRule } from "../../../../../src/core/admission/rules/rule.ts";
import { validateImages } from "../../../../../src/core/admission/rules/validate-images.ts";
import { anImageRule, anUpdate, aRequest } from "../../../../support/admission-rules.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const aPod = (...images: readonly unknown[]) => ({
  metadata: { name: "website" },
  spec: { containers: images.map((image, index) => ({ name: `c${String(index)}`, image })) },
});
const judge = (rule: Partial<ImageRule>, ...images: readonly unknown[]) =>
  validateImages([anImageRule(rule)], aRequest({ object: aPod(...images) }));
const refusal = (response: ReturnType<typeof validateImages>): string =>
  response.allowed ? "" : (response.status?.message ?? "");

describe("validateImages(rules, request) by allow", () => {
  const cases = [
    { allow: "docker.io/library/nginx", image: "nginx", passes: true },
    { allow: "docker.io/library/*", image: "index.docker.io/nginx:1", passes: true },
    { allow: "docker.io/library/*", image: "docker.io/team/nginx", passes: false },
    { allow: "ghcr.io/acme/*", image: "GHCR.io/acme/a/b:1", passes: true },
    { allow: "ghcr.io/acme/*", image: "ghcr.io/acme-evil/a", passes: false },
    { allow: "*.example.com/app", image: "r.example.com/app", passes: true },
    { allow: "*.example.com/app", image: "evil.test/r.example.com/app", passes: false },
    { allow: "ghcr.io/*/app", image: "ghcr.io/a/app@" + DIGEST, passes: true },
    { allow: "*", image: "ghcr.io/any/thing", passes: true },
    { allow: "nginx", image: "docker.io/library/nginx:1", passes: true },
    { allow: "nginx*", image: "nginx.evil.test/app", passes: false },
    { allow: "acme/*", image: "index.docker.io/acme/app", passes: true },
    { allow: "acme*/app", image: "acme.evil.test/app", passes: false },
    { allow: "docker.io/*", image: "acme/app", passes: true },
    { allow: "docker.io/nginx", image: "nginx", passes: true },
    { allow: "INDEX.docker.io/acme/app", image: "acme/app", passes: true },
    { allow: "*/acme/app", image: "ghcr.io/acme/app", passes: true },
    { allow: "localhost:5000/*", image: "localhost:5000/a/b", passes: true },
    { allow: "localhost:*/app", image: "localhost:5000/app", passes: true },
    { allow: "localhost:5000/*", image: "localhost:6000/a", passes: false },
    {
      allow: "registry.cn-hangzhou.aliyuncs.com/team/*",
      image: "registry-vpc.cn-hangzhou.aliyuncs.com/team/app",
      passes: true,
    },
    {
      allow: "registry.cn-hangzhou.aliyuncs.com/team/*",
      image: "registry.cn-beijing.aliyuncs.com/team/app",
      passes: false,
    },
  ];
  for (const { allow, image, passes } of cases)
    it(`${passes ? "lets" : "does not let"} ${image.slice(0, 60)} run where ${allow} is allowed`, () => {
      assert.equal(judge({ allow: [allow] }, image).allowed, passes);
    });

  it("names rule, container, image and what is allowed", () => {
    assert.equal(
      refusal(judge({ allow: ["ghcr.io/acme/*", "docker.io/library/*"] }, "evil/app:1")),
      'container c0: image "evil/app:1": repository docker.io/evil/app is not allowed: use ghcr.io/acme/*, docker.io/library/* (rule our-images)',
    );
  });
});

describe("validateImages(rules, request) by tag and digest", () => {
  const cases: { rule: Partial<ImageRule>; image: unknown; says: RegExp | null }[] = [
    {
      rule: { forbidTags: ["latest"] },
      image: "nginx",
      says: /no tag, which means the forbidden latest: name another/,
    },
    { rule: { forbidTags: ["latest"] }, image: "nginx:latest", says: /tag latest is forbidden/ },
    { rule: { forbidTags: ["latest"] }, image: "nginx:1", says: null },
    { rule: { forbidTags: ["latest"] }, image: `nginx@${DIGEST}`, says: null },
    { rule: { forbidTags: ["latest"] }, image: `nginx:latest@${DIGEST}`, says: /tag latest is forbidden/ },
    { rule: { forbidTags: ["dev-*"] }, image: "nginx:dev-1", says: /tag dev-1 is forbidden/ },
    { rule: { requireDigest: true }, image: "nginx:1", says: /it has no digest: add one/ },
    { rule: { requireDigest: true }, image: `nginx:1@${DIGEST}`, says: null },
    { rule: {}, image: "UPPER/case", says: /it cannot be read: .*lower case.*write it as/ },
    { rule: {}, image: "a".repeat(64), says: /cannot be read: the image is an image's ID/ },
    { rule: {}, image: 7, says: /image "number": it cannot be read: it is no text/ },
  ];
  for (const { rule, image, says } of cases)
    it(`${says === null ? "passes" : "refuses"} ${String(image).slice(0, 40)} by ${JSON.stringify(rule)}`, () => {
      const said = refusal(judge(rule, image));
      if (says === null) assert.equal(said, "");
      else assert.match(said, says);
    });

  it("says all problems, of every rule", () => {
    const rules = [
      anImageRule({ forbidTags: ["latest"], requireDigest: true }),
      anImageRule({ name: "b", allow: ["x/y"] }),
    ];
    const said = refusal(validateImages(rules, aRequest({ object: aPod("nginx", "redis:1") })));
    assert.equal(said.split("\n- ").length, 1 + 5);
    assert.match(said, /^5 problems:/);
  });

  it("says 20 problems at most, and bounds what it shows", () => {
    const images = Array.from({ length: 500 }, (_, index) => `${"evil/".repeat(100)}${String(index)}`);
    const said = refusal(judge({ allow: Array.from({ length: 50 }, () => "x".repeat(300)) }, ...images));
    assert.match(said, /and 480 more$/);
    assert.ok(said.length < 40_000);
  });
});

describe("validateImages(rules, request) by action", () => {
  it("warns in 120 characters at most and lets the request through", () => {
    const response = judge({ forbidTags: ["latest"], action: "warn" }, "nginx", `${"team/".repeat(40)}app`);
    assert.equal(response.allowed, true);
    assert.equal(response.warnings?.length, 2);
    assert.match(response.warnings[0] ?? "", /^container c0: image "nginx": it has no tag/);
    assert.match(response.warnings[1] ?? "", /^our-images: container c1: it has no tag/);
    assert.ok(response.warnings.every((warning) => warning.length <= 120));
  });

  it("warns 20 times at most", () => {
    const { warnings } = judge(
      { forbidTags: ["latest"], action: "warn" },
      ...Array.from({ length: 30 }, (_, i) => `a${String(i)}`),
    );
    assert.equal(warnings?.length, 21);
    assert.equal(warnings.at(-1), "and 10 more");
  });

  it("notes in the audit log under a key that the API server takes", () => {
    const response = validateImages(
      [
        anImageRule({ name: "our images!", forbidTags: ["latest"], action: "audit" }),
        anImageRule({ name: "***", requireDigest: true, action: "audit" }),
      ],
      aRequest({ object: aPod("nginx", "redis:1") }),
    );
    assert.equal(response.allowed, true);
    assert.deepEqual(Object.keys(response.auditAnnotations ?? {}), ["our-images", "images"]);
    assert.match(response.auditAnnotations?.["images"] ?? "", /^2 problems:/);
    assert.equal(response.warnings?.length, 0);
  });

  it("refuses by one rule and warns by another in one answer", () => {
    const rules = [anImageRule({ requireDigest: true }), anImageRule({ forbidTags: ["latest"], action: "warn" })];
    const response = validateImages(rules, aRequest({ object: aPod("nginx") }));
    assert.deepEqual([response.allowed, response.status?.code, response.warnings?.length], [false, 403, 1]);
  });
});

describe("validateImages(rules, request) and what was there before", () => {
  const rules = [anImageRule({ forbidTags: ["latest"] })];
  const update = (before: unknown, after: unknown) => validateImages(rules, anUpdate("Pod", before, after)).allowed;

  it("lets a change through that leaves the images, whatever they are", () => {
    assert.equal(update(aPod("nginx"), { ...aPod("nginx"), status: { phase: "Running" } }), true);
  });
  it("judges an image that is new", () => {
    assert.equal(update(aPod("nginx"), aPod("nginx", "redis")), false);
    assert.equal(update(aPod("nginx:1"), aPod("nginx")), false);
  });
  it("judges all where there is no object before", () => {
    assert.equal(update(null, aPod("nginx")), false);
  });
  it("lets every change of what is being deleted through, but no creation that only says so", () => {
    const deleted = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" }, ...{ spec: aPod("nginx:1").spec } };
    assert.equal(update(deleted, aPod("nginx")), true);
    assert.equal(validateImages(rules, aRequest({ object: { ...deleted, spec: aPod("nginx").spec } })).allowed, false);
  });
  it("lets a deletion through, and what has no images", () => {
    assert.equal(
      validateImages(rules, aRequest({ operation: "DELETE", object: null, oldObject: aPod("nginx") })).allowed,
      true,
    );
    assert.equal(
      validateImages(rules, aRequest({ kind: { kind: "Scale" }, object: { spec: { replicas: 1 } } })).allowed,
      true,
    );
  });
  it("lets through what no rule is for", () => {
    const match = { namespaces: ["prod-*"], resources: [], operations: ["CREATE"] };
    assert.equal(judge({ match, forbidTags: ["latest"] }, "nginx").allowed, true);
  });
});

describe("validateImages(rules, request) and exemptions", () => {
  const none = { namespaces: [], names: [], users: [], images: [] };
  const cases = [
    { when: "a namespace", exempt: { ...none, namespaces: ["we*"] }, passes: true },
    { when: "another namespace", exempt: { ...none, namespaces: ["ops"] }, passes: false },
    { when: "a name", exempt: { ...none, names: ["web*"] }, passes: true },
    { when: "a user", exempt: { ...none, users: ["ann@*"] }, passes: true },
    { when: "another user", exempt: { ...none, users: ["bob"] }, passes: false },
    { when: "a user in another namespace", exempt: { ...none, namespaces: ["ops"], users: ["ann@*"] }, passes: false },
    { when: "an image", exempt: { ...none, images: ["docker.io/library/*"] }, passes: true },
    { when: "another image", exempt: { ...none, images: ["ghcr.io/*"] }, passes: false },
  ];
  for (const { when, exempt, passes } of cases)
    it(`${passes ? "passes" : "refuses"} where ${when} is exempt`, () => {
      assert.equal(judge({ forbidTags: ["latest"], exempt: [exempt] }, "nginx").allowed, passes);
    });

  it("exempts no image that cannot be read by its repository", () => {
    assert.equal(judge({ exempt: [{ ...none, images: ["*"] }] }, "UPPER").allowed, false);
  });

  it("takes a generated name for one that goes on behind its beginning", () => {
    const request = aRequest({ name: "", object: { ...aPod("nginx"), metadata: { generateName: "legacy" } } });
    const by = (name: string) =>
      validateImages([anImageRule({ forbidTags: ["latest"], exempt: [{ ...none, names: [name] }] })], request).allowed;
    assert.deepEqual([by("legacy*"), by("legacy")], [true, false]);
  });
});
