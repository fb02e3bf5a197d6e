import { parseDuration } from "../duration.ts";
import type { FieldReader } from "./fields.ts";
import type { ImageCheck, Upgrade } from "./hook.ts";

const MAX_WAIT_MS = 30_000;
const SECRET_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Reads `image.check` and `image.signature`: what the registry is asked before an image is set. */
export function readCheck(upgrade: FieldReader): Pick<Upgrade, "check" | "signatureKeys"> {
  const image = upgrade.field("image")?.kind === "map" ? upgrade.map("image") : null;
  if (image === null) return { check: null, signatureKeys: "" };
  const settings = { check: readAsked(image), signatureKeys: readKeys(image) };
  for (const key of ["check", "signature"])
    if (image.has(key) && image.text("repository", "") === "any")
      image.error(key, "cannot stand beside repository: any, where the push would choose which host is asked");
  return settings;
}

// What is not said is asked.
function readAsked(image: FieldReader): ImageCheck | null {
  const check = image.map("check");
  if (check === null) return null;
  check.expectOnly(["tag", "digest", "platform", "wait", "pull-secret"]);
  const isAsked = (key: string): boolean => !check.has(key) || check.flag(key);
  return {
    tag: isAsked("tag"),
    digest: isAsked("digest"),
    platform: isAsked("platform"),
    waitMs: readWait(check),
    pullSecret: readPullSecretName(check),
  };
}

function readKeys(image: FieldReader): string {
  const signature = image.map("signature");
  if (signature === null) return "";
  signature.expectOnly(["key"]);
  const key = signature.map("key");
  key?.expectOnly(["file"]);
  const file = key?.text("file", "") ?? "";
  if (file === "")
    signature.error("key", "needs the path of a file with public keys: key: {file: /etc/keys/cosign.pub}");
  return file;
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
