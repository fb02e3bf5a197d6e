import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { findBinaries } from "../control-plane/binaries.ts";
import { run } from "../control-plane/run.ts";
import { exportsOf, type Place } from "./place.ts";
import { openTools, type Tools } from "./tools.ts";

/** What the demo on a cluster of the user's needs to know. */
export interface ContextOptions {
  readonly context: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const REMOVE_WITHIN_MS = 170_000;
const TELL_EVERY_MS = 5_000;

/** Opens a cluster of the user's by the context's own credentials; closing it removes the namespaces that the demo created. */
export async function openContext({ context, folder, signal, say }: ContextOptions): Promise<Place> {
  const { kubectl, helm } = await findPrograms(say);
  const kubeconfig = join(folder, "kubeconfig");
  const only = ["config", "view", "--raw", "--minify", "--flatten", `--context=${context}`];
  const found = await run(kubectl, only).catch(async (error: unknown) => {
    const { stdout } = await run(kubectl, ["config", "get-contexts", "--output=name"]).catch(() => ({ stdout: "" }));
    const known = stdout.trim().split("\n").join(", ");
    throw new Error(
      `--context ${context}: kubectl knows no such context; it knows: ${known === "" ? "none" : known} (KUBECONFIG names the file)`,
      { cause: error },
    );
  });
  await writeFile(kubeconfig, found.stdout, { mode: 0o600 });
  const programs = { kubectl, helm, kubeconfig, folder };
  const tools = openTools(programs, signal);
  say(`kubectl ${kubectl}, helm ${helm}`);
  const version = await tools.kubectl(["version", "--request-timeout=15s"]);
  say(version.split("\n").find((line) => line.startsWith("Server Version")) ?? version);
  const created: string[] = [];
  return {
    tools,
    access: {
      kind: "kubeconfig",
      env: credentialEnvironment(),
      args: ["--kubeconfig", kubeconfig, "--context", context],
    },
    createNamespaces: async (names) => {
      await refuseExisting(tools, names, context);
      for (const name of names) {
        // Noted first: an interrupted command may have reached the API server.
        created.push(name);
        await tools.kubectl(["create", "namespace", name]);
      }
    },
    exports: exportsOf(programs),
    about: [`The cluster is that of your context ${context}; the namespaces of the demo are removed at the end.`],
    close: async () => {
      if (created.length === 0) return;
      say(`removing the namespaces ${created.join(" and ")}`);
      const last = openTools(programs, AbortSignal.timeout(REMOVE_WITHIN_MS));
      const remove = ["delete", "namespace", ...created, "--ignore-not-found", "--timeout=150s"];
      const started = Date.now();
      const ticker = setInterval(() => {
        say(`still removing them, since ${String(Math.round((Date.now() - started) / 1000))} s`);
      }, TELL_EVERY_MS);
      try {
        await last.kubectl(remove);
      } catch (error) {
        const command = `kubectl --context ${context} delete namespace ${created.join(" ")}`;
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${why}\nthe demo's namespaces are left; remove them by: ${command}`, { cause: error });
      } finally {
        clearInterval(ticker);
      }
    },
  };
}

async function refuseExisting(tools: Tools, names: readonly string[], context: string): Promise<void> {
  const found = await tools.kubectl(["get", "namespace", ...names, "--ignore-not-found", "--output=name"]);
  const existing = found.split("\n").flatMap((line) => (line === "" ? [] : [line.replace("namespace/", "")]));
  if (existing.length === 0) return;
  const command = `kubectl --context ${context} delete namespace ${existing.join(" ")}`;
  throw new Error(
    `context ${context} has a namespace ${existing.join(" and ")} already, which the demo would create and remove: ` +
      `if an earlier demo left it, remove it by: ${command}`,
  );
}

async function findPrograms(say: (line: string) => void): Promise<{ kubectl: string; helm: string }> {
  const [kubectl, helm] = [onPath("kubectl"), onPath("helm")];
  if (kubectl !== undefined && helm !== undefined) return { kubectl, helm };
  say(`${kubectl === undefined ? "kubectl" : "helm"} is not on PATH: the demo's own is used`);
  const own = await findBinaries(say);
  return { kubectl: kubectl ?? own.kubectl, helm: helm ?? own.helm };
}

function onPath(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

// Programs that a kubeconfig names for its credentials look into the home folder and these variables.
function credentialEnvironment(): NodeJS.ProcessEnv {
  const isNeeded = (name: string): boolean => name === "HOME" || /^(?:AWS|AZURE|CLOUDSDK|GOOGLE)_/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isNeeded(name)));
}
