import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBodySignature } from "../../../../../src/core/hook/callers/body-signature.ts";
import type { HmacAlgorithm } from "../../../../../src/core/hook/signature.ts";

interface Vector {
  readonly alg: HmacAlgorithm;
  readonly secret: string;
  readonly body?: string;
  readonly bodyFile?: string;
  readonly hex: string;
}

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../../fixtures/registry/${name}`, import.meta.url));
const { vectors } = JSON.parse(fixture("signatures.json").toString("utf8")) as { readonly vectors: readonly Vector[] };
const bodyOf = ({ body = "", bodyFile }: Vector): Buffer =>
  bodyFile === undefined ? Buffer.from(body) : fixture(bodyFile);
const withLast = (text: string, last: string): string => `${text.slice(0, -1)}${last}`;

describe("isBodySignature(sent, body, {algorithm, secrets})", () => {
  it("has vectors of every algorithm, GitHub's and Nexus' among them", () => {
    assert.deepEqual([...new Set(vectors.map(({ alg }) => alg))].sort(), ["sha1", "sha256", "sha512"]);
    assert.ok(vectors.some(({ body }) => body === "Hello, World!"));
    assert.ok(vectors.some(({ bodyFile }) => bodyFile === "nexus.json"));
  });

  for (const vector of vectors) {
    const { alg: algorithm, secret, hex } = vector;
    const body = bodyOf(vector);
    const base64 = Buffer.from(hex, "hex").toString("base64");
    const other = hex.endsWith("0") ? "1" : "0";
    const takes = (sent: string, secrets: readonly string[] = [secret], bytes = body): boolean =>
      isBodySignature(sent, bytes, { algorithm, secrets });

    describe(`${algorithm} of ${String(body.length)} bytes`, () => {
      for (const [when, sent] of [
        ["hexadecimal digits", hex],
        ["digits in upper case", hex.toUpperCase()],
        ["digits behind the algorithm", `${algorithm}=${hex}`],
        ["base64", base64],
        ["base64 behind the algorithm", `${algorithm}=${base64}`],
      ] as const) {
        it(`takes ${when}`, () => {
          assert.equal(takes(sent), true);
          assert.equal(takes(sent, ["another secret", secret]), true);
        });
      }

      for (const [when, sent] of [
        ["another last digit", withLast(hex, other)],
        ["a digit less", hex.slice(0, -1)],
        ["half of the digits", hex.slice(0, hex.length / 2)],
        ["a digit more", `${hex}0`],
        ["a letter that is no digit", withLast(hex, "g")],
        ["nothing", ""],
        ["the prefix alone", `${algorithm}=`],
        ["another algorithm before it", `${algorithm === "sha1" ? "sha256" : "sha1"}=${hex}`],
        ["the prefix in upper case", `${algorithm.toUpperCase()}=${hex}`],
        ["a blank before it", ` ${hex}`],
        ["the signature twice", `${hex},${hex}`],
        ["base64 without a character", base64.slice(1)],
        ["base64 of another digest", Buffer.from(withLast(hex, other), "hex").toString("base64")],
        ["base64 of one byte more", Buffer.from(`${hex}00`, "hex").toString("base64")],
        ["the secret", secret],
      ] as const) {
        it(`refuses ${when}`, () => {
          assert.equal(takes(sent), false);
        });
      }

      it("refuses it with other secrets, or with none", () => {
        assert.equal(takes(hex, ["another secret", secret.toUpperCase(), secret.slice(1)]), false);
        assert.equal(takes(hex, []), false);
      });

      it("refuses it for another body", () => {
        assert.equal(takes(hex, [secret], Buffer.concat([body, Buffer.from("\n")])), false);
      });
    });
  }
});
