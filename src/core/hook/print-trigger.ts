import { printScope } from "../rollout/selection.ts";
import { printContainer } from "../rollout/target.ts";
import { curlCommand, jenkinsStep, variablesOf, type CustomCall } from "./custom-call.ts";
import type { Hook } from "./hook.ts";
import { indent } from "./print-yaml.ts";
import type { Trigger } from "./trigger-url.ts";

/** Prints how a hook is triggered, and for builders a call to paste. */
export function printTrigger(hook: Hook, trigger: Trigger): string {
  const { urls, headers, notes } = trigger;
  return [
    `${hook.id} (${hook.file}:${String(hook.at.line)}): ${deedOf(hook)}`,
    ...urls.map(({ caller, url }) => `${caller}\n  ${url}`),
    ...(headers.length === 0
      ? []
      : [`headers, besides the URL\n${headers.map(({ name, value }) => `  ${name}: ${value}`).join("\n")}`]),
    ...(notes.length === 0 ? [] : [`note\n${notes.map((note) => `  ${note}`).join("\n")}`]),
    ...callsOf(hook, trigger),
  ]
    .join("\n\n")
    .concat("\n");
}

const deedOf = (hook: Hook): string =>
  hook.kind === "command"
    ? `runs ${hook.command.path}`
    : `${printScope(hook.upgrade.target)} in ${hook.upgrade.target.namespace}, ${printContainer(hook.upgrade.container)}`;

function callsOf(hook: Hook, { urls, headers, isComplete }: Trigger): readonly string[] {
  const builder = urls.find(({ isForBuilder }) => isForBuilder);
  if (hook.kind === "command" || builder === undefined || !isComplete) return [];
  const { repository: allowed } = hook.upgrade;
  const repository = allowed.kind === "named" ? allowed.repository : null;
  const call: CustomCall = { id: hook.id, url: builder.url, headers, repository };
  const variables = variablesOf(repository)
    .map((variable) => `  ${variable}`)
    .join("\n");
  return [
    `environment variables of the calls below\n${variables}`,
    `custom, from a shell\n${indent(curlCommand(call), 2)}`,
    `custom, from a Jenkinsfile (credentials of kind "Secret text": ${credentials(headers.length)})\n${indent(jenkinsStep(call), 2)}`,
  ];
}

const credentials = (headers: number): string =>
  headers === 0 ? "the whole URL" : `the whole URL, and each header as "Name: value"`;
