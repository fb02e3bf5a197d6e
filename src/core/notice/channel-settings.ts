import { readDocument } from "../hook/document.ts";
import type { Field, SyntaxProblem } from "../hook/field.ts";
import { openMap, type FieldReader, type Issue } from "../hook/fields.ts";
import { fail, ok, type Result } from "../result.ts";
import { readChannelAddress } from "./channel-address.ts";

/** How one channel is set up. */
export interface ChannelSettings {
  readonly name: string;
  readonly type: string;
  /** Where it posts to; a file is read again each time. */
  readonly url: { readonly kind: "text"; readonly value: string } | { readonly kind: "file"; readonly path: string };
  /** The file with its secrets, one a line, read again each time; empty for none. */
  readonly secretFile: string;
  /** Whether it may post without encryption. */
  readonly isInsecure: boolean;
}

/** What a type of channel asks of its settings. */
export interface ChannelNeeds {
  readonly needsSecret: boolean;
}

/** The channels of a file. Those that something is wrong with are left out. */
export interface ChannelsReading {
  readonly channels: readonly ChannelSettings[];
  readonly issues: readonly Issue[];
}

const MAX_CHANNELS = 50;
const NAME = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** Reads the file of channels, YAML or JSON: a list `channels`, each with a name, one of the known types, and where it posts to. */
export function readChannels(text: string, types: Types): Result<ChannelsReading, SyntaxProblem> {
  const document = readDocument(text);
  if (document.kind === "error") return document;
  if (document.value === null) return ok({ channels: [], issues: [] });
  const issues: Issue[] = [];
  const root = openMap(document.value, "the file of channels", issues);
  if (root === null) return fail({ at: document.value.at, message: "must be a map with the list channels" });
  root.expectOnly(["channels"], "error");
  const items = root.list("channels");
  if (items.length > MAX_CHANNELS) root.error("channels", `has more than ${String(MAX_CHANNELS)} entries`);
  return ok({ channels: readList(items.slice(0, MAX_CHANNELS), types, issues), issues });
}

type Types = ReadonlyMap<string, ChannelNeeds>;

function readList(items: readonly Field[], types: Types, issues: Issue[]): readonly ChannelSettings[] {
  const channels = new Map<string, ChannelSettings>();
  for (const item of items) {
    const own: Issue[] = [];
    const channel = readChannel(item, types, own);
    if (channel !== null && channels.has(channel.name))
      own.push({ severity: "error", at: item.at, message: `name: two channels are called "${channel.name}"` });
    if (channel !== null && own.length === 0) channels.set(channel.name, channel);
    issues.push(...own);
  }
  return [...channels.values()];
}

function readChannel(item: Field, types: Types, issues: Issue[]): ChannelSettings | null {
  const entry = openMap(item, "an entry of channels", issues);
  if (entry === null) return null;
  entry.expectOnly(["name", "type", "url", "secret", "insecure"], "error");
  const name = entry.text("name", "");
  if (!NAME.test(name)) entry.error("name", 'must be lower-case letters, digits and "-", 40 at most');
  if (name === "mail") entry.error("name", "mail is what mails go by: choose another one");
  const type = entry.text("type", "");
  const needs = types.get(type);
  if (needs === undefined) entry.error("type", `is none of the known types: ${[...types.keys()].join(", ")}`);
  const secretFile = entry.has("secret") ? readFilePath(entry, "secret") : "";
  if (needs?.needsSecret === true && !entry.has("secret"))
    entry.error("secret", `a ${type} is signed: name the file of its secrets, as secret: {file: /path}`);
  const isInsecure = entry.flag("insecure");
  return { name, type, url: readUrl(entry, isInsecure), secretFile, isInsecure };
}

function readUrl(entry: FieldReader, isInsecure: boolean): ChannelSettings["url"] {
  if (entry.field("url")?.kind === "map") return { kind: "file", path: readFilePath(entry, "url") };
  const value = entry.text("url", "");
  const url = readChannelAddress(value, isInsecure);
  if (url.kind === "error") entry.error("url", url.error);
  return { kind: "text", value };
}

function readFilePath(entry: FieldReader, key: string): string {
  const map = entry.map(key);
  map?.expectOnly(["file"], "error");
  const path = map?.text("file", "") ?? "";
  if (map !== null && !path.startsWith("/")) map.error("file", "must be an absolute path");
  return path;
}
