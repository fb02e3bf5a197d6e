import { createReadStream } from "node:fs";
import { InvalidArgumentError, Command as Program } from "commander";
import { codeOf } from "../core/error-code.ts";
import { REGISTRY_TYPES, registryTypeOf } from "../core/event/dialects.ts";
import { readMessage } from "../core/event/read-message.ts";
import { parseJsonPayload } from "../core/hook/payload.ts";
import { readRegistryHost } from "../core/hook/read-upgrade.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { BODY_LIMITS } from "../flow/push.ts";
import { printMessage, toJson } from "./parse-report.ts";
import { readHeaders } from "./read-headers.ts";
import { collect, readWords, type Said } from "./read-words.ts";

interface ParseOptions {
  readonly registry: string;
  /** The file that holds the body, or `-` for the standard input. */
  readonly body: string;
  readonly registryHost: string;
  /** As `Name: value`. */
  readonly header: readonly string[];
  readonly json: boolean;
}

/** What `parse` is asked to do. */
export interface ParseCommand extends ParseOptions {
  readonly kind: "parse";
}

const HELP = `
Registry types: auto, ${REGISTRY_TYPES.join(", ")}. With auto the body and its headers tell which it is;
docs/registries.md says which of them need --registry, --registry-host or a header.

Examples:
  imagehook parse --body examples/push.json
  imagehook parse --registry nexus --registry-host registry.example.com:5000 --body - < event.json
  imagehook parse --body event.json --header 'Ce-Type: zotregistry.image.updated' --header 'Ce-Specversion: 1.0' --json

Exit code: 0 for a push and for what is ignored, 1 for what is rejected, 2 when the command line is wrong or the body
cannot be read.`;

/** Reads the command line of `parse`, without the command's name. */
export function readParse(argv: readonly string[]): ParseCommand | Said {
  const program = new Program("imagehook parse")
    .description("say what the body of a registry's request says: a push of which images, or why it is none")
    .requiredOption("--body <file>", "a file that holds the body; - reads it from the standard input")
    .option("--registry <name>", "the registry type, as repo_type has it", readRegistry, "auto")
    .option("--registry-host <host>", "the registry's host, for bodies that name none", readHost, "")
    .option("--header <line>", "a header, as 'Name: value'; may be given several times", collect, [])
    .option("--json", "print one JSON object instead of lines", false)
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "parse", ...program.opts<ParseOptions>() };
}

function readRegistry(name: string): string {
  if (name.toLowerCase() !== "auto" && registryTypeOf(name) === undefined)
    throw new InvalidArgumentError(`Use auto, ${REGISTRY_TYPES.join(", ")}.`);
  return name;
}

function readHost(text: string): string {
  const host = readRegistryHost(text);
  if (host.kind === "error") throw new InvalidArgumentError(`${host.error}.`);
  return host.value;
}

/** Says what a body says. */
export async function runParse(command: ParseCommand, input: AsyncIterable<Uint8Array>): Promise<Said> {
  const { registry, body: file, registryHost: host, json } = command;
  const headers = readHeaders(command.header);
  if (headers.kind === "error") return say(headers.error, 2);
  const bytes = await readBody(file === "-" ? input : createReadStream(file));
  if (bytes.kind === "error") return say(`${file === "-" ? "standard input" : file}: ${bytes.error}`, 2);
  const message = readMessage(registry, {
    body: parseJsonPayload(bytes.value.toString("utf8")),
    header: (name) => headers.value.get(name)?.[0] ?? "",
    host,
    timeZone: "",
  });
  const { reading, type } = message;
  if (reading.kind === "unsupported") return say(reading.reason, 2);
  const isTold = registryTypeOf(registry) !== type;
  const text = json ? JSON.stringify(toJson(reading), null, 2) : printMessage(reading, type, isTold);
  return say(text, reading.kind === "rejected" ? 1 : 0);
}

async function readBody(stream: AsyncIterable<Uint8Array>): Promise<Result<Buffer, string>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > BODY_LIMITS.maxBytes)
        return fail(`is larger than ${String(BODY_LIMITS.maxBytes / 1024)} KiB, which the service does not take`);
      chunks.push(chunk);
    }
  } catch (error) {
    return fail(`the body cannot be read: ${codeOf(error)}`);
  }
  return ok(Buffer.concat(chunks));
}

const say = (text: string, exitCode: number): Said => ({ kind: "said", text: `${text}\n`, exitCode });
