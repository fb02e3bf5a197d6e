import { readArgument, type Argument, type HookRequest } from "./argument.ts";
import type { CommandAction, FileArgument } from "./hook.ts";

/** One run of a command, with the values that a request brings. */
export interface Invocation {
  readonly path: string;
  readonly directory: string;
  readonly arguments: readonly string[];
  /** Variables in the order of the hooks file; of one given twice the last counts. */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Contents that become files; each variable holds the path of its file. */
  readonly files: readonly { readonly variable: string; readonly content: Buffer }[];
  readonly capturesOutput: boolean;
  readonly timeoutMs: number;
}

const PREFIX = "HOOK_";

/**
 * Fills a command with what a request brings, as adnanh/webhook does: an argument that the request does not bring is
 * an empty text, a variable or a file is left out.
 */
export function invocationOf(command: CommandAction, request: HookRequest, defaultTimeoutMs: number): Invocation {
  const valueOf = (argument: Argument): string | undefined => readArgument(argument, request);
  return {
    path: command.path,
    directory: command.directory,
    arguments: command.arguments.map((argument) => (argument === null ? "" : (valueOf(argument) ?? ""))),
    environment: command.environment.flatMap((argument) => {
      const value = valueOf(argument);
      return value === undefined ? [] : [[argument.envname || `${PREFIX}${argument.name}`, value] as const];
    }),
    files: command.files.flatMap((file) => {
      const content = contentOf(file, request);
      const { envname, name } = file.argument;
      return content === null ? [] : [{ variable: envname || `${PREFIX}${name.toUpperCase()}`, content }];
    }),
    capturesOutput: command.output !== "hidden",
    timeoutMs: command.limits.timeoutMs ?? defaultTimeoutMs,
  };
}

// A raw body goes into its file byte by byte, whatever it is.
function contentOf({ argument, isBase64 }: FileArgument, request: HookRequest): Buffer | null {
  if (argument.source === "raw-request-body" && !isBase64) return request.body();
  const value = readArgument(argument, request);
  if (value === undefined) return null;
  return isBase64 ? decodeWhatIsBase64(value) : Buffer.from(value);
}

const PADDED = /^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;

// Line ends are passed over; of what is broken the whole groups of four before the fault count.
function decodeWhatIsBase64(text: string): Buffer {
  const joined = text.replace(/[\r\n]/g, "");
  const fault = joined.search(/[^A-Za-z0-9+/]/);
  const digits = fault === -1 ? joined.length : fault;
  const whole = digits - (digits % 4);
  const end = PADDED.test(joined.slice(whole, whole + 4)) ? whole + 4 : whole;
  return Buffer.from(joined.slice(0, end), "base64");
}
