import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../scripts/control-plane/run.ts";
import { installPackage } from "../support/packed-package.ts";

// A webhook as somebody else writes it: it is type-checked and run.
const USER = `
import { createAdmissionServer, createManager, denied, manifestsFor, printManifests, validating } from "imagehook/admission";

const server = createAdmissionServer({ port: 8443 });
server.register("/validating", validating(() => denied("none shall pass!")), {
  rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] }],
});
const manager = createManager({ signals: false });
manager.add(server);
await manager.start(AbortSignal.abort());
const text: string = printManifests(manifestsFor(server, { name: "none-shall-pass", namespace: "web" }));
console.log(text);
`;

const WRONG = `
import { denied, validating, type AdmissionServer } from "imagehook/admission";

export const wrong = (server: AdmissionServer): void => {
  server.register(8443, validating(() => denied("none shall pass!")));
  server.register("/validating", validating(() => ({ allowed: true, patch: [] })));
};
`;

const RESOLUTIONS = [
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
] as const;

describe("npm pack, in an empty project", function () {
  this.timeout(180_000);
  let project: string;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), "imagehook-project-"));
    await writeFile(join(project, "package.json"), JSON.stringify({ name: "webhook", private: true, type: "module" }));
    await writeFile(join(project, "user.ts"), USER);
    await writeFile(join(project, "wrong.ts"), WRONG);
    await installPackage(project);
  });
  after(() => rm(project, { recursive: true, force: true }));

  // Nothing of the checkout's configuration: what a plain strict project sees, the types of dependencies included.
  const check = ([module, resolution]: readonly [string, string], file: string): Promise<{ stdout: string }> =>
    run(
      "tsc",
      ["--noEmit", "--strict", "--target", "es2024", "--module", module, "--moduleResolution", resolution].concat([
        "--types",
        "node",
        "--pretty",
        "false",
        file,
      ]),
      { cwd: project },
    );

  for (const resolution of RESOLUTIONS)
    it(`type-checks by ${resolution[1]} resolution, without a fault in any declaration`, async () => {
      assert.equal((await check(resolution, "user.ts")).stdout, "");
    });

  for (const resolution of RESOLUTIONS)
    it(`refuses wrong calls by ${resolution[1]} resolution, so its types are really there`, async () => {
      await assert.rejects(check(resolution, "wrong.ts"), (error: Error) => {
        const lines = [...error.message.matchAll(/^wrong\.ts\((\d+),\d+\): error TS(\d+)/gm)].map(([, line]) => line);
        assert.deepEqual(lines, ["5", "6"], error.message);
        return true;
      });
    });

  it("runs on Node without its sources, and makes manifests", async () => {
    const { stdout } = await run(process.execPath, ["user.ts"], { cwd: project, env: { PATH: process.env["PATH"] } });
    assert.match(stdout, /^kind: ValidatingWebhookConfiguration$/m);
    const shipped = await readdir(join(project, "node_modules", "imagehook"));
    assert.deepEqual(shipped.sort(), ["LICENSE", "README.md", "dist", "package.json"]);
  });

  it("shows nothing but its entry", async () => {
    const script = 'await import("imagehook/dist/main.js")';
    await assert.rejects(
      run(process.execPath, ["--input-type=module", "-e", script], { cwd: project }),
      /ERR_PACKAGE_PATH/,
    );
  });
});
