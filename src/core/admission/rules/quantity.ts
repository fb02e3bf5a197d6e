// Of apimachinery's resource.Quantity. Fractions are divided, since 700 / 1000 is 0.7 and 700 * 0.001 is not.
const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))(.{0,2}|[eE][+-]?\d{1,3})$/;
const MULTIPLES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ...["k", "M", "G", "T", "P", "E"].map((suffix, index) => [suffix, 1000 ** (index + 1)] as const),
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, index) => [suffix, 1024 ** (index + 1)] as const),
]);
const FRACTIONS: ReadonlyMap<string, number> = new Map([
  ["m", 1e3],
  ["u", 1e6],
  ["n", 1e9],
]);
const MAX_LENGTH = 64;

/** Reads a quantity as the API writes it (`500m`, `2Gi`, `1e3`); null for a text that is none. */
export function parseQuantity(text: string): number | null {
  if (text.length > MAX_LENGTH) return null;
  const [, digits = "", suffix = ""] = NUMBER.exec(text) ?? [];
  if (digits === "") return null;
  const multiple = MULTIPLES.get(suffix);
  if (multiple !== undefined) return Number(digits) * multiple;
  const fraction = FRACTIONS.get(suffix);
  if (fraction !== undefined) return Number(digits) / fraction;
  return /^[eE][+-]?\d/.test(suffix) ? Number(`${digits}${suffix}`) : null;
}
