import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Exchange } from "./load.ts";
import { createLoad } from "./load.ts";
import { startPeer } from "./peer-server.ts";
import { startProgram, type Program } from "./program.ts";
import { ratesOf, ratiosOf, runRounds, type Contender } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { printRate, type Row } from "./table.ts";

const CONNECTIONS = 8;

const TOKEN = "bench-0a9d4c1e7f3b4268b5d1";

const hooksOf = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `true-${String(index)}`,
    "execute-command": "/bin/true",
    "include-command-output-in-response": true,
    "trigger-rule": { match: { type: "value", value: TOKEN, parameter: { source: "url", name: "token" } } },
    "trigger-rule-mismatch-http-response-code": 403,
  }));

const exchangeFor = (hook: number): Exchange => ({
  request: `POST /hooks/true-${String(hook)}?token=${TOKEN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`,
  status: 200,
  body: "",
});

/** Hooks that run `/bin/true` and wait for it, against adnanh/webhook, and with many hooks against one. */
export async function measureCommands(stage: Stage): Promise<readonly Row[]> {
  const { effort, say } = stage;
  const servers = [
    { name: "service", hooks: 1, program: await startOurs(stage, "commands-one", 1) },
    {
      name: "service with many hooks",
      hooks: effort.manyHooks,
      program: await startOurs(stage, "commands-many", effort.manyHooks),
    },
    { name: "adnanh/webhook", hooks: 1, program: await startPeer(stage, "commands-peer", hooksOf(1)) },
  ];
  const contenders = servers.map(({ name, hooks, program }): Contender => {
    const load = createLoad(program.port, CONNECTIONS);
    let sent = 0;
    return { name, slice: () => load.run(effort.commandSliceMs, () => exchangeFor(sent++ % hooks)) };
  });
  await runRounds(contenders, 1, () => undefined);
  const rounds = await runRounds(contenders, effort.commandRounds, (round, index) => {
    const rates = contenders.map(({ name }, place) => `${name} ${printRate(round[place] ?? 0)}`).join(", ");
    say(`commands ${String(index + 1)}/${String(effort.commandRounds)}: ${rates}`);
  });
  for (const { program } of servers) await program.stop();
  say("commands: verified: status and body of each answer");
  const row = (what: string, server: number, baseline: number, least: number): Row => ({
    what,
    value: ratiosOf(rounds, server, baseline),
    unit: "",
    detail: [server, baseline].map((place) => printRate(ratesOf(rounds, place).median)).join(" : "),
    bar: { sign: ">=", limit: least },
  });
  return [
    row("commands (/bin/true) against adnanh/webhook", 0, 2, 0.2),
    row(`commands with ${String(effort.manyHooks)} hooks against 1`, 1, 0, 0.95),
  ];
}

async function startOurs(
  { folder, watchdog, program, profiled }: Stage,
  name: string,
  hooks: number,
): Promise<Program> {
  const directory = join(folder, name);
  await mkdir(directory);
  await writeFile(join(directory, "hooks.json"), JSON.stringify(hooksOf(hooks)));
  const env = { HOOKS: directory, COMMANDS_ENABLED: "true", SHUTDOWN_DELAY: "0s" };
  return startProgram({ name, folder, watchdog, program, execArgv: profiled(name), env });
}
