import { Command as Program } from "commander";
import { convertHooks } from "../core/hook/convert/convert-hooks.ts";
import { printConversion } from "../core/hook/convert/print-conversion.ts";
import type { SyntaxProblem } from "../core/hook/field.ts";
import { printFinding } from "../core/hook/check.ts";
import { readHooksText, type TemplateEnvironment } from "../files/hooks-file.ts";
import { writeNewFiles } from "../files/new-files.ts";
import { readWords, type Said } from "./read-words.ts";

interface ConvertOptions {
  readonly template: boolean;
  readonly secretName: string;
  readonly outputDir?: string;
  readonly force: boolean;
}

/** What `convert` is asked to do. */
export interface ConvertCommand extends ConvertOptions {
  readonly kind: "convert";
  readonly files: readonly string[];
}

const HELP = `
Examples:
  imagehook convert hooks.json
  HOOK_TOKEN=… imagehook convert --template --output-dir moved /etc/webhook/source/cnrancher.json

It prints the values, then a Secret with the tokens, then a ConfigMap of the hooks that the values have no words for.
Exit code: 0 when every hook is carried over, 1 when one is not or a file cannot be written, 2 when the command line is wrong.`;

// Not <release>-tokens, which is the chart's own Secret.
const SECRET_NAME = "registry-tokens";

/** Reads the command line of `convert`, without the command's name. */
export function readConvert(argv: readonly string[]): ConvertCommand | Said {
  const program = new Program("imagehook convert")
    .description("turn hooks files into values of the imagehook chart")
    .argument("<file...>", "hooks files")
    .option("--template", "expand Go templates first, as imagehook -template does", false)
    .option("--secret-name <name>", "the Secret that will hold the tokens", SECRET_NAME)
    .option("--output-dir <dir>", "write values.yaml, secret.yaml and configmap.yaml there instead of printing them")
    .option("--force", "overwrite files that are there", false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "convert", files: program.args, ...program.opts<ConvertOptions>() };
}

/** Converts the hooks files, and says or writes what they became. */
export async function runConvert(command: ConvertCommand, getenv: NonNullable<TemplateEnvironment>): Promise<Said> {
  const { files, template, secretName, outputDir, force } = command;
  const texts = await Promise.all(files.map((file) => readHooksText(file, template ? getenv : null)));
  if (!texts.every((text) => text.kind === "ok")) {
    const problems = texts.flatMap((text, index) =>
      text.kind === "error" ? [printProblem(files[index] ?? "", text.error)] : [],
    );
    return say(problems, 1);
  }
  const read = texts.map(({ value }, index) => ({ file: files[index] ?? "", ...value }));
  const conversion = convertHooks(read, { isExpanded: template });
  if (conversion.kind === "error") return say(conversion.error, 1);
  const { refused, warnings } = conversion.value;
  const exitCode = refused.length === 0 ? 0 : 1;
  const converted = printConversion(conversion.value, secretName);
  if (outputDir === undefined) return { kind: "said", text: converted.map(({ text }) => text).join("---\n"), exitCode };
  const written = await writeNewFiles(outputDir, converted, force);
  if (written.kind === "error") return say([written.error], 1);
  return say([...written.value, ...warnings, ...refused], exitCode);
}

const say = (lines: readonly string[], exitCode: number): Said => ({
  kind: "said",
  text: `${lines.join("\n")}\n`,
  exitCode,
});

const printProblem = (file: string, { at, message }: SyntaxProblem): string =>
  printFinding({ severity: "error", file, ...at, hook: "", message });
