import { isIssuer } from "../../remote/issuer.ts";
import type { FieldReader } from "../fields.ts";
import type { CallerEntry } from "./caller-entry.ts";

const MAX_CHARACTERS = 500;

/**
 * Reads `oidc`. A token that any service of the issuer could get must not suffice: issuer, audience and whom it is of
 * are all mandatory.
 */
export function readOidc(entry: FieldReader): CallerEntry | null {
  const map = entry.map("oidc");
  if (map === null) return null;
  map.expectOnly(["issuer", "audience", "subject", "email"], "error");
  const issuer = map.text("issuer", "");
  if (!isIssuer(issuer)) map.error("issuer", "must be an https address, such as https://accounts.google.com");
  const audience = readOne(map, "audience");
  if (audience === null) map.error("audience", "say for whom the token must be, such as this hook's URL");
  const [subject, email] = [readOne(map, "subject"), readOne(map, "email")];
  if (subject === null && email === null)
    map.error("subject", "say of whom the token must be: subject or email, such as that of a service account");
  return { kind: "oidc", issuer, audience: audience ?? "", subject, email };
}

function readOne(map: FieldReader, key: string): string | null {
  const text = map.text(key, "");
  if (text.length > MAX_CHARACTERS) map.error(key, `is longer than ${String(MAX_CHARACTERS)} characters`);
  return text === "" ? null : text;
}
