import assert from "node:assert/strict";
import { hostOf, parseReference, pathOf } from "../../../../src/core/image/reference.ts";

// What github.com/distribution/reference 0.6 makes of each text (ParseNormalizedNamed), as its own tests state it, with
// values of our own; below stand the texts that we take otherwise, each with the reason.
const HEX = "3b1f7c90".repeat(8);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;

interface Vector {
  readonly text: string;
  readonly host?: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const taken: readonly Vector[] = [
  { text: "web", path: "library/web" },
  { text: "web_app", path: "library/web_app" },
  { text: "web:latest", path: "library/web", tag: "latest" },
  { text: `web@${SHA256}`, path: "library/web", digest: SHA256 },
  { text: `web:latest@${SHA256}`, path: "library/web", tag: "latest", digest: SHA256 },
  { text: "docker.io/web", path: "library/web" },
  { text: "docker.io/library/web", path: "library/web" },
  { text: "index.docker.io/web", path: "library/web" },
  { text: "index.docker.io/library/web", path: "library/web" },
  { text: "index.docker.io/team/web", path: "team/web" },
  { text: "library/web", path: "library/web" },
  { text: "library/web/extra", path: "library/web/extra" },
  { text: "docker.io/library/web/extra", path: "library/web/extra" },
  { text: "store/team/web", path: "store/team/web" },
  { text: "team/library", path: "team/library" },
  { text: "nonlibrary/web", path: "nonlibrary/web" },
  { text: "library/web-12.04-base", path: "library/web-12.04-base" },
  { text: "t/w", path: "t/w" },
  { text: "web_app/x", path: "web_app/x" },
  { text: "team---x/web", path: "team---x/web" },
  { text: "te__am/web", path: "te__am/web" },
  { text: "lower:UPPER", path: "library/lower", tag: "UPPER" },
  { text: "web.example.com", path: "library/web.example.com" },
  { text: "web.example.com:v1", path: "library/web.example.com", tag: "v1" },
  { text: "web.example.com:5000", path: "library/web.example.com", tag: "5000" },
  { text: "web_app.example.com:8080", path: "library/web_app.example.com", tag: "8080" },
  { text: "team/web_app.example.com:8080", path: "team/web_app.example.com", tag: "8080" },
  { text: "10.0.0.1", path: "library/10.0.0.1" },
  { text: "10.0.0.1:v1", path: "library/10.0.0.1", tag: "v1" },
  { text: "10.0.0.1:5000", path: "library/10.0.0.1", tag: "5000" },
  { text: "10.0.0.1/web", host: "10.0.0.1", path: "web" },
  { text: "10.0.0.1:5000/web", host: "10.0.0.1:5000", path: "web" },
  { text: "10.0.0.1:5000/web:5050", host: "10.0.0.1:5000", path: "web", tag: "5050" },
  { text: "10.0.0.1:8/library/web", host: "10.0.0.1:8", path: "library/web" },
  { text: "r.example.com/web:v1", host: "r.example.com", path: "web", tag: "v1" },
  { text: "registry:5000/web", host: "registry:5000", path: "web" },
  { text: "registry:5000/web:v1", host: "registry:5000", path: "web", tag: "v1" },
  { text: `registry:5000/web@${SHA256}`, host: "registry:5000", path: "web", digest: SHA256 },
  { text: `registry:5000/web:v1@${SHA256}`, host: "registry:5000", path: "web", tag: "v1", digest: SHA256 },
  { text: "my-registry:8080/web", host: "my-registry:8080", path: "web" },
  { text: "sub-1.example.com/a/b/c:some-long-tag", host: "sub-1.example.com", path: "a/b/c", tag: "some-long-tag" },
  {
    text: "r.example.com/a.example.com/web:a.example.com",
    host: "r.example.com",
    path: "a.example.com/web",
    tag: "a.example.com",
  },
  { text: "xn--n3h.example/web:xn--n3h.example", host: "xn--n3h.example", path: "web", tag: "xn--n3h.example" },
  {
    text: `xn--n3h.example:18080/web:v1@${SHA512}`,
    host: "xn--n3h.example:18080",
    path: "web",
    tag: "v1",
    digest: SHA512,
  },
  { text: "localhost/web", host: "localhost", path: "web" },
  { text: "[fd00::1]/web", host: "[fd00::1]", path: "web" },
  { text: "[fd00:1:2:3:4:5:6:7]/web:v1", host: "[fd00:1:2:3:4:5:6:7]", path: "web", tag: "v1" },
  { text: "[fd00::]:5000/web", host: "[fd00::]:5000", path: "web" },
  { text: "[::1]:5000/web", host: "[::1]:5000", path: "web" },
  { text: `[fd00::1]:5000/a/web:v1@${SHA256}`, host: "[fd00::1]:5000", path: "a/web", tag: "v1", digest: SHA256 },
  { text: `docker.io/${HEX}`, path: `library/${HEX}` },
  { text: `${HEX}:v1`, path: `library/${HEX}`, tag: "v1" },
  { text: `${HEX}@${SHA256}`, path: `library/${HEX}`, digest: SHA256 },
  { text: SHA256, path: "library/sha256", tag: HEX },
  { text: HEX.slice(1), path: `library/${HEX.slice(1)}` },
  {
    text: "thisnameoffoursixtysixcharactersisnotahexadecimalidofanimageokay",
    path: "library/thisnameoffoursixtysixcharactersisnotahexadecimalidofanimageokay",
  },
  { text: `a.example.com/${"p".repeat(255)}:v1`, host: "a.example.com", path: "p".repeat(255), tag: "v1" },
  {
    text: `a.example.com/${"p/".repeat(127)}p:${"t".repeat(128)}`,
    host: "a.example.com",
    path: `${"p/".repeat(127)}p`,
    tag: "t".repeat(128),
  },
];

const refused: readonly string[] = [
  "",
  ":v1",
  `@${SHA256}`,
  HEX,
  "web@sha256:3b1f",
  `web@unknown:${HEX}`,
  `web@sha256:${HEX.toUpperCase()}`,
  `web@${SHA256}:v1`,
  "web:-v1",
  `web:${"t".repeat(129)}`,
  "Web:v1",
  "team/Web",
  "docker.io/team/Web",
  "registry:5000/Team/web:v1",
  `a.example.com/${"p".repeat(256)}:v1`,
  `${"long_".repeat(60)}name/web`,
  "te/am$$^/web",
  "https://github.com/team/web",
  "-web",
  "-team/web",
  "team-/web",
  "-team-/web",
  "_team/_web",
  "____/____",
  "te..am/web",
  "te_.am/web",
  "te-.am/web",
  "te___am/web",
  "-r.example.com/team/web",
  "team///web",
  "docker.io/team///web",
  "team/",
  "[fd00::1]",
  "[fd00::1]:5000",
  "[fd00::1]:v1",
  "fd00::1:5000/web",
  "[fe80::1%eth0]:5000/web",
  "[fe80::1%@zone]:5000/web",
  "[fd00:3:4::10.0.0.1]:5000/web",
];

// The algorithms are those that the OCI image specification registers and every registry takes. A host is one however
// its letters are written, and Docker Hub however it is called; what follows must not hang on the spelling.
const otherwise: readonly { readonly text: string; readonly why: string; readonly ours: string | null }[] = [
  { text: `web@sha384:${HEX}${HEX.slice(32)}`, why: "sha384 is known to Go, not registered by OCI", ours: null },
  { text: "Team/web", why: "upper case alone would make a host of a user's name", ours: null },
  { text: "TEAM/web", why: "upper case alone would make a host of a user's name", ours: null },
  { text: "R.Example.COM/web", why: "a host's case says nothing", ours: "r.example.com/web" },
  { text: "[FD00::1]:5000/web", why: "a host's case says nothing", ours: "[fd00::1]:5000/web" },
  { text: "LOCALHOST/web", why: "a host's case says nothing", ours: "localhost/web" },
  { text: "Index.Docker.io/web", why: "a host's case says nothing", ours: "docker.io/library/web" },
  { text: "registry-1.docker.io/web", why: "it is Docker Hub's API", ours: "docker.io/library/web" },
  { text: "registry.hub.docker.com/t/web", why: "it is Docker Hub's API", ours: "docker.io/t/web" },
  { text: "web_app.example.com/web", why: "no host has an underscore, and a name without one is none", ours: null },
  { text: "registry:123456/web", why: "no port has six digits", ours: null },
  { text: `[${":".repeat(46)}]/web`, why: "no address has so many characters", ours: null },
  { text: `${"a.".repeat(130)}a/web`, why: "no DNS name is so long", ours: null },
];

describe("parseReference(text) beside distribution/reference", () => {
  for (const { text, host = "docker.io", path, tag = null, digest = null } of taken) {
    it(`takes ${text} as it does`, () => {
      const parsed = parseReference(text);
      if (parsed.kind === "error") assert.fail(parsed.error);
      const { repository, ...rest } = parsed.value;
      assert.deepEqual([hostOf(repository), pathOf(repository), rest.tag, rest.digest], [host, path, tag, digest]);
    });
  }

  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)} as it does`, () => {
      assert.equal(parseReference(text).kind, "error");
    });
  }

  for (const { text, why, ours } of otherwise) {
    it(`${ours === null ? "refuses" : "takes"} ${text} other than it: ${why}`, () => {
      const parsed = parseReference(text);
      assert.equal(parsed.kind === "ok" ? parsed.value.repository : null, ours);
    });
  }
});
