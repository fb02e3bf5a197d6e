import assert from "node:assert/strict";
import { parsePrefix } from "../../../../src/core/image/host-alias.ts";

describe("parsePrefix(text)", () => {
  const cases = [
    { text: "docker.io", host: "docker.io", path: "" },
    { text: "index.docker.io", host: "docker.io", path: "" },
    { text: "registry.hub.docker.com", host: "docker.io", path: "" },
    { text: "docker.io/library", host: "docker.io", path: "library" },
    { text: "registry-1.docker.io/team", host: "docker.io", path: "team" },
    { text: "Mirror.Corp/hub", host: "mirror.corp", path: "hub" },
    { text: "mirror.corp:5000/a/b-c", host: "mirror.corp:5000", path: "a/b-c" },
    { text: "[fd00::1]:5000/hub", host: "[fd00::1]:5000", path: "hub" },
    { text: "localhost", host: "localhost", path: "" },
    { text: "10.0.0.1:5000", host: "10.0.0.1:5000", path: "" },
  ];
  for (const { text, ...value } of cases) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parsePrefix(text), { kind: "ok", value });
    });
  }

  const notAHost = (host: string): string => `"${host}" is not a registry's host alone`;
  const refusals = [
    { text: "", error: notAHost("") },
    { text: "harbor", error: notAHost("harbor") },
    { text: "harbor/hub", error: notAHost("harbor") },
    { text: "https://mirror.corp/hub", error: notAHost("https:") },
    { text: "*.mirror.corp", error: notAHost("*.mirror.corp") },
    { text: "mirror.corp@evil.com", error: notAHost("mirror.corp@evil.com") },
    { text: "mirror.corp/", error: '"" is not a repository name: it is empty' },
    { text: "mirror.corp/hub/", error: '"" is not a repository name: it is empty' },
    { text: "mirror.corp/Hub", error: '"Hub" is not a repository name: repository names are lower case' },
    {
      text: "mirror.corp/..",
      error: '".." is not a repository name: letters, digits and single separators . _ - between them are allowed',
    },
    {
      text: "mirror.corp/hub:1",
      error: '"hub:1" is not a repository name: letters, digits and single separators . _ - between them are allowed',
    },
    { text: `mirror.corp/${"a".repeat(251)}`, error: "the repository's path is longer than 255 characters" },
  ];
  for (const { text, error } of refusals) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parsePrefix(text), { kind: "error", error });
    });
  }
});
