import type { PayloadObject } from "../hook/payload.ts";
import { parseRepository } from "../image/reference.ts";
import { hasNoTag, numberAt, readPushed, textAt } from "./body.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";

const MAX_EPOCH_SECONDS = 253_402_300_799;

/** Reads Docker Hub's webhook. A repository without a namespace is an official image, under `library/`. */
export function readDockerHub(body: PayloadObject): EventReading {
  if (hasNoTag(body)) return ignored("no tag");
  const { nameField, path } = readPath(body);
  if (path === "") return rejected("repository.repo_name", "is missing, and repository.name too");
  return readPushed(body, {
    name: `docker.io/${path}`,
    nameField,
    pushedAt: readTime(numberAt(body, "push_data.pushed_at")),
  });
}

interface Path {
  readonly nameField: string;
  readonly path: string;
}

function readPath(body: PayloadObject): Path {
  const full = textAt(body, "repository.repo_name");
  if (full !== "") return { nameField: "repository.repo_name", path: full };
  const [namespace, name] = [textAt(body, "repository.namespace"), textAt(body, "repository.name")];
  if (namespace === "" || name === "") return { nameField: "repository.name", path: name };
  const isNamespace = parseRepository(`docker.io/${namespace}`).kind === "ok";
  return { nameField: isNamespace ? "repository.name" : "repository.namespace", path: `${namespace}/${name}` };
}

function readTime(seconds: number | null): string | null {
  if (seconds === null || !(seconds > 0 && seconds <= MAX_EPOCH_SECONDS)) return null;
  return new Date(seconds * 1000).toISOString();
}
