import { readFileSync } from "node:fs";
import { aliyunBody } from "./kit.ts";

/** A push as a registry sends it, and what it brings. */
export interface RegistryBody {
  /** The hook's registry type. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The repository with its host, and the tag. */
  readonly repository: string;
  readonly tag: string;
  /** Empty where the body names the host. */
  readonly registryHost: string;
}

interface Expected {
  readonly file: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: {
    readonly images?: readonly { readonly registry: string; readonly repository: string; readonly tag: string }[];
    readonly needsHost?: string | boolean;
  };
}

const FOLDER = new URL("../fixtures/registry/", import.meta.url);
const EXPECTED = JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf8")) as readonly Expected[];
const HOST = "registry.example.com:5000";

// One push of each registry type. GitLab's is distribution's, Tencent's and Huawei's are Harbor's.
const FILES: readonly (readonly [type: string, file: string])[] = [
  ["dockerhub", "dockerhub.json"],
  ["custom", "aliyun-acr.custom-jenkins.json"],
  ["ghcr", "ghcr.package-create.json"],
  ["quay", "quay.json"],
  ["generic", "generic.json"],
  ["jfrog", "jfrog.json"],
  ["nexus", "nexus.json"],
  ["distribution", "distribution.v3-captured-push.json"],
  ["gitlab", "distribution.json"],
  ["harbor", "harbor.real-2024.json"],
  ["tcr", "harbor.v1-keel.json"],
  ["swr", "harbor.json"],
  ["zot", "zot.binary.json"],
  ["cloudevents", "cloudevents.json"],
  ["azure", "azure-acr.json"],
  ["ecr", "aws-ecr.sns-notification.json"],
  ["gar", "google-pubsub.json"],
];

/** One push of each registry type. */
export const REGISTRY_BODIES: readonly RegistryBody[] = [
  {
    type: "aliyun",
    headers: {},
    body: JSON.stringify(aliyunBody("v7")),
    repository: "registry-vpc.cn-shanghai.aliyuncs.com/rancher_cn/webhook",
    tag: "v7",
    registryHost: "",
  },
  ...FILES.map(([type, file]) => fromFile(type, file)),
];

function fromFile(type: string, file: string): RegistryBody {
  const entry = EXPECTED.find((expected) => expected.file === file);
  const [image] = entry?.expect.images ?? [];
  if (entry === undefined || image === undefined) throw new Error(`${file} is no push`);
  const needsHost = entry.expect.needsHost !== undefined;
  // Some entries describe this one in words.
  const headers = Object.fromEntries(Object.entries(entry.headers).filter(([name]) => name !== "Authorization"));
  return {
    type,
    headers,
    body: readFileSync(new URL(file, FOLDER), "utf8"),
    repository: `${needsHost ? HOST : image.registry}/${image.repository}`,
    tag: image.tag,
    registryHost: needsHost ? HOST : "",
  };
}

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The copies of a body with one value replaced, whatever its depth. */
export function* replacements(body: string, values: readonly string[]): Generator<string> {
  const marker = "@@replaced@@";
  for (const marked of marks(JSON.parse(body) as Json, marker))
    for (const value of values) yield JSON.stringify(marked).replace(JSON.stringify(marker), () => value);
}

function* marks(value: Json, marker: string): Generator<Json> {
  yield marker;
  if (typeof value !== "object" || value === null) return;
  if (isList(value)) {
    for (const [index, item] of value.entries())
      for (const marked of marks(item, marker)) yield value.with(index, marked);
    return;
  }
  for (const [key, item] of Object.entries(value))
    for (const marked of marks(item, marker)) yield { ...value, [key]: marked };
}
