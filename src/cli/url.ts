import { InvalidArgumentError, Command as Program } from "commander";
import { checkHooks, printFinding, servedHooks } from "../core/hook/check.ts";
import { nearestIds } from "../core/hook/nearest-ids.ts";
import { printTrigger } from "../core/hook/print-trigger.ts";
import { triggerOf } from "../core/hook/trigger-url.ts";
import { isPublicUrl } from "../core/public-url.ts";
import { readHooksPaths, type TemplateEnvironment } from "../files/hooks-file.ts";
import { readWords, type Said } from "./read-words.ts";

interface UrlOptions {
  readonly file: string;
  readonly baseUrl: string;
  readonly template: boolean;
  readonly mask: boolean;
}

/** What `url` is asked to do. */
export interface UrlCommand extends UrlOptions {
  readonly kind: "url";
  readonly hook: string;
}

const HELP = `
Examples:
  imagehook url cnrancher_website --file examples/hooks.json --base-url https://hooks.example.com
  HOOK_TOKEN=… imagehook url website --file /etc/webhook/source --template

What it prints holds the hook's token, unless it is told to --mask it.
Exit code: 0 when the hook was found, 1 when it was not, 2 when the command line is wrong.`;

/** Reads the command line of `url`, without the command's name. */
export function readUrl(argv: readonly string[]): UrlCommand | Said {
  const program = new Program("imagehook url")
    .description("print the trigger URLs of a hook, to paste into a registry's console")
    .argument("<hook>", "the hook's id")
    .requiredOption("--file <path>", "hooks file, or directory of them")
    .option("--base-url <url>", "the address that the registry calls, without /hooks", readBaseUrl, "https://HOST")
    .option("--template", "expand Go templates first, as imagehook -template does", false)
    .option("--mask", "print … instead of secrets", false)
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "url", hook: program.args[0] ?? "", ...program.opts<UrlOptions>() };
}

function readBaseUrl(text: string): string {
  const base = text.replace(/\/$/, "");
  if (!isPublicUrl(base)) throw new InvalidArgumentError("It is not like https://hooks.example.com.");
  if (base.endsWith("/hooks")) throw new InvalidArgumentError("Leave /hooks out, it is added.");
  return base;
}

/** Says how a hook is triggered. */
export async function runUrl(command: UrlCommand, getenv: NonNullable<TemplateEnvironment>): Promise<Said> {
  const { file, hook: id, baseUrl, template, mask } = command;
  const files = await readHooksPaths([file], template ? getenv : null);
  const hooks = servedHooks(files, { allowsCommands: true });
  const hook = hooks.get(id);
  if (hook !== undefined)
    return { kind: "said", text: printTrigger(hook, triggerOf(hook, baseUrl, mask)), exitCode: 0 };
  const near = nearestIds(id, [...hooks.keys()]);
  const hint = near.length === 0 ? "no hook at all is" : `the nearest are ${near.join(", ")}`;
  const { findings } = checkHooks(files, { allowsCommands: true });
  const reasons = findings.filter((finding) => finding.severity === "error" && ["", id].includes(finding.hook));
  const lines = [`no hook "${id}" is served: ${hint}`, ...reasons.map(printFinding)];
  return { kind: "said", text: `${lines.join("\n")}\n`, exitCode: 1 };
}
