import { parseDuration } from "../duration.ts";
import type { FieldReader } from "./fields.ts";
import type { ImageCheck, Upgrade } from "./hook.ts";

const MAX_WAIT_MS = 30_000;
const SECRET_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Reads `image.check`: what the registry is asked before an image is set. What it does not say is asked. */
export function readCheck(upgrade: FieldReader): Pick<Upgrade, "check"> {
  const image = upgrade.field("image")?.kind === "map" ? upgrade.map("image") : null;
  const check = image?.map("check") ?? null;
  if (image === null || check === null) return { check: null };
  check.expectOnly(["tag", "digest", "platform", "wait", "pull-secret"]);
  if (image.text("repository", "") === "any")
    image.error("check", "cannot stand beside repository: any, where the push would choose which host is asked");
  const isAsked = (key: string): boolean => !check.has(key) || check.flag(key);
  return {
    check: {
      tag: isAsked("tag"),
      digest: isAsked("digest"),
      platform: isAsked("platform"),
      waitMs: readWait(check),
      pullSecret: readPullSecretName(check),
    },
  };
}

function readWait(check: FieldReader): ImageCheck["waitMs"] {
  const timeMs = parseDuration(check.text("wait", "0s"));
  if (timeMs !== null && timeMs <= MAX_WAIT_MS) return timeMs;
  check.error("wait", "must be a duration of 30s at most, such as 10s");
  return 0;
}

function readPullSecretName(check: FieldReader): string {
  const name = check.text("pull-secret", "");
  if (name !== "" && !SECRET_NAME.test(name)) check.error("pull-secret", `"${name}" is not the name of a Secret`);
  return name;
}
