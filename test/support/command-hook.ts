import type { CommandAction, CommandHook } from "../../src/core/hook/hook.ts";
import type { Invocation } from "../../src/core/hook/invocation.ts";

/** A command without arguments, its output shown, each limit the server's own. */
export const aCommand = (over: Partial<CommandAction> = {}): CommandAction => ({
  path: "/usr/bin/deploy",
  directory: "",
  arguments: [],
  environment: [],
  files: [],
  output: "shown",
  limits: { timeoutMs: null, concurrency: null, queue: null },
  at: { line: 2, column: 20 },
  ...over,
});

/** A served hook that runs a command and has no rule; its parts are spread over the defaults one by one. */
export function aCommandHook({
  command,
  response,
  ...over
}: Partial<Omit<CommandHook, "command" | "response">> & {
  readonly command?: Partial<CommandAction>;
  readonly response?: Partial<CommandHook["response"]>;
} = {}): CommandHook {
  return {
    kind: "command",
    id: "deploy",
    file: "hooks.yaml",
    at: { line: 1, column: 3 },
    methods: [],
    rule: null,
    softSignatures: false,
    contentType: "",
    jsonParameters: [],
    response: { message: null, headers: [], successStatus: 200, mismatchStatus: 200, ...response },
    command: aCommand(command),
    ...over,
  };
}

/** A run of a program that is found in PATH, its output captured. */
export const anInvocation = (over: Partial<Invocation> = {}): Invocation => ({
  path: "true",
  directory: "",
  arguments: [],
  environment: [],
  files: [],
  capturesOutput: true,
  timeoutMs: 5_000,
  ...over,
});
