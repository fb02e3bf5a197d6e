import { lookUp, type PayloadObject } from "../hook/payload.ts";
import { isAbsent, numberAt, textAt } from "../hook/payload-at.ts";
import { ignored, rejected, type EventReading } from "./push-event.ts";
import { joinPath, readImage, type Sent } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readEpochSeconds } from "./time.ts";

const HOST = "docker.io";

/** Reads Docker Hub's webhook. A repository without a namespace is an official image, under `library/`. */
export function readDockerHub({ body }: RegistryMessage): EventReading {
  if (isAbsent(body, "push_data.tag")) return ignored("no tag");
  const path = readPath(body);
  if (path.text === "") return rejected("repository.repo_name", "is missing, and repository.name too");
  return readImage({
    host: { field: path.field, text: HOST },
    path,
    tag: { field: "push_data.tag", text: textAt(body, "push_data.tag") },
    digest: textAt(body, "push_data.digest"),
    pushedAt: readEpochSeconds(numberAt(body, "push_data.pushed_at")),
    delivery: "",
  });
}

function readPath(body: PayloadObject): Sent {
  const full = textAt(body, "repository.repo_name");
  if (full !== "") return { field: "repository.repo_name", text: full };
  const [namespace, name] = [textAt(body, "repository.namespace"), textAt(body, "repository.name")];
  // One that is there and no text, be it null, is no official image's.
  const sent = lookUp(body, "repository.namespace");
  if (sent === undefined || sent === "" || name === "") return { field: "repository.name", text: name };
  return joinPath({ field: "repository.namespace", text: namespace }, { field: "repository.name", text: name });
}
