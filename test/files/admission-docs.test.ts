import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../scripts/control-plane/run.ts";
import { createAdmissionMetrics } from "../../src/telemetry/admission-metrics.ts";

const root = join(import.meta.dirname, "../..");
const file = join(root, "docs/admission.md");

describe("docs/admission.md", () => {
  let document: string;
  let listings: readonly string[];
  before(async () => {
    document = await readFile(file, "utf8");
    listings = [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, body = ""]) => body);
  });

  it("has listings that type-check against the public entry, as strictly as this project", async function () {
    this.timeout(120_000);
    assert.ok(listings.length >= 8, String(listings.length));
    const folder = await mkdtemp(join(tmpdir(), "imagehook-listings-"));
    try {
      await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
      await writeFile(
        join(folder, "tsconfig.json"),
        JSON.stringify({
          extends: join(root, "tsconfig.json"),
          compilerOptions: {
            types: ["node"],
            typeRoots: [join(root, "node_modules/@types")],
            paths: { "imagehook/admission": [join(root, "src/admission.ts")] },
          },
          include: ["*.ts"],
        }),
      );
      for (const [index, text] of listings.entries()) await writeFile(join(folder, `${String(index)}.ts`), text);
      const { stdout } = await run("tsc", ["-p", folder, "--pretty", "false"]);
      assert.equal(stdout, "");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("sets the chapter's five listings beside ours", () => {
    for (const number of ["3-46", "3-47", "3-48", "3-49", "3-50"]) assert.ok(document.includes(number), number);
    assert.equal(document.match(/^```go$/gm)?.length, 4);
  });

  it("names the metrics that there are", async () => {
    const { text } = await createAdmissionMetrics().show();
    const names = [...text.matchAll(/^# TYPE (imagehook_admission_\w+) /gm)].map(([, name = ""]) => name);
    const told = [...document.matchAll(/`(imagehook_admission_\w+)\{/g)].map(([, name = ""]) => name);
    assert.deepEqual(told.sort(), names.sort());
  });

  it("leads to files that are there", async () => {
    const links = [...document.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, path = ""]) => join(root, "docs", path));
    assert.ok(links.length >= 2);
    for (const link of links) assert.ok((await stat(link)).isFile(), link);
  });
});
