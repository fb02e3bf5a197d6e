import fc from "fast-check";
import { join } from "node:path";
import { factsOf, type Profile } from "./facts.ts";
import { ruleOf } from "./generated-rules.ts";
import type { ServerOptions } from "./hook-server.ts";
import { Plain, type ArgumentSpec, type HookSpec, type TextForm } from "./hooks-text.ts";
import { chance, mixed, weighted } from "./weighted.ts";

/** A hook, and what its usual requests carry. */
export interface GeneratedHook {
  readonly spec: HookSpec;
  readonly profile: Profile;
}

/** A hooks file, and how its server is started. */
export interface GeneratedFile {
  readonly hooks: readonly GeneratedHook[];
  readonly form: TextForm;
  readonly options: ServerOptions;
}

const HOOKS_PER_FILE = 48;
const ODD_IDS = ["with/slash", "ümlaut", "with blank", "a+b", "dot.dot", "Percent%41", "semi;colon", "q?mark", "<&>"];

const profiles = weighted<Profile>([8, "json"], [2, "array"], [4, "form"], [4, "xml"], [4, "multipart"], [3, "text"]);

const named = (source: string, ...names: readonly string[]): fc.Arbitrary<ArgumentSpec> =>
  fc.constantFrom(...names).map((name) => ({ source, name }));

const argumentOf = (profile: Profile): fc.Arbitrary<ArgumentSpec> =>
  mixed<ArgumentSpec>(
    [8, fc.constantFrom(...factsOf(profile)).map(({ parameter }) => parameter)],
    [3, fc.constantFrom({ source: "entire-payload" }, { source: "raw-request-body" })],
    [1, fc.constantFrom({ source: "entire-headers" }, { source: "entire-query" })],
    [1, named("string", "stderr", "exit=3", "exit=0", "killed", " spaced  out ", "")],
    [1, named("payload", "missing", "list.9", "a", "Ref", "app", "root")],
    [1, named("nowhere", "x", "")],
    [1, named("request", "path")],
  );

const environmentOf = (profile: Profile): fc.Arbitrary<ArgumentSpec> =>
  fc
    .tuple(argumentOf(profile), weighted<string | undefined>([3, undefined], [2, "HOOK_A"], [1, "HOOK_b.c"], [1, ""]))
    .map(([argument, envname]) => ({ ...argument, envname }));

const fileParameters: fc.Arbitrary<ArgumentSpec> = fc
  .tuple(fc.constantFrom("b64", "ref", "missing"), fc.boolean(), fc.boolean())
  .map(([name, base64decode, isNamed]) =>
    isNamed
      ? { source: "payload", name, base64decode, envname: "HOOK_GIVENFILE" }
      : { source: "string", name: "file", base64decode },
  );

const jsonParameters: fc.Arbitrary<ArgumentSpec> = mixed(
  [9, named("payload", "json")],
  [2, named("payload", "forced", "jsonfile")],
  [1, named("header", "x-json")],
  [1, named("url", "json")],
  [1, named("query", "json")],
  [1, named("string", '{"k":1}')],
  [1, named("payload", "missing", "ref", "a", "a.c")],
);

const commandOf = (folder: string): fc.Arbitrary<Partial<HookSpec>> => {
  const echo = join(folder, "echo-all.sh");
  const command = (name: string, cwd?: string): Partial<HookSpec> => ({
    "execute-command": name,
    "command-working-directory": cwd,
  });
  return weighted(
    [36, command(echo)],
    [3, command(echo, "/tmp/")],
    [2, command("echo-all.sh", folder)],
    [2, command("./echo-all.sh", `${folder}/`)],
    [1, command("echo", "")],
    [1, command(echo, "/nowhere")],
    [1, command(`${echo} with arguments`)],
    [1, command("hooks.txt", folder)],
    [1, command("/nowhere/x")],
    [1, command("/")],
    [1, {}],
  );
};

const statuses = weighted<number | undefined>(
  ...[undefined, undefined, 201, 202, 418, 299, 999, 600, 0, -1, 204, 500, 99].map(
    (status) => [status === undefined ? 5 : 1, status] as const,
  ),
);

const contentTypes = weighted<string | undefined>(
  [16, undefined],
  [1, "application/json"],
  [1, "text/plain"],
  [1, "application/x-www-form-urlencoded"],
  [1, "xml"],
  [1, "multipart/form-data; boundary=other"],
);

const methods = weighted<readonly string[] | undefined>(
  [9, undefined],
  [2, ["POST"]],
  [1, ["Post ", " put"]],
  [1, ["get"]],
  [1, []],
  [1, ["PO ST"]],
);

function hookOf(folder: string, id: string): fc.Arbitrary<GeneratedHook> {
  return profiles.chain((profile) => {
    const some = <T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<readonly T[]> =>
      fc.array(item, { maxLength });
    const seldom = <T>(percent: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      chance(percent).chain((isThere) => (isThere ? value : fc.constant(undefined)));
    const spec = fc.record({
      "pass-arguments-to-command": some(argumentOf(profile), 4),
      "pass-environment-to-command": some(environmentOf(profile), 3),
      "pass-file-to-command": seldom(15, some(fileParameters, 2)),
      "parse-parameters-as-json": seldom(40, some(jsonParameters, 2)),
      "trigger-rule": seldom(85, ruleOf(profile)),
      "trigger-signature-soft-failures": seldom(30, fc.boolean()),
      "include-command-output-in-response": weighted<boolean | Plain | undefined>(
        [8, true],
        [1, new Plain("yes")],
        [1, false],
        [1, undefined],
      ),
      "include-command-output-in-response-on-error": seldom(50, fc.boolean()),
      "response-message": seldom(70, fc.constantFrom("done: all well", "done: ünï", "")),
      "response-headers": seldom(15, fc.constant([{ name: "x-hook-one", value: "first value" }])),
      "success-http-response-code": statuses,
      "trigger-rule-mismatch-http-response-code": statuses,
      "incoming-payload-content-type": contentTypes,
      "http-methods": methods,
    });
    return fc.tuple(commandOf(folder), spec).map(([command, rest]) => ({ spec: { id, ...command, ...rest }, profile }));
  });
}

/** Draws a hooks file whose commands lie in a folder. */
export const fileOf = (folder: string): fc.Arbitrary<GeneratedFile> =>
  fc.record({
    hooks: fc.tuple(
      ...Array.from({ length: HOOKS_PER_FILE }, (_unused, index) =>
        hookOf(folder, ODD_IDS[index] ?? `h${String(index)}`),
      ),
    ),
    form: fc.record({
      layout: fc.constantFrom("json", "loose-json", "yaml"),
      keys: fc.constantFrom("lower", "title", "upper"),
    }),
    options: weighted<ServerOptions>([2, {}], [1, { methods: "POST, put,get" }]),
  });
