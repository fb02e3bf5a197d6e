import type { Bytes } from "./bytes.ts";
import { binaryOf, exactDecimal, round, shortestDecimal, type Decimal } from "./decimal.ts";
import { pad, signOf, type Form } from "./form.ts";

const DEFAULT_PRECISION = 6;

type Write = (value: number, precision: number | null) => string;

const WRITES: ReadonlyMap<string, Write> = new Map<string, Write>([
  ["e", writeScientific],
  ["f", writeRounded],
  ["F", writeRounded],
  ["v", writeGeneral],
  ["g", writeGeneral],
  ["b", writeBinary],
  ["x", writeHex],
  ["E", (value, precision) => writeScientific(value, precision).toUpperCase()],
  ["G", (value, precision) => writeGeneral(value, precision).toUpperCase()],
  ["X", (value, precision) => writeHex(value, precision).toUpperCase()],
]);

/** Writes a float64, which is finite, by a verb of printf; null when the verb does not suit floats. */
export function formatFloat(value: number, verb: string, form: Form): Bytes | null {
  const write = WRITES.get(verb);
  if (write === undefined) return null;
  const unsigned = write(Math.abs(value), form.precision);
  const digits = form.sharp && verb !== "b" ? withPoint(unsigned, verb, form.precision) : unsigned;
  const sign = signOf(value < 0 || Object.is(value, -0), form);
  if (sign === "" || !form.zero || form.minus) return pad(sign + digits, form);
  return sign + pad(digits, { ...form, width: (form.width ?? 0) - 1 });
}

function writeScientific(value: number, precision: number | null): string {
  const places = precision ?? DEFAULT_PRECISION;
  return writeExponent(round(exactDecimal(value), places + 1), places);
}

function writeRounded(value: number, precision: number | null): string {
  return writeFixed(exactDecimal(value), precision ?? DEFAULT_PRECISION);
}

function writeExponent({ digits, point }: Decimal, places: number): string {
  const exponent = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1).padEnd(places, "0");
  return `${digits.slice(0, 1) || "0"}${fraction === "" ? "" : `.${fraction}`}e${signed(exponent)}`;
}

const signed = (exponent: number): string =>
  `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

function writeFixed(decimal: Decimal, precision: number): string {
  const { digits, point } = round(decimal, decimal.point + precision);
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const zeros = "0".repeat(Math.min(precision, Math.max(0, -point)));
  const fraction = (zeros + digits.slice(Math.max(0, point))).padEnd(precision, "0");
  return precision === 0 ? whole : `${whole}.${fraction}`;
}

// The shorter form: with an exponent below 10^-4 and from the precision on.
function writeGeneral(value: number, precision: number | null): string {
  const decimal = precision === null ? shortestDecimal(value) : round(exactDecimal(value), precision || 1);
  const { digits, point } = decimal;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= exponentFrom(decimal, precision))
    return writeExponent(decimal, Math.max(0, digits.length - 1));
  return writeFixed(decimal, Math.max(0, digits.length - point));
}

function exponentFrom({ digits, point }: Decimal, precision: number | null): number {
  if (precision === null) return DEFAULT_PRECISION;
  const most = precision || 1;
  return most > digits.length && digits.length >= point ? digits.length : most;
}

function writeBinary(value: number): string {
  const { mantissa, exponent } = binaryOf(value);
  return `${String(mantissa)}p${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent))}`;
}

const HEX_BITS = 60n;
const LEADING = 1n << HEX_BITS;

// One binary digit, a point and hexadecimal digits, all that are needed or so many.
function writeHex(value: number, precision: number | null): string {
  let { mantissa, exponent } = normalized(value);
  if (precision !== null && precision < 15) {
    const unit = 1n << (HEX_BITS - BigInt(4 * precision));
    const rest = mantissa % unit;
    mantissa -= rest;
    if (2n * rest > unit || (2n * rest === unit && (mantissa / unit) % 2n === 1n)) mantissa += unit;
    if (mantissa >= 2n * LEADING) {
      mantissa /= 2n;
      exponent++;
    }
  }
  const fraction = (mantissa % LEADING).toString(16).padStart(15, "0");
  const shown = precision === null ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  return `0x${String(mantissa / LEADING)}${shown === "" ? "" : `.${shown}`}p${signed(exponent)}`;
}

function normalized(value: number): { mantissa: bigint; exponent: number } {
  const { mantissa, exponent } = binaryOf(value);
  if (mantissa === 0n) return { mantissa, exponent: 0 };
  const missing = 61 - mantissa.toString(2).length;
  return { mantissa: mantissa << BigInt(missing), exponent: exponent + 60 - missing };
}

// The flag #: always a point, and for %g and %x as many digits as the precision says.
function withPoint(text: string, verb: string, precision: number | null): string {
  const [mantissa = ""] = text.split(/[xX]/.test(verb) ? /p/i : /e/i, 1);
  const wanted = "vgGx".includes(verb) ? (precision ?? DEFAULT_PRECISION) : 0;
  const counted = mantissa === "0" ? 1 : mantissa.replace(".", "").replace(/^0+/, "").length;
  const point = mantissa.includes(".") ? "" : ".";
  return mantissa + point + "0".repeat(Math.max(0, wanted - counted)) + text.slice(mantissa.length);
}
