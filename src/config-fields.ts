import { z } from "zod";
import { parseDuration } from "./core/duration.ts";
import { parseAddressRanges, type AddressRange } from "./core/hook/address-range.ts";

/** A duration such as 90s, in milliseconds. */
export const duration = z.string().transform((text, context) => {
  const timeMs = parseDuration(text);
  if (timeMs !== null) return timeMs;
  context.addIssue({ code: "custom", message: "must be a duration such as 90s, 10m or 1h30m" });
  return z.NEVER;
});
const wholeNumber = (min: number, max: number, problem: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, problem)
    .transform(Number)
    .pipe(z.number().min(min, problem).max(max, problem));
/** A whole number within bounds. */
export const count = (min: number, max: number): z.ZodType<number, string> =>
  wholeNumber(min, max, `must be a whole number from ${String(min)} to ${String(max)}`);
/** A port number; 0 is any free one. */
export const port = wholeNumber(0, 65_535, "must be a port number");
/** A port number, or `off` for null. */
export const optionalPort = z.string().transform((text, context) => {
  const read = port.safeParse(text);
  if (read.success || text === "off") return read.data ?? null;
  context.addIssue({ code: "custom", message: "must be a port number, or off" });
  return z.NEVER;
});
/** `true` or `false`. */
export const boolean = z.enum(["true", "false"]).transform((text) => text === "true");
/** Items with commas between them. */
export const listOf = (item: RegExp, problem: string): z.ZodType<string[], string> =>
  z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(z.array(z.string().regex(item, problem)));
/** Addresses and ranges with commas between them. */
export const addressRanges = z.string().transform((text, context): readonly AddressRange[] => {
  const { ranges, fault } = parseAddressRanges(text.replaceAll(",", " "));
  if (fault !== null) context.addIssue({ code: "custom", message: `${fault}, such as 10.0.0.0/8` });
  return ranges;
});

// Names and values as RFC 9110 has them. A message's own frame is not the operator's to write.
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}=[\t\x20-\x7e]{0,1000}$/;
const FRAME = /^(?:connection|content-length|transfer-encoding|upgrade|trailer|keep-alive)=/i;
/** A header of answers, as name=value. */
export const header = z
  .string()
  .regex(HEADER, "must be the name and value of an HTTP header, as name=value")
  .refine((text) => !FRAME.test(text), "is a header that only the server writes")
  .transform((text) => ({ name: text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1) }));
