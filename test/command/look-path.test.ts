import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { lookPath } from "../../src/command/look-path.ts";

describe("lookPath(name, directory, path)", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-look-path-"));
    for (const name of ["a", "b"]) {
      await mkdir(join(folder, name, "sub"), { recursive: true });
      for (const program of ["both", `only-${name}`, "sub/deep"]) {
        await writeFile(join(folder, name, program), "#!/bin/sh\n");
        await chmod(join(folder, name, program), 0o755);
      }
      await writeFile(join(folder, name, "data"), "");
      await chmod(join(folder, name, "data"), 0o644);
    }
    await chmod(join(folder, "a", "only-a"), 0o755);
  });
  after(() => rm(folder, { recursive: true }));

  const at = (place: string): string => join(folder, place);
  const cases: readonly { when: string; name: string; directory?: string; path?: string; found: string | null }[] = [
    { when: "a bare name in the first folder that has it", name: "both", path: "a:b", found: "a/both" },
    { when: "a bare name in a later folder", name: "only-b", path: "a:b", found: "b/only-b" },
    { when: "a bare name past empty folders of PATH", name: "only-b", path: "::b:", found: "b/only-b" },
    { when: "no bare name without PATH", name: "both", path: "", found: null },
    { when: "no bare name that lies beside, not in PATH", name: "only-b", path: "a", found: null },
    { when: "no file that cannot be executed", name: "data", path: "a:b", found: null },
    { when: "no folder", name: "sub", path: "a:b", found: null },
    { when: "a name in the directory, not in PATH", name: "both", directory: "b", path: "a", found: "b/both" },
    { when: "no name in PATH where there is a directory", name: "only-a", directory: "b", path: "a", found: null },
    { when: "a path below the directory", name: "sub/deep", directory: "a", found: "a/sub/deep" },
    { when: "a path above the directory", name: "../b/both", directory: "a", found: "b/both" },
    { when: "a path with a dot", name: "./both", directory: "a", found: "a/both" },
    { when: "an absolute path, whatever the directory", name: "/a/both", directory: "b", found: "a/both" },
    { when: "no absolute path that is not there", name: "/a/none", directory: "a", found: null },
  ];
  for (const { when, name, directory, path = "", found } of cases) {
    it(`finds ${when}`, async () => {
      const folders = path.split(":").map((each) => (each === "" ? "" : at(each)));
      const result = await lookPath(
        name.startsWith("/") ? at(name) : name,
        directory === undefined ? "" : at(directory),
        folders.join(":"),
      );
      assert.equal(result.kind === "ok" ? result.value : null, found === null ? null : at(found));
    });
  }

  it("finds a relative path from where the service runs", async () => {
    const name = relative(process.cwd(), at("a/both"));
    assert.deepEqual(await lookPath(name, "", ""), { kind: "ok", value: name });
  });

  it("says where the arguments belong when a name has a blank", async () => {
    const { kind, ...rest } = await lookPath("echo a", "", at("a"));
    assert.equal(kind, "error");
    assert.deepEqual(rest, {
      error: '"echo a" is no program in PATH; arguments belong into pass-arguments-to-command',
    });
  });
});
