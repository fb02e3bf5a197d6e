const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const NULL = /^(?:|~|null|Null|NULL)$/;
const INFINITE = /^([+-]?)\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;
const INTEGER = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[+-]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d{0,300})(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * The text that a scalar without quotes is where the format wants a text; null for null. adnanh/webhook reads YAML 1.1
 * and prints the value that it read: `yes` is `true`, `010` is `8`, `1.0` is `1`, and fractions have the seven digits
 * of 32 bits. Times and what is too large for a number stay as they are.
 */
export function readPlainScalar(source: string): string | null {
  if (NULL.test(source)) return null;
  if (TRUE.test(source)) return "true";
  if (FALSE.test(source)) return "false";
  if (NAN.test(source)) return "NaN";
  const infinite = INFINITE.exec(source);
  if (infinite !== null) return `${infinite[1] === "-" ? "-" : "+"}Inf`;
  return /^[+\-.0-9]/.test(source) ? readNumber(source) : source;
}

/**
 * The value that JSON has for a scalar without quotes, of which the text is known: `yes` is true, `010` is 8, and numbers have all
 * of their digits. What JSON has no number for, such as `.inf`, stays a text.
 */
export function readPlainJson(source: string, text: string): string | number | boolean {
  if (TRUE.test(source) || FALSE.test(source)) return text === "true";
  const plain = source.replace(/^\+/, "").replaceAll("_", "");
  const value = Number([plain, text].find((one) => JSON_NUMBER.test(one)));
  return Number.isFinite(value) ? value : text;
}

// A text that begins with a point may hold no underscore.
function readNumber(source: string): string {
  const plain = source.startsWith(".") ? source : source.replaceAll("_", "");
  const integer = readInteger(plain);
  if (integer !== null) return integer;
  const float = FLOAT.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(float) ? printFloat32(Math.fround(float)) : source;
}

// Null: none, or none of 64 bits.
function readInteger(text: string): string | null {
  const [whole, sign, digits = ""] = INTEGER.exec(text) ?? [];
  if (whole === undefined) return null;
  const size = BigInt(digits.replace(/^0[oO]?(?=[0-7])/, "0o"));
  const value = sign === "-" ? -size : size;
  const isInt64 = value >= MIN_INT64 && value <= MAX_INT64;
  return isInt64 || (sign === "" && value <= MAX_UINT64) ? String(value) : null;
}

// Go's %g with the fewest digits that tell the number from other numbers of 32 bits.
function printFloat32(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = Object.is(value, -0) || value < 0 ? "-" : "";
  const [mantissa = "", exponentText] = shortest(Math.abs(value)).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return sign + placePoint(mantissa.replace(".", ""), exponent);
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
}

function shortest(value: number): string {
  let text = value.toExponential(0);
  for (let digits = 1; Math.fround(Number(text)) !== value; digits++) text = value.toExponential(digits);
  return text;
}

function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return rest === "" ? whole : `${whole}.${rest}`;
}
