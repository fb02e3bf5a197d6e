import assert from "node:assert/strict";
import { readPlainScalar } from "../../../../src/core/hook/plain-scalar.ts";

describe("readPlainScalar(source)", () => {
  // What adnanh/webhook 2.8.2 answers with as its response-message.
  const printed: Readonly<Record<string, string>> = {
    yes: "true",
    Yes: "true",
    YES: "true",
    on: "true",
    y: "true",
    Y: "true",
    True: "true",
    TRUE: "true",
    no: "false",
    off: "false",
    OFF: "false",
    n: "false",
    N: "false",
    false: "false",
    "010": "8",
    "0777": "511",
    "0o10": "8",
    "0O7": "7",
    "0x1F": "31",
    "0X1F": "31",
    "0b11": "3",
    "0B11": "3",
    "-010": "-8",
    "-0x1F": "-31",
    "+0x1F": "31",
    "08": "8",
    "09": "9",
    "00": "0",
    "1_000": "1000",
    "1__0": "10",
    "1_0.5": "10.5",
    "-0": "0",
    "+1": "1",
    "5": "5",
    "0": "0",
    "9223372036854775807": "9223372036854775807",
    "9223372036854775808": "9223372036854775808",
    "18446744073709551615": "18446744073709551615",
    "18446744073709551616": "1.8446744e+19",
    "-9223372036854775808": "-9223372036854775808",
    "-9223372036854775809": "-9.223372e+18",
    "123456789012345678901234567890": "1.2345679e+29",
    "1.0": "1",
    "1.50": "1.5",
    ".5": "0.5",
    "-.5": "-0.5",
    "+.5": "0.5",
    "1.": "1",
    "100.0": "100",
    "-0.0": "-0",
    "1e3": "1000",
    "-1e3": "-1000",
    "12e03": "12000",
    "1.5e+3": "1500",
    "1e5": "100000",
    "1e6": "1e+06",
    "1e21": "1e+21",
    "1234567.0": "1.234567e+06",
    "123456.789": "123456.79",
    "0.30000000000000004": "0.3",
    "0.0001": "0.0001",
    "0.00001": "1e-05",
    "1.25e-7": "1.25e-07",
    "0.1": "0.1",
    "0.0": "0",
    "1e39": "+Inf",
    "-1e39": "-Inf",
    ".inf": "+Inf",
    "+.Inf": "+Inf",
    "-.INF": "-Inf",
    ".nan": "NaN",
    ".NaN": "NaN",
  };
  for (const [source, expected] of Object.entries(printed)) {
    it(`reads ${source} as ${expected}`, () => {
      assert.equal(readPlainScalar(source), expected);
    });
  }

  for (const source of ["", "~", "null", "Null", "NULL"]) {
    it(`reads "${source}" as null`, () => {
      assert.equal(readPlainScalar(source), null);
    });
  }

  const kept = [
    "a",
    "tRUE",
    "nULL",
    "yEs",
    "1:30",
    "190:20:30",
    "2026-11-22",
    "2001-12-14t21:59:43.10-05:00",
    "1e400",
    "1e",
    "0x",
    "0o8",
    "0b12",
    "_1",
    ".5_0",
    ".",
    "+",
    "-",
    "1,000",
    "1.2.3",
    "-.nan",
    "=",
    "<<",
    "0xFFFFFFFFFFFFFFFFF",
    "constructor",
  ];
  for (const source of kept) {
    it(`keeps ${source}`, () => {
      assert.equal(readPlainScalar(source), source);
    });
  }
});
