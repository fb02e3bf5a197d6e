import assert from "node:assert/strict";
import { parseReference } from "../../../../src/core/image/reference.ts";

const SHA256 = `sha256:${"0123456789abcdef".repeat(4)}`;
const SHA512 = `sha512:${"0123456789abcdef".repeat(8)}`;

describe("parseReference(text)", () => {
  const cases = [
    { text: "test_com", name: "test_com", repository: "docker.io/library/test_com" },
    { text: "test.com:tag", name: "test.com", repository: "docker.io/library/test.com", tag: "tag" },
    { text: "test.com:5000", name: "test.com", repository: "docker.io/library/test.com", tag: "5000" },
    { text: "x:5000", name: "x", repository: "docker.io/library/x", tag: "5000" },
    { text: "registry:5000/x", name: "registry:5000/x", repository: "registry:5000/x" },
    { text: "test.com/repo:tag", name: "test.com/repo", repository: "test.com/repo", tag: "tag" },
    { text: "test:5000/repo:tag", name: "test:5000/repo", repository: "test:5000/repo", tag: "tag" },
    { text: `test:5000/repo@${SHA256}`, name: "test:5000/repo", repository: "test:5000/repo", digest: SHA256 },
    {
      text: `test:5000/repo:tag@${SHA256}`,
      name: "test:5000/repo",
      repository: "test:5000/repo",
      tag: "tag",
      digest: SHA256,
    },
    { text: "lowercase:Uppercase", name: "lowercase", repository: "docker.io/library/lowercase", tag: "Uppercase" },
    { text: "foo_bar.com:8080", name: "foo_bar.com", repository: "docker.io/library/foo_bar.com", tag: "8080" },
    { text: "foo/foo_bar.com:8080", name: "foo/foo_bar.com", repository: "docker.io/foo/foo_bar.com", tag: "8080" },
    { text: "192.168.1.1:5000", name: "192.168.1.1", repository: "docker.io/library/192.168.1.1", tag: "5000" },
    {
      text: "192.168.1.1:5000/repo:5050",
      name: "192.168.1.1:5000/repo",
      repository: "192.168.1.1:5000/repo",
      tag: "5050",
    },
    {
      text: `xn--7o8h.com/myimage:xn--7o8h.com@${SHA512}`,
      name: "xn--7o8h.com/myimage",
      repository: "xn--7o8h.com/myimage",
      tag: "xn--7o8h.com",
      digest: SHA512,
    },
    {
      text: `[2001:db8::1]:5000/repo:tag@${SHA256}`,
      name: "[2001:db8::1]:5000/repo",
      repository: "[2001:db8::1]:5000/repo",
      tag: "tag",
      digest: SHA256,
    },
    {
      text: "[2001:db8:1:2:3:4:5:6]/repo:tag",
      name: "[2001:db8:1:2:3:4:5:6]/repo",
      repository: "[2001:db8:1:2:3:4:5:6]/repo",
      tag: "tag",
    },
    {
      text: "Registry.Example.COM/team/app:v1",
      name: "Registry.Example.COM/team/app",
      repository: "registry.example.com/team/app",
      tag: "v1",
    },
    {
      text: `busybox:latest@${SHA256}`,
      name: "busybox",
      repository: "docker.io/library/busybox",
      tag: "latest",
      digest: SHA256,
    },
    {
      text: `${"a/".repeat(122)}a:over`,
      name: `${"a/".repeat(122)}a`,
      repository: `docker.io/${"a/".repeat(122)}a`,
      tag: "over",
    },
  ];
  for (const { text, name, repository, tag = null, digest = null } of cases) {
    it(`takes ${text} apart`, () => {
      assert.deepEqual(parseReference(text), { kind: "ok", value: { name, repository, tag, digest } });
    });
  }

  const refusals = [
    { text: "", error: "the repository is empty" },
    { text: ":justtag", error: "the repository is empty" },
    { text: `@${SHA256}`, error: "the repository is empty" },
    { text: "repo@sha256:fff", error: '"sha256:fff" is not a digest' },
    { text: `repo@invalid:${"f".repeat(64)}`, error: `"invalid:${"f".repeat(64)}" is not a digest` },
    { text: "repo@", error: '"" is not a digest' },
    { text: `repo@${SHA256}@${SHA256}`, error: `"${SHA256}@${SHA256}`.slice(0, 81) + '…" is not a digest' },
    { text: "repo:", error: '"" is not a tag' },
    { text: "repo:-tag", error: '"-tag" is not a tag' },
    { text: "[2001:db8::1]:tag", error: '"[2001:db8::1]" is not a repository name: ' },
    { text: "Uppercase:tag", error: '"Uppercase" is not a repository name: repository names are lower case' },
    { text: `${"a/".repeat(128)}a:tag`, error: "the repository's path is longer than 255 characters" },
    { text: "docker://example.com/x", error: '"docker:" is not a registry host' },
  ];
  for (const { text, error } of refusals) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseReference(text);
      assert.ok(parsed.kind === "error" && parsed.error.startsWith(error), JSON.stringify(parsed));
    });
  }
});
