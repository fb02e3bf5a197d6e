/** A number of 0 or more: 0.digits times ten to the power of `point`. The digits end in no zero; of 0 there are none. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const ZERO: Decimal = { digits: "", point: 0 };

/** A float64 of 0 or more as `mantissa` times two to the power of `exponent`, as it is stored. */
export function binaryOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const stored = Number(word >> 52n);
  const fraction = word & (2n ** 52n - 1n);
  return stored === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction + 2n ** 52n, exponent: stored - 1075 };
}

/** All digits of a float64. */
export function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = binaryOf(value);
  if (mantissa === 0n) return ZERO;
  const scaled = exponent < 0 ? mantissa * 5n ** BigInt(-exponent) : mantissa << BigInt(exponent);
  const digits = scaled.toString();
  return trimmed(digits, digits.length + Math.min(0, exponent));
}

/** The fewest digits that give the same float64 again. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return ZERO;
  const [mantissa = "", exponent] = value.toExponential().split("e");
  return trimmed(mantissa.replace(".", ""), Number(exponent) + 1);
}

/** Rounds to a number of digits, halves to even. */
export function round({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return ZERO;
  if (count >= digits.length) return { digits, point };
  const kept = BigInt(`0${digits.slice(0, count)}`);
  const rest = digits.slice(count);
  const isUp = rest > "5" || (rest === "5" && kept % 2n === 1n);
  if (kept === 0n && !isUp) return ZERO;
  const rounded = (isUp ? kept + 1n : kept).toString();
  return trimmed(rounded, point + rounded.length - count);
}

const trimmed = (digits: string, point: number): Decimal => ({ digits: digits.replace(/0+$/, ""), point });
