import type { Repository } from "../image/reference.ts";
import type { Demand } from "./demands.ts";

/** A builder's call of a hook after it pushed an image. */
export interface CustomCall {
  readonly id: string;
  readonly url: string;
  readonly headers: readonly Demand[];
  /** The repository that the hook names; null where the builder says it. */
  readonly repository: Repository | null;
}

/** Prints the call as a curl command for a POSIX shell; what varies comes from environment variables. */
export function curlCommand({ url, headers, repository }: CustomCall): string {
  const words = headers.map(({ name, value }) => ` -H ${quote(`${name}: ${value}`)}`).join("");
  return `${printBody(repository)} |\n  ${CURL}${words} ${quote(url)}`;
}

/** Prints the call as a step of a Jenkinsfile. URL and headers are credentials there, so that no log shows them. */
export function jenkinsStep({ id, headers, repository }: CustomCall): string {
  const name = `imagehook-${id.replace(/[^A-Za-z0-9_.-]/g, "-")}`;
  const secrets = [
    { credential: name, variable: "HOOK_URL" },
    ...headers.map((_header, index) => ({
      credential: `${name}-header-${String(index + 1)}`,
      variable: `HOOK_HEADER_${String(index + 1)}`,
    })),
  ];
  const bindings = secrets.map(
    ({ credential, variable }) => `string(credentialsId: '${credential}', variable: '${variable}')`,
  );
  const words = secrets.slice(1).map(({ variable }) => ` -H "$${variable}"`);
  return [
    `withCredentials([${bindings.join(", ")}]) {`,
    "  sh '''",
    "    set +x",
    `    ${printBody(repository)} |`,
    `      ${CURL}${words.join("")} "$HOOK_URL"`,
    "  '''",
    "}",
  ].join("\n");
}

/** The environment variables that a call reads, each with what it holds. */
export const variablesOf = (repository: Repository | null): readonly string[] => [
  "TAG: the tag that was pushed",
  ...(partsOf(repository) === null
    ? ["IMAGE_HOST: the registry's host alone", "IMAGE_NAMESPACE and IMAGE_NAME: team and app of HOST/team/app"]
    : []),
];

const CURL = "curl -sS --fail-with-body -H 'Content-Type: application/json' --data-binary @-";

const IMAGE = ["IMAGE_HOST", "IMAGE_NAMESPACE", "IMAGE_NAME"].map((name) => `"\${${name}:?}"`).join(" ");

// No backslash: in a Jenkinsfile it would be Groovy's. A variable that is not set ends printf, and the hook refuses the
// empty body.
function printBody(repository: Repository | null): string {
  const format = `'{"push_data": {"tag": "%s"}, "repository": {"repo_url": "%s", "namespace": "%s", "name": "%s"}}'`;
  return `printf ${format} "\${TAG:?}" ${partsOf(repository)?.map(quote).join(" ") ?? IMAGE}`;
}

// Null where the parts are not known, or not the three that the body has.
const partsOf = (repository: Repository | null): readonly string[] | null =>
  /^([^/]+)\/(.+)\/([^/]+)$/.exec(repository ?? "")?.slice(1) ?? null;

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
