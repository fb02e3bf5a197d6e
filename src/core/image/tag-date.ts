/** A date of a tag: year, month, day, hour, minute, second and nanosecond, as far as it says them. */
export type TagDate = readonly number[];

// Each unit has its digits, so that separators may be left out.
const DATE =
  /^(\d{4})(?:[-._]?(\d\d)(?:[-._]?(\d\d)(?:[-._Tt]?(\d\d)(?:[-._]?(\d\d)(?:[-._]?(\d\d)(?:[-._]?(\d{1,9}))?)?)?)?)?)?[Zz]?$/;
const RANGES: readonly (readonly [number, number])[] = [
  [0, 9999],
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 60],
  [0, 999_999_999],
];

/** Reads a date of digits, from the year on: `20260313`, `2026.03.13-1530`, `20260313T153000Z`; null for none. */
export function parseTagDate(text: string): TagDate | null {
  const groups: readonly (string | undefined)[] = DATE.exec(text)?.slice(1) ?? [];
  const units = groups.flatMap((digits, index) => (digits === undefined ? [] : [numberOf(digits, index)]));
  const isDate = units.length > 0 && RANGES.every(([from, to], unit) => isWithin(units[unit] ?? from, from, to));
  return isDate ? units : null;
}

/** Compares two dates by the units that both have: `20260313` and `20260313-1530` are equal. */
export function compareCommonUnits(a: TagDate, b: TagDate): number {
  const units = Math.min(a.length, b.length);
  const unit = a.slice(0, units).findIndex((value, index) => value !== b[index]);
  return unit === -1 ? 0 : Number(a[unit]) - Number(b[unit]);
}

// What is behind the seconds is a fraction of one.
const numberOf = (digits: string, unit: number): number => Number(unit === 6 ? digits.padEnd(9, "0") : digits);

const isWithin = (value: number, from: number, to: number): boolean => value >= from && value <= to;
