import { InvalidArgumentError, Option, Command as Program } from "commander";
import { kindOfFlag, SERVE_FLAGS, type Flag } from "./flags.ts";
import { readGoFlags } from "./go-flags.ts";
import { readWords, type Said } from "./read-words.ts";
import { splitWords } from "./words.ts";

/** A flag as it was given: a boolean's value is `true` or `false`. */
interface GivenFlag {
  readonly name: string;
  readonly value: string;
  /** What it is called in messages: `-port`, or `WEBHOOK_CMD: -port`. */
  readonly source: string;
}

/** What `serve` is asked to do. Of flags that take one value the last counts. */
export interface ServeCommand {
  readonly kind: "serve";
  readonly flags: readonly GivenFlag[];
  /** What is asked for in vain, and why. */
  readonly warnings: readonly string[];
}

const HELP = `
A flag is written -port 9000, -port=9000 or --port 9000. WEBHOOK_CMD may hold flags too, quoted as for a shell: they
count as if they stood before those of the command line. Flags win over environment variables (docs/operations.md).
Without -hooks and the variable HOOKS, /etc/webhook/source is read if it exists, else ./hooks.json.

Commands:
  imagehook [serve]            serve the hooks (the default)
  imagehook check PATH...      say what is wrong with hooks files, or with --cluster what would be refused now
  imagehook test FILE          say what a request would set off, and why
  imagehook parse --body FILE  say what a registry's body says: a push, or why nothing would happen
  imagehook convert FILE...    print the chart's values for hooks files of the original tool
  imagehook url HOOK           print the trigger URLs of a hook, and calls for builders
  imagehook mail-test ADDRESS  send one mail with the settings in force
  imagehook status             say which rollouts wait, go on and were done lately
  imagehook release WORKLOAD…  let a push go that is held back after it was undone
Each of them has its own --help.

Examples:
  imagehook -hooks hooks.json -port 9000 -verbose
  imagehook -hooks hooks.json -hooks more/ -template -urlprefix "" -http-methods POST
  imagehook -secure -cert /tls/tls.crt -key /tls/tls.key -header X-Frame-Options=DENY

Exit code: 0 when it ended as it was told to, 1 after an error, 2 when the command line or a setting is wrong.`;

// Those of Go's strconv.ParseBool.
const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, "true"] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, "false"] as const),
]);

/** What `serve` is given beside its words. */
export interface ServeSurroundings {
  /** The variable WEBHOOK_CMD: flags that stand before those of the command line. */
  readonly webhookCmd: string;
  readonly version: string;
}

/** Reads the command line of `serve`, which is also what is done when no command is named. */
export function readServe(argv: readonly string[], { webhookCmd, version }: ServeSurroundings): ServeCommand | Said {
  const words = splitWords(webhookCmd);
  if (words.kind === "error") return { kind: "said", text: `WEBHOOK_CMD: ${words.error}\n`, exitCode: 2 };
  const first = readFlags(words.value, "WEBHOOK_CMD: ");
  if (first.kind === "said") return first;
  const second = readFlags(argv, "");
  if (second.kind === "said") return second;
  const flags = [...first.flags, ...second.flags];
  if (flags.findLast(({ name }) => name === "version")?.value === "true")
    return { kind: "said", text: `imagehook ${version}\n`, exitCode: 0 };
  return { kind: "serve", flags, warnings: [...new Set(flags.flatMap(warningsOf))] };
}

interface Flags {
  readonly kind: "flags";
  readonly flags: readonly GivenFlag[];
}

function readFlags(argv: readonly string[], place: string): Flags | Said {
  const flags: GivenFlag[] = [];
  const program = new Program("imagehook")
    .description("Rolls workloads forward when a registry says that an image was pushed.")
    .usage("[flags]")
    .allowExcessArguments()
    .configureHelp({ optionTerm: ({ flags: term }) => term.replace(" [boolean]", "") })
    .configureOutput({
      outputError: (text, write) => {
        write(`${place}${text}`);
      },
    })
    .addHelpText("after", HELP);
  for (const flag of SERVE_FLAGS) {
    program.addOption(
      optionOf(flag).argParser((text) => {
        flags.push({
          name: flag.name,
          value: flag.value === null ? readBoolean(text) : text,
          source: `${place}-${flag.name}`,
        });
      }),
    );
  }
  program.action(() => {
    const [word] = program.args;
    if (word !== undefined)
      program.error(`error: '${word}' is neither a flag nor a command (a boolean takes its value as -verbose=false)`);
  });
  return readWords(program, readGoFlags(argv, kindOfFlag)) ?? { kind: "flags", flags };
}

const optionOf = ({ name, value, does }: Flag): Option =>
  new Option(`--${name} ${value === null ? "[boolean]" : `<${value}>`}`, does);

function readBoolean(text: string): string {
  const value = BOOLEANS.get(text);
  if (value === undefined) throw new InvalidArgumentError("It is true or false.");
  return value;
}

function warningsOf({ name, value, source }: GivenFlag): readonly string[] {
  const flag = SERVE_FLAGS.find((each) => each.name === name);
  return flag?.whyIgnored === undefined || value === "false" ? [] : [`${source} changes nothing: ${flag.whyIgnored}`];
}
