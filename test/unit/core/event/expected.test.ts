import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Readable } from "node:stream";
import { readParse, runParse } from "../../../../src/cli/parse-body.ts";
import type { Said } from "../../../../src/cli/read-words.ts";
import { EXPECTED, type ExpectedBody } from "./expected-bodies.ts";

const FOLDER = new URL("../../../fixtures/registry/", import.meta.url);

function parse(registry: string, { file, headers, host }: ExpectedBody, ...more: readonly string[]): Promise<Said> {
  const lines = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
  const path = fileURLToPath(new URL(file, FOLDER));
  const argv = ["--registry", registry, "--body", path, "--registry-host", host, ...lines, ...more];
  const command = readParse(argv);
  if (command.kind === "said") assert.fail(command.text);
  return runParse(command, Readable.from([]));
}

interface Printed {
  readonly outcome: string;
  readonly reason?: string;
  readonly field?: string;
  readonly images?: readonly Readonly<Record<string, unknown>>[];
}

const KEYS = {
  push: ["outcome", "images"],
  ignore: ["outcome", "reason"],
  reject: ["outcome", "reason", "field"],
} as const;

function assertExpected({ text, exitCode }: Said, { outcome, images }: ExpectedBody): void {
  const printed = JSON.parse(text) as Printed;
  assert.equal(printed.outcome, outcome, text);
  assert.deepEqual(Object.keys(printed), KEYS[outcome]);
  assert.equal(exitCode, outcome === "reject" ? 1 : 0);
  assert.notEqual(printed.reason, "");
  assert.notEqual(printed.field, "");
  assert.deepEqual(
    (printed.images ?? []).map(({ registry, repository, tag, digest }) => ({ registry, repository, tag, digest })),
    images,
  );
  for (const { pushedAt = "2026-11-22T10:00:00.000Z", delivery = "-" } of printed.images ?? []) {
    assert.match(String(pushedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(String(delivery), /^[\x21-\x7e]{1,128}$/);
  }
}

describe("imagehook parse of every body that registries send", () => {
  for (const expected of EXPECTED) {
    const { file, provider, outcome, isTold } = expected;
    it(`reads ${file} as ${outcome} where the registry is ${provider}`, async () => {
      assertExpected(await parse(provider, expected, "--json"), expected);
    });

    if (isTold) {
      it(`tells whose ${file} is`, async () => {
        assertExpected(await parse("auto", expected, "--json"), expected);
      });
    } else {
      it(`cannot tell whose ${file} is, and says so`, async () => {
        const { text, exitCode } = await parse("auto", expected, "--json");
        const { outcome: said, field, reason = "" } = JSON.parse(text) as Printed;
        assert.deepEqual([said, field, exitCode], ["reject", "body", 1]);
        assert.match(reason, /say which it is/);
      });
    }

    it(`prints ${outcome} of ${file} for a person too`, async () => {
      const { text, exitCode } = await parse(provider, expected);
      assert.equal(exitCode, outcome === "reject" ? 1 : 0);
      assert.match(text, { push: /^✓ push, read as /, ignore: /^– ignored, /, reject: /^✗ rejected, / }[outcome]);
    });
  }

  it("leaves out no body of the folder", () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
    const listed = EXPECTED.map(({ file }) => file);
    assert.deepEqual(files.sort(), [...listed, "expected.json", "signatures.json"].sort());
  });
});
