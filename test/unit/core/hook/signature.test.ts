import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { isSigned, scalrFault, type HmacAlgorithm } from "../../../../src/core/hook/signature.ts";

const body = Buffer.from('{ "odd":   "spacing", "ü": 1 }');
const secret = "a shared secret";
const hex = (algorithm: string, ...parts: readonly (string | Buffer)[]): string => {
  const mac = createHmac(algorithm, secret);
  for (const part of parts) mac.update(part);
  return mac.digest("hex");
};
const right = hex("sha256", body);

describe("isSigned(body, signature, {algorithm, secret})", () => {
  const cases: readonly { when: string; signature: string; signed: boolean }[] = [
    { when: "the digits alone", signature: right, signed: true },
    { when: "the digits with the algorithm before them", signature: `sha256=${right}`, signed: true },
    { when: "upper-case digits", signature: right.toUpperCase(), signed: false },
    { when: "another body's signature", signature: hex("sha256", "x"), signed: false },
    { when: "another algorithm's prefix", signature: `sha1=${right}`, signed: false },
    { when: "nothing", signature: "", signed: false },
    { when: "the prefix alone", signature: "sha256=", signed: false },
    { when: "one of several", signature: `sha1=${hex("sha1", body)},sha256=${right}`, signed: true },
    { when: "the second of two of one algorithm", signature: `sha256=00,sha256=${right}`, signed: true },
    { when: "one of several without its prefix", signature: `sha256=00,${right}`, signed: false },
    { when: "one of several behind a blank", signature: `sha256=00, sha256=${right}`, signed: false },
    { when: "a comma alone", signature: ",", signed: false },
  ];
  for (const { when, signature, signed } of cases) {
    it(`${signed ? "takes" : "refuses"} ${when}`, () => {
      assert.equal(isSigned(body, signature, { algorithm: "sha256", secret }), signed);
    });
  }

  for (const algorithm of ["sha1", "sha256", "sha512"] satisfies readonly HmacAlgorithm[]) {
    it(`knows ${algorithm}, over the raw bytes and with the right secret only`, () => {
      const signature = hex(algorithm, body);
      assert.equal(isSigned(body, signature, { algorithm, secret }), true);
      assert.equal(
        isSigned(Buffer.from(JSON.stringify(JSON.parse(body.toString()))), signature, { algorithm, secret }),
        false,
      );
      assert.equal(isSigned(body, signature, { algorithm, secret: "another" }), false);
    });
  }
});

describe("scalrFault(body, signature)", () => {
  const date = "Sun 22 Nov 2026 12:00:00 UTC";
  const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);
  const sign = (moment: string): string => hex("sha1", body, moment);
  const cases: readonly { when: string; date: string; signature: string; now: Date; why: string | null }[] = [
    { when: "a fresh signature", date, signature: sign(date), now: at("12:00:00"), why: null },
    { when: "one of five minutes ago", date, signature: sign(date), now: at("12:05:00"), why: null },
    { when: "one of more than five minutes ago", date, signature: sign(date), now: at("12:05:01"), why: "outdated" },
    { when: "one of the future", date, signature: sign(date), now: at("11:54:59"), why: "outdated" },
    { when: "another body's", date, signature: hex("sha1", "x", date), now: at("12:00:00"), why: "wrong" },
    { when: "another date's", date, signature: sign("x"), now: at("12:00:00"), why: "wrong" },
    {
      when: "a date of another form",
      date: "2026-11-22",
      signature: sign("2026-11-22"),
      now: at("12:00:00"),
      why: "not a date",
    },
    {
      when: "a day that there is not",
      date: "Sun 22 Xyz 2026 12:00:00 UTC",
      signature: sign("Sun 22 Xyz 2026 12:00:00 UTC"),
      now: at("12:00:00"),
      why: "not a date",
    },
  ];
  for (const { when, date: given, signature, now, why } of cases) {
    it(`${why === null ? "takes" : "refuses"} ${when}`, () => {
      const verdict = scalrFault(body, { signature, date: given, secret, now });
      assert.equal(verdict, why);
    });
  }
});
