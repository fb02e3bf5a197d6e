import assert from "node:assert/strict";
import {
  hostOf,
  parseDigest,
  parseRepository,
  parseTag,
  pathOf,
  type Repository,
} from "../../../../src/core/image/reference.ts";

const SHA256 = `sha256:${"0123456789abcdef".repeat(4)}`;
const SHA512 = `sha512:${"0123456789abcdef".repeat(8)}`;

function repositoryOf(name: string): Repository {
  const repository = parseRepository(name);
  if (repository.kind === "error") assert.fail(`${name}: ${repository.error}`);
  return repository.value;
}

describe("parseTag(text)", () => {
  const tags = ["latest", "5000", "_", "v1.2.3", "test.example.com", "Uppercase", "some-long-tag", "a..b", "t-"];
  for (const tag of [...tags, "t".repeat(128)]) {
    it(`takes ${tag}`, () => {
      assert.equal(parseTag(tag), tag);
    });
  }

  const others = [
    "",
    "-foo",
    ".foo",
    "a b",
    "a/b",
    "a/b:c",
    `v1@${SHA256}`,
    "${images_tag}",
    "tag\n",
    "täg",
    "a:b",
    "\0",
  ];
  for (const other of [...others, "t".repeat(129)]) {
    it(`refuses ${JSON.stringify(other)}`, () => {
      assert.equal(parseTag(other), null);
    });
  }
});

describe("parseDigest(text)", () => {
  for (const digest of [SHA256, SHA512]) {
    it(`takes ${digest}`, () => {
      assert.equal(parseDigest(digest), digest);
    });
  }

  const others = [
    { when: "nothing", text: "" },
    { when: "one digit too few", text: SHA256.slice(0, -1) },
    { when: "one digit too many", text: `${SHA256}0` },
    { when: "blanks inside", text: `${SHA256.slice(0, 40)}      ${SHA256.slice(46)}` },
    { when: "upper-case digits", text: `sha256:${"A".repeat(64)}` },
    { when: "an upper-case algorithm", text: SHA256.toUpperCase() },
    { when: "no algorithm", text: "a".repeat(64) },
    { when: "an unknown algorithm", text: `md5:${"a".repeat(32)}` },
    { when: "digits that are none", text: `sha256:${"g".repeat(64)}` },
    { when: "masked digits", text: `sha256:${"x".repeat(64)}` },
    { when: "a sha512 of sha256's length", text: `sha512:${"a".repeat(64)}` },
    { when: "a line end", text: `${SHA256}\n` },
  ];
  for (const { when, text } of others) {
    it(`refuses ${when}`, () => {
      assert.equal(parseDigest(text), null);
    });
  }
});

describe("parseRepository(name)", () => {
  const cases = [
    { name: "nginx", host: "docker.io", path: "library/nginx" },
    { name: "library/nginx", host: "docker.io", path: "library/nginx" },
    { name: "docker.io/nginx", host: "docker.io", path: "library/nginx" },
    { name: "docker.io/library/nginx", host: "docker.io", path: "library/nginx" },
    { name: "index.docker.io/nginx", host: "docker.io", path: "library/nginx" },
    { name: "index.docker.io/library/nginx", host: "docker.io", path: "library/nginx" },
    { name: "Index.Docker.IO/nginx", host: "docker.io", path: "library/nginx" },
    { name: "registry-1.docker.io/nginx", host: "docker.io", path: "library/nginx" },
    { name: "registry.hub.docker.com/library/nginx", host: "docker.io", path: "library/nginx" },
    { name: "registry-2.docker.io/nginx", host: "registry-2.docker.io", path: "nginx" },
    { name: "registry-1.docker.io.example.com/nginx", host: "registry-1.docker.io.example.com", path: "nginx" },
    { name: "registry-1.docker.io:443/nginx", host: "registry-1.docker.io:443", path: "nginx" },
    { name: "fooo/bar", host: "docker.io", path: "fooo/bar" },
    { name: "docker.io/library/foo/bar", host: "docker.io", path: "library/foo/bar" },
    { name: "store/foo/bar", host: "docker.io", path: "store/foo/bar" },
    { name: "test_com/foo", host: "docker.io", path: "test_com/foo" },
    { name: "test.com/foo", host: "test.com", path: "foo" },
    { name: "Test.COM/foo", host: "test.com", path: "foo" },
    { name: "test-com:8080/foo", host: "test-com:8080", path: "foo" },
    { name: "registry:5000/x", host: "registry:5000", path: "x" },
    { name: "localhost/x", host: "localhost", path: "x" },
    { name: "LOCALHOST/x", host: "localhost", path: "x" },
    { name: "localhost:5000/x", host: "localhost:5000", path: "x" },
    { name: "192.168.0.1", host: "docker.io", path: "library/192.168.0.1" },
    { name: "192.168.0.1:8/debian", host: "192.168.0.1:8", path: "debian" },
    { name: "127.0.0.1:8000/private/moonbase", host: "127.0.0.1:8000", path: "private/moonbase" },
    { name: "xn--n3h.com:18080/foo", host: "xn--n3h.com:18080", path: "foo" },
    { name: "b.gcr.io/test.example.com/my-app", host: "b.gcr.io", path: "test.example.com/my-app" },
    { name: "[::1]:5000/repo", host: "[::1]:5000", path: "repo" },
    { name: "[2001:db8::1]/repo", host: "[2001:db8::1]", path: "repo" },
    { name: "[2001:DB8::]:5000/repo", host: "[2001:db8::]:5000", path: "repo" },
    { name: "[fc00:1:2:3:4:5:6:7]:5000/library/debian", host: "[fc00:1:2:3:4:5:6:7]:5000", path: "library/debian" },
    { name: "docker---rules/docker", host: "docker.io", path: "docker---rules/docker" },
    { name: "dock__er/docker", host: "docker.io", path: "dock__er/docker" },
    { name: `docker.io/${"a".repeat(64)}`, host: "docker.io", path: `library/${"a".repeat(64)}` },
  ];
  for (const { name, host, path } of cases) {
    it(`spells ${name} as ${host}/${path}`, () => {
      const repository = repositoryOf(name);
      assert.equal(repository, `${host}/${path}`);
      assert.equal(hostOf(repository), host);
      assert.equal(pathOf(repository), path);
    });
  }

  const lower = "repository names are lower case";
  const separators = "letters, digits and single separators . _ - between them are allowed";
  const refusals = [
    { name: "", error: "the repository is empty" },
    { name: "Uppercase", error: `"Uppercase" is not a repository name: ${lower}` },
    { name: "Uppercase/lowercase", error: `"Uppercase" is not a repository name: ${lower}` },
    { name: "docker/Docker", error: `"Docker" is not a repository name: ${lower}` },
    { name: "test:5000/Uppercase/lowercase", error: `"Uppercase" is not a repository name: ${lower}` },
    { name: "-docker", error: `"-docker" is not a repository name: ${separators}` },
    { name: "docker-/docker", error: `"docker-" is not a repository name: ${separators}` },
    { name: "____/____", error: `"____" is not a repository name: ${separators}` },
    { name: "_docker/_docker", error: `"_docker" is not a repository name: ${separators}` },
    { name: "docker.io/dock..er/docker", error: `"dock..er" is not a repository name: ${separators}` },
    { name: "a/dock_.er", error: `"dock_.er" is not a repository name: ${separators}` },
    { name: "a/dock___er", error: `"dock___er" is not a repository name: ${separators}` },
    { name: "aa/asdf$$^/aa", error: `"asdf$$^" is not a repository name: ${separators}` },
    { name: "docker/", error: '"" is not a repository name: it is empty' },
    { name: "docker///docker", error: '"" is not a repository name: it is empty' },
    { name: "/docker", error: '"" is not a repository name: it is empty' },
    { name: "registry.example.com/../../x", error: `".." is not a repository name: ${separators}` },
    { name: "a/../../b", error: `".." is not a repository name: ${separators}` },
    { name: "x:5000", error: `"x:5000" is not a repository name: ${separators}` },
    { name: `a/x@${SHA256.slice(0, 20)}`, error: `"x@${SHA256.slice(0, 20)}" is not a repository name: ${separators}` },
    { name: "../x", error: '".." is not a registry host' },
    { name: "-docker.io/docker/docker", error: '"-docker.io" is not a registry host' },
    { name: "a..b.com/x", error: '"a..b.com" is not a registry host' },
    { name: "a.-b.com/x", error: '"a.-b.com" is not a registry host' },
    { name: "example.com./x", error: '"example.com." is not a registry host' },
    { name: "foo_bar.com:8080/x", error: '"foo_bar.com:8080" is not a registry host' },
    { name: "https://example.com/x", error: '"https:" is not a registry host' },
    { name: "fc00::1:5000/debian", error: '"fc00::1:5000" is not a registry host' },
    { name: "[fe80::1%eth0]:5000/debian", error: '"[fe80::1%eth0]:5000" is not a registry host' },
    { name: "[2001:db8::192.0.2.33]:5000/x", error: '"[2001:db8::192.0.2.33]:5000" is not a registry host' },
    { name: "[fc00::1]", error: `"[fc00::1]" is not a repository name: ${separators}` },
    { name: "evil.com#/x", error: '"evil.com#" is not a registry host' },
    { name: "user@evil.com/x", error: '"user@evil.com" is not a registry host' },
    { name: "test:500000/x", error: '"test:500000" is not a registry host' },
    { name: "a".repeat(64), error: "the name is an image's ID, not a repository" },
    { name: "a/b\n", error: `"b\n" is not a repository name: ${separators}` },
    { name: "é/b", error: `"é" is not a repository name: ${separators}` },
    { name: "A".repeat(100), error: `"${"A".repeat(80)}…" is not a repository name: ${lower}` },
  ];
  for (const { name, error } of refusals) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      assert.deepEqual(parseRepository(name), { kind: "error", error });
    });
  }

  it("takes a path of 255 characters and refuses one of 256, whatever the host's length", () => {
    const name = `registry.example.com/${"a".repeat(255)}`;
    assert.equal(pathOf(repositoryOf(name)).length, 255);
    const error = "the repository's path is longer than 255 characters";
    assert.deepEqual(parseRepository(`${name}a`), { kind: "error", error });
    assert.equal(pathOf(repositoryOf("a".repeat(247))).length, 255);
    assert.deepEqual(parseRepository("a".repeat(248)), { kind: "error", error });
  });

  it("takes a host of 259 characters, the longest DNS name with a port, and refuses one of 260", () => {
    const host = `${"a.".repeat(126)}a:65535`;
    assert.equal(hostOf(repositoryOf(`${host}/x`)).length, 259);
    assert.equal(parseRepository(`a${host}/x`).kind, "error");
  });

  it("gives a canonical spelling that is its own", () => {
    for (const { name } of cases) {
      const repository = repositoryOf(name);
      assert.equal(repositoryOf(repository), repository);
    }
  });

  it("decides about hostile megabytes at once", () => {
    const started = performance.now();
    for (const name of [
      "a.".repeat(500_000),
      `${"a-".repeat(500_000)}/x`,
      "a/".repeat(500_000),
      `a.${"-".repeat(500_000)}/`,
    ])
      assert.equal(parseRepository(name).kind, "error");
    assert.ok(performance.now() - started < 1000);
  });
});
