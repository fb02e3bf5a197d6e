import assert from "node:assert/strict";
import { parseSentReference } from "../../../../src/core/image/sent-reference.ts";

describe("parseSentReference(text)", () => {
  const cases: readonly (readonly [text: string, host: string, path: string, tag?: string, digest?: string])[] = [
    ["registry.example.com/acme/website", "registry.example.com", "acme/website"],
    ["registry.example.com/acme/website:v1", "registry.example.com", "acme/website", "v1"],
    ["registry.example.com:5000/website:v1", "registry.example.com:5000", "website", "v1"],
    ["registry.example.com/website@sha256:ab", "registry.example.com", "website", "", "sha256:ab"],
    ["registry.example.com/website:v1@sha256:ab", "registry.example.com", "website", "v1", "sha256:ab"],
    ["[::1]:5000/website:v1", "[::1]:5000", "website", "v1"],
    ["[::1]/website", "[::1]", "website"],
    ["localhost/Website:V1", "localhost", "Website", "V1"],
    ["LOCALHOST/website", "LOCALHOST", "website"],
    ["https://registry.example.com/acme/website:v1", "registry.example.com", "acme/website", "v1"],
    ["HTTP://registry/acme/website", "registry", "acme/website"],
    ["https://registry.example.com:443", "registry.example.com:443", ""],
    ["https://", "", ""],
    ["acme/website:v1", "", "acme/website", "v1"],
    ["website", "", "website"],
    ["website:v1", "", "website", "v1"],
    ["registry.example.com:5000", "", "registry.example.com", "5000"],
    ["registry.example.com/website:", "registry.example.com", "website"],
    ["registry.example.com/website@", "registry.example.com", "website"],
    ["registry.example.com/a:b:c", "registry.example.com", "a", "b:c"],
    ["registry.example.com/a@b@c", "registry.example.com", "a", "", "b@c"],
    ["user:pass@registry.example.com/a", "user:pass@registry.example.com", "a"],
    ["registry.example.com/a@b/c", "registry.example.com", "a@b/c"],
    ["registry.example.com/a:b/c", "registry.example.com", "a:b/c"],
    ["registry.example.com//a", "registry.example.com", "/a"],
    ["ftp://registry.example.com/a", "ftp:", "/registry.example.com/a"],
    ["/a", "", "/a"],
    ["", "", ""],
  ];
  for (const [text, host, path, tag = "", digest = ""] of cases) {
    it(`takes ${JSON.stringify(text)} apart`, () => {
      assert.deepEqual(parseSentReference(text), { host, path, tag, digest });
    });
  }
});
