import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { textOf } from "./expansion.ts";

// What Go 1.26's text/template makes of each template, with getenv, cat and credential over these variables and files;
// null where it refuses the template.
const go = JSON.parse(readFileSync(new URL("go-results.json", import.meta.url), "utf8")) as {
  readonly variables: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly results: readonly (readonly [template: string, text: string | null])[];
};

describe("expandTemplate(text, environment): as Go does", () => {
  for (const [template, expected] of go.results) {
    it(`${expected === null ? "refuses" : "expands"} ${JSON.stringify(template)}`, () => {
      assert.equal(textOf(template, go), expected);
    });
  }

  it("knows enough of both kinds", () => {
    const refused = go.results.filter(([, expected]) => expected === null).length;
    assert.ok(refused > 100 && go.results.length - refused > 250, `${String(refused)} of ${String(go.results.length)}`);
  });
});
