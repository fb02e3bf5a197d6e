import { parsePrefix, type HostAlias, type Prefix } from "../image/host-alias.ts";
import { parseRepository } from "../image/reference.ts";
import type { Field } from "./field.ts";
import type { FieldReader } from "./fields.ts";
import type { AllowedRepository, Upgrade } from "./hook.ts";

/** Reads `image`: which repository a push may bring, and under which names it goes. */
export function readImage(upgrade: FieldReader): Pick<Upgrade, "repository" | "hostAliases"> {
  const image = upgrade.map("image");
  if (image === null) return { repository: { kind: "own" }, hostAliases: [] };
  image.expectOnly(["repository", "host-aliases", "tags", "digest", "check", "signature"]);
  const hostAliases = readHostAliases(image);
  const repository = readRepository(image.text("repository", ""));
  if (repository.kind !== "wrong") return { repository, hostAliases };
  image.error("repository", repository.message);
  return { repository: { kind: "own" }, hostAliases };
}

/** Reads a repository that a hook names, or the word `any`. */
export function readRepository(text: string): AllowedRepository | { readonly kind: "wrong"; readonly message: string } {
  if (text === "") return { kind: "own" };
  if (text === "any") return { kind: "any" };
  const repository = parseRepository(text);
  return repository.kind === "ok"
    ? { kind: "named", repository: repository.value }
    : { kind: "wrong", message: `${repository.error}; name a repository without tag, or any` };
}

// An entry is a host and one or more others; each may have a path behind it.
function readHostAliases(image: FieldReader): readonly HostAlias[] {
  const field = image.field("host-aliases");
  const aliases = image.map("host-aliases");
  if (field?.kind !== "map" || aliases === null) return [];
  return [...field.entries.values()].map(({ key, value }) => {
    const names = value.kind === "list" ? value.items.map(textOf) : [textOf(value)];
    if (names.length === 0) aliases.error(key, "an entry of host-aliases needs another host, or a list of them");
    return [key, ...names].flatMap((name) => readPrefix(aliases, key, name));
  });
}

const textOf = (field: Field): string | null => (field.kind === "scalar" ? field.text : null);

function readPrefix(aliases: FieldReader, key: string, name: string | null): readonly Prefix[] {
  if (name === null) {
    aliases.error(key, "an entry of host-aliases must be a host or a list of hosts");
    return [];
  }
  const prefix = parsePrefix(name);
  if (prefix.kind === "ok") return [prefix.value];
  aliases.error(
    key,
    `${prefix.error}; host-aliases takes hosts, with a path where there is one: mirror.example.com/hub`,
  );
  return [];
}
