import { lookUp, type PayloadObject } from "../payload.ts";
import { listAt, numberAt, textAt } from "../payload-at.ts";
import type { OidcEntry } from "./caller-entry.ts";

const LEEWAY_SECONDS = 60;

/** Says what in a token's claims is not what an entry asks for, or null; its signature is another matter. */
export function claimsFault(entry: OidcEntry, claims: PayloadObject, now: Date): string | null {
  if (textAt(claims, "iss") !== entry.issuer) return "the token is of another issuer, or names none";
  if (!audiencesOf(claims).includes(entry.audience)) return "the token is for another audience, or names none";
  return holderFault(entry, claims) ?? timeFault(claims, now.getTime() / 1000);
}

function audiencesOf(claims: PayloadObject): readonly unknown[] {
  return listAt(claims, "aud") ?? [textAt(claims, "aud")];
}

function holderFault({ subject, email }: OidcEntry, claims: PayloadObject): string | null {
  if (subject !== null && textAt(claims, "sub") !== subject) return "the token is of another subject, or names none";
  if (email === null) return null;
  if (textAt(claims, "email") !== email) return "the token is of another email, or names none";
  return lookUp(claims, "email_verified") === true ? null : "the token's email is not verified";
}

function timeFault(claims: PayloadObject, nowSeconds: number): string | null {
  const endsAt = numberAt(claims, "exp");
  if (endsAt === null) return "the token has no end";
  if (!(endsAt > nowSeconds)) return "the token has expired";
  const isEarly = ["nbf", "iat"].some((name) => claims.has(name) && !isPast(numberAt(claims, name), nowSeconds));
  return isEarly ? "the token is not valid yet" : null;
}

const isPast = (seconds: number | null, nowSeconds: number): boolean =>
  seconds !== null && seconds <= nowSeconds + LEEWAY_SECONDS;
