import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTest, runTest, type TestSurroundings } from "../../../src/cli/test.ts";
import type { Said } from "../../../src/cli/read-words.ts";
import { readForm } from "../../../src/http/multipart.ts";

// The secret of every hook; never to be seen.
const SECRET = "0123456789abcdef-secret";
const PUSH = JSON.stringify({
  push_data: { tag: "v1.2.3", pushed_at: "2026-11-22T10:00:00Z" },
  repository: { repo_url: "registry.example.com", name: "app", namespace: "team" },
});
const COMMIT = '{"ref":"main","after":"abc"}';
/** The signature of commit.json. */
export const SIGNATURE = createHmac("sha256", SECRET).update(COMMIT).digest("hex");
const match = (name: string, value: string): string =>
  `{match: {type: value, value: "${value}", parameter: {source: url, name: ${name}}}}`;
const upgrade = (id: string, more: string): string => `
- id: ${id}
  image-upgrade: {namespace: web, workload: deployment/website, container: web, registry: custom${more}}
  trigger-rule-mismatch-http-response-code: 403
  trigger-rule: {and: [${match("token", SECRET)}, ${match("ns", "web")}]}
`;
// The token file is named by the path of this run.
const HOOKS = (tokens: string): string => `
${upgrade("web", "")}
${upgrade("named", ", image: {repository: mirror.corp/hub/team/app, host-aliases: {registry.example.com: mirror.corp/hub}}")}
${upgrade("other", ", image: {repository: registry.example.com/team/other}")}
- id: tokens
  image-upgrade: {namespace: web, workload: deployment/website, container: web, image: {repository: any}}
  trigger-rule: {match: {type: value, value-from: {file: ${tokens}}, parameter: {source: url, name: token}}}
- id: broken
  image-upgrade: {namespace: web, workload: website, container: web}
- id: deploy
  execute-command: /bin/deploy
  command-working-directory: /srv
  command-timeout: 90s
  success-http-response-code: 201
  include-command-output-in-response: true
  http-methods: [POST]
  pass-arguments-to-command: [{source: payload, name: ref}, {source: payload, name: none}]
  pass-environment-to-command: [{source: payload, name: after, envname: COMMIT}]
  pass-file-to-command: [{source: raw-request-body, envname: BODY}]
  trigger-rule: {match: {type: payload-hmac-sha256, secret: ${SECRET}, parameter: {source: header, name: X-Sign}}}
- id: free
  execute-command: /bin/free
  pass-arguments-to-command: [{source: payload, name: a}, {source: header, name: x-a}, {source: request, name: remote-addr}]
- id: nothing
  response-message: x
- id: callers
  image-upgrade:
    {namespace: web, workload: deployment/website, container: web, callers: [{github: {file: ${tokens}}}, {token: {file: ${tokens}}}]}
  trigger-rule-mismatch-http-response-code: 403
- id: over-the-network
  image-upgrade:
    namespace: web
    workload: deployment/website
    container: web
    callers:
      - oidc: {issuer: "https://id.example.com", audience: website, email: push@example.com}
      - sns: {topic-arn: "arn:aws:sns:us-west-2:123456789012:images"}
      - token: {file: ${tokens}}
  trigger-rule-mismatch-http-response-code: 403
${upgrade("ranged", ', image: {tags: {semver: "<2", newer: semver}}, dry-run: true')}
${upgrade("outside", ', image: {repository: registry.example.com/team/app, tags: {semver: ">=2"}}')}
- id: all
  image-upgrade: {namespace: web, workload: deployment/website, container: "*", registry: custom}
  trigger-rule: ${match("token", SECRET)}
`;

/** A folder with hooks files and bodies, and the command line that is tried on them. */
export interface TestFolder {
  readonly at: (name: string) => string;
  readonly run: (...words: readonly string[]) => Promise<Said>;
  /** Tries a hook of hooks.yaml, with commands switched on. */
  readonly test: (hook: string, ...words: readonly string[]) => Promise<Said>;
  readonly remove: () => Promise<void>;
}

/** What the command is given beside its words. */
export const surroundings: TestSurroundings = {
  getenv: (name) => (name === "PROGRAM" ? "/bin/from-template" : undefined),
  readForm,
  clock: { now: (): Date => new Date("2026-11-22T12:00:00Z") },
};

/** Makes the folder. */
export async function createTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), "imagehook-test-command-"));
  const at = (name: string): string => join(folder, name);
  const files: Readonly<Record<string, string>> = {
    "hooks.yaml": HOOKS(at("tokens")),
    "missing-tokens.yaml": HOOKS(at("no-tokens")),
    tokens: `${SECRET}\n`,
    "push.json": PUSH,
    "commit.json": COMMIT,
    "no-tag.json": "{}",
    "empty.json": "[]",
    "large.json": " ".repeat(2 * 1024 * 1024),
    "validation.json": JSON.stringify([
      { eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", data: { validationCode: "a-code" } },
    ]),
    form: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nfrom a form\r\n--b--\r\n',
    "templated.yaml": '- {id: t, execute-command: "{{ getenv `PROGRAM` }}"}',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(at(name), text)));
  const run = async (...words: readonly string[]): Promise<Said> => {
    const command = readTest(words);
    return command.kind === "said" ? command : runTest(command, surroundings);
  };
  return {
    at,
    run,
    test: (hook, ...words) => run(at("hooks.yaml"), "--hook", hook, "--commands", ...words),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The query with the secret. */
export const withToken = (query = ""): readonly string[] => ["--query", `?token=${SECRET}${query}`];

/** A body of the folder. */
export const withBody = ({ at }: TestFolder, name: string): readonly string[] => ["--body", at(name)];

/** Fails unless all the lines were said, and nothing of the secret. The folder's own path is FOLDER. */
export function assertSaid({ text, exitCode }: Said, expected: number, lines: readonly string[]): void {
  const said = text
    .replaceAll(/[^ ]*imagehook-test-command-\w+/g, "FOLDER")
    .trimEnd()
    .split("\n");
  for (const line of lines) assert.ok(said.includes(line), `${line}\nis not in\n${said.join("\n")}`);
  assert.equal(exitCode, expected);
  assert.ok(!text.includes(SECRET));
}
