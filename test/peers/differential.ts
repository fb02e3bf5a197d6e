import fc from "fast-check";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, type Comparison, type Difference } from "./compare.ts";
import type { Exchange } from "./deviations.ts";
import { fileOf, type GeneratedFile, type GeneratedHook } from "./generated-hooks.ts";
import { requestOf } from "./generated-requests.ts";
import { renderHooks, type HookSpec } from "./hooks-text.ts";
import { reduce } from "./reduce.ts";
import type { HookServer, StartServer } from "./hook-server.ts";

/** A comparison on one hooks file. */
export interface RoundPlan {
  readonly seed: number;
  readonly requests: number;
  readonly first: StartServer;
  readonly second: StartServer;
  /** Changes the hooks of the second server, to plant a bug. */
  readonly plant?: (hook: HookSpec) => HookSpec;
}

const ECHO = fileURLToPath(new URL("echo-all.sh", import.meta.url));
const REDUCED_HOOKS = 3;

const toHook = (hook: GeneratedHook, now: Date): fc.Arbitrary<Exchange> =>
  requestOf(hook, now).map((request) => ({ hook: hook.spec, request }));

/** Draws a hooks file and requests from the seed, starts both servers on the file and compares their answers. */
export async function runRound({ seed, requests, first, second, plant }: RoundPlan): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), "imagehook-peers-"));
  const servers: HookServer[] = [];
  try {
    await copyFile(ECHO, join(folder, "echo-all.sh"));
    const [file] = fc.sample(fileOf(folder), { seed, numRuns: 1 });
    if (file === undefined) throw new Error("fast-check drew no hooks file");
    const launch = async (
      start: StartServer,
      name: string,
      { hooks, form, options }: GeneratedFile,
    ): Promise<HookServer> => {
      const hooksFile = join(folder, name);
      await writeFile(
        hooksFile,
        renderHooks(
          hooks.map(({ spec }) => spec),
          form,
        ),
      );
      const server = await start(hooksFile, options);
      servers.push(server);
      return server;
    };
    const planted = plant === undefined ? file.hooks : file.hooks.map((hook) => ({ ...hook, spec: plant(hook.spec) }));
    const [one, other] = [
      await launch(first, "hooks.txt", file),
      await launch(second, "second.txt", { ...file, hooks: planted }),
    ];
    const now = new Date();
    const drawn = fc.constantFrom(...file.hooks).chain((hook) => toHook(hook, now));
    const comparison = await compare(fc.sample(drawn, { seed, numRuns: requests }), one.answer, other.answer);
    return plant === undefined ? await withReduced(comparison, one, other) : comparison;
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts smaller requests in the place of those that showed a difference, one for each of the first hooks. */
async function withReduced(comparison: Comparison, first: HookServer, second: HookServer): Promise<Comparison> {
  const byHook = new Map(comparison.differences.map((difference) => [difference.exchange.hook.id, difference]));
  const chosen = [...byHook.values()].slice(0, REDUCED_HOOKS);
  const reduced: Difference[] = [];
  for (const difference of chosen) reduced.push(await reduce(difference, first.answer, second.answer));
  const others = comparison.differences.filter((difference) => !chosen.includes(difference));
  return { ...comparison, differences: [...reduced, ...others] };
}
