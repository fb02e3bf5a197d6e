import { isObject, lookUp, type PayloadObject, type PayloadValue } from "./payload.ts";

/** The text at a path of a body; empty when there is none or when it is no text. */
export function textAt(body: PayloadObject, path: string): string {
  const value = lookUp(body, path);
  return typeof value === "string" ? value : "";
}

/** The number at a path of a body, or null. */
export function numberAt(body: PayloadObject, path: string): number | null {
  const value = lookUp(body, path);
  const isNumber = typeof value === "object" && value !== null && "literal" in value;
  return isNumber ? Number(value.literal) : null;
}

/** The object at a path of a body, or null. */
export function objectAt(body: PayloadObject, path: string): PayloadObject | null {
  const value = lookUp(body, path);
  return isObject(value) ? value : null;
}

/** The array at a path of a body, or null. */
export function listAt(body: PayloadObject, path: string): readonly PayloadValue[] | null {
  const value = lookUp(body, path);
  return Array.isArray(value) ? (value as readonly PayloadValue[]) : null;
}

/** True when nothing stands at a path of a body: no value, null, or an empty text. */
export const isAbsent = (body: PayloadObject, path: string): boolean => {
  const value = lookUp(body, path);
  return value === undefined || value === null || value === "";
};
