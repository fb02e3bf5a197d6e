import { parseArgs } from "node:util";

/** What the user asked for; null where an option was not given. */
export interface DemoOptions {
  readonly once: boolean;
  readonly help: boolean;
  readonly tag: string | null;
  readonly context: string | null;
}

/** The text of --help. */
export const usage = `usage: scripts/demo [--once] [--tag TAG] [--context NAME]
  starts a Kubernetes control plane, installs the chart, sends a registry's webhook, shows the rollout and the mail,
  and leaves everything up until Ctrl-C
  --once          ends by itself: exit code 0 when the rollout and the mail were as they should be
  --tag TAG       pushes this tag (default v2; 1.29 with --context)
                  a tag that ends in -never-ready, -crash-loop or -image-pull shows a rollout that fails
  --context NAME  uses the cluster of this kubeconfig context instead of starting one: creates the namespaces
                  imagehook-demo and imagehook-demo-web there, and removes them at the end
  --help          prints this`;

const TAG = /^\w[\w.-]{0,127}$/;
const options = {
  once: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  tag: { type: "string" },
  context: { type: "string" },
} as const;

/** Reads the command line; what is wrong is thrown with the usage below it. */
export function readOptions(argv: readonly string[]): DemoOptions {
  try {
    const { once, help, tag = null, context = null } = parseArgs({ args: [...argv], options }).values;
    if (tag !== null && !TAG.test(tag))
      throw new Error(`--tag ${tag}: not a tag: letters, digits, _ . - and at most 128 of them`);
    if (context === "") throw new Error("--context: is empty: kubectl config get-contexts lists the names");
    return { once, help, tag, context };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}
