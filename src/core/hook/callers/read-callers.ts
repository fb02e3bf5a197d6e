import { clip } from "../../clip.ts";
import { parseAddressRanges } from "../address-range.ts";
import { TARGET_NAMES } from "../caller.ts";
import type { FieldReader } from "../fields.ts";
import { HEADER_NAME } from "../read-response.ts";
import { HMAC_ALGORITHMS } from "../signature.ts";
import type { CallerEntry, SignatureEntry } from "./caller-entry.ts";

// Each may hash the body once for each secret, for whoever reaches the hook.
const MAX_ENTRIES = 10;

/** How one key of an entry is read. */
interface Reader {
  readonly key: string;
  readonly read: (entry: FieldReader) => CallerEntry | null;
}

type Signature = Pick<SignatureEntry, "headers" | "takesSecret">;

// GitHub sends both headers, Nexus plain digits. JFrog's header is the secret itself unless it is told to sign.
const REGISTRIES: Readonly<Record<"github" | "nexus" | "jfrog", Signature>> = {
  github: {
    headers: [
      { header: "X-Hub-Signature-256", algorithm: "sha256" },
      { header: "X-Hub-Signature", algorithm: "sha1" },
    ],
    takesSecret: false,
  },
  nexus: { headers: [{ header: "X-Nexus-Webhook-Signature", algorithm: "sha1" }], takesSecret: false },
  jfrog: { headers: [{ header: "X-JFrog-Event-Auth", algorithm: "sha256" }], takesSecret: true },
};

const READERS: readonly Reader[] = [
  { key: "token", read: readToken },
  ...(["bearer", "basic"] as const).map((kind): Reader => ({
    key: kind,
    read: (entry) => withFile(entry, kind, ({ file }) => ({ kind, file })),
  })),
  { key: "header", read: readHeader },
  { key: "hmac", read: readHmac },
  ...(["github", "nexus", "jfrog"] as const).map((signer): Reader => ({
    key: signer,
    read: (entry) => withFile(entry, signer, ({ file }) => ({ kind: "hmac", signer, ...REGISTRIES[signer], file })),
  })),
  {
    key: "standard-webhooks",
    read: (entry) => withFile(entry, "standard-webhooks", ({ file }) => ({ kind: "standard-webhooks", file })),
  },
  { key: "networks", read: readNetworks },
];
const KEYS = READERS.map(({ key }) => key);

/** Reads `callers` of an upgrade. Whatever is wrong in it is an error: a slip could let the wrong ones in. */
export function readCallers(upgrade: FieldReader): readonly CallerEntry[] {
  const entries = upgrade.maps("callers");
  if (entries.length > MAX_ENTRIES) upgrade.error("callers", `has more than ${String(MAX_ENTRIES)} entries`);
  return entries.slice(0, MAX_ENTRIES).flatMap((entry) => readEntry(entry) ?? []);
}

function readEntry(entry: FieldReader): CallerEntry | null {
  entry.expectOnly(KEYS, "error");
  const [reader, ...others] = READERS.filter(({ key }) => entry.has(key));
  if (reader === undefined) {
    entry.error("callers", `an entry names none of ${KEYS.join(", ")}`);
    return null;
  }
  if (others.length > 0) {
    const keys = others.map(({ key }) => key).join(", ");
    entry.error(reader.key, `stands beside ${keys}: any one entry suffices, so give each its own`);
  }
  return reader.read(entry);
}

interface Secrets {
  readonly map: FieldReader;
  readonly file: string;
}

function withFile(
  entry: FieldReader,
  key: string,
  toEntry: (secrets: Secrets) => CallerEntry,
  otherKeys: readonly string[] = [],
): CallerEntry | null {
  const map = entry.map(key);
  if (map === null) return null;
  map.expectOnly(["file", ...otherKeys], "error");
  const file = map.text("file", "");
  if (!file.startsWith("/")) map.error("file", "must be an absolute path, such as /etc/imagehook/callers/website");
  return toEntry({ map, file });
}

function readToken(entry: FieldReader): CallerEntry | null {
  return withFile(
    entry,
    "token",
    ({ map, file }) => {
      const name = map.text("name", "token");
      if (name === "" || name.length > 100) map.error("name", "must be the name of a parameter, such as token");
      if (TARGET_NAMES.includes(name)) map.error("name", `${name} says what is meant, and not who calls`);
      return { kind: "token", name, file };
    },
    ["name"],
  );
}

function readHeader(entry: FieldReader): CallerEntry | null {
  return withFile(entry, "header", ({ map, file }) => ({ kind: "header", name: readHeaderName(map, "name"), file }), [
    "name",
  ]);
}

function readHmac(entry: FieldReader): CallerEntry | null {
  return withFile(
    entry,
    "hmac",
    ({ map, file }) => {
      const header = readHeaderName(map, "header");
      const named = map.text("algorithm", "");
      const algorithm = HMAC_ALGORITHMS.find((one) => one === named);
      if (algorithm === undefined) map.error("algorithm", `"${named}" is none of ${HMAC_ALGORITHMS.join(", ")}`);
      const headers = [{ header, algorithm: algorithm ?? "sha256" }] as const;
      return { kind: "hmac", signer: "hmac", headers, takesSecret: false, file };
    },
    ["header", "algorithm"],
  );
}

function readHeaderName(map: FieldReader, key: string): string {
  const name = map.text(key, "");
  if (!HEADER_NAME.test(name)) map.error(key, `"${clip(name)}" is not the name of a header`);
  return name;
}

function readNetworks(entry: FieldReader): CallerEntry {
  const texts = entry.texts("networks");
  const lists = texts.map((text) => parseAddressRanges(text));
  for (const { fault } of lists) if (fault !== null) entry.error("networks", fault);
  if (texts.some((text) => /\/0+$/.test(text.trim())))
    entry.error("networks", "a network of every address proves nobody: leave it out, or say insecure: true");
  const ranges = lists.flatMap((list) => list.ranges);
  if (ranges.length === 0) entry.error("networks", "names no address or range, such as 192.0.2.0/24");
  return { kind: "networks", ranges, written: texts };
}
