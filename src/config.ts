import { z } from "zod";
import { readMailSettings, type MailSettings } from "./core/notice/mail-settings.ts";
import { fail, ok, type Result } from "./core/result.ts";

/** How the cluster is reached: the pod's service account, a kubeconfig, or not at all. */
type ClusterConfig =
  | { readonly kind: "pod"; readonly directory: string; readonly host: string; readonly port: string }
  | { readonly kind: "kubeconfig"; readonly file: string; readonly context: string }
  | { readonly kind: "none" };

/** Everything that the operator sets. Times are milliseconds. */
export interface Config {
  readonly hooks: string;
  readonly template: boolean;
  readonly host: string;
  readonly port: number;
  readonly log: { readonly level: "debug" | "info" | "warn" | "error"; readonly format: "json" | "text" };
  readonly maxBodyBytes: number;
  readonly commands: {
    readonly isEnabled: boolean;
    readonly timeoutMs: number;
    readonly concurrency: number;
    readonly queue: number;
    readonly environment: readonly string[];
  };
  readonly cluster: ClusterConfig;
  /** Where state objects are kept when there is no pod to say it; empty for the pod's own namespace. */
  readonly stateNamespace: string;
  readonly rolloutDeadlineMs: number;
  readonly shutdownDelayMs: number;
  readonly mail: MailSettings;
  readonly warnings: readonly string[];
  readonly getenv: (name: string) => string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const duration = z
  .string()
  .regex(/^(?:\d{1,6}(?:ms|s|m|h))+$/, "must be a duration such as 90s, 10m or 1h30m")
  .transform((text) =>
    [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0),
      0,
    ),
  );
const NO_PORT = "must be a port number";
const port = z
  .string()
  .regex(/^\d{1,5}$/, NO_PORT)
  .transform(Number)
  .pipe(z.number().max(65535, NO_PORT));

const environment = z.object({
  HOOKS: z.string().default("/etc/webhook/source"),
  HOST: z.string().default("0.0.0.0"),
  PORT: port.default(9000),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  LOG_FORMAT: z.enum(["json", "text"]).default("json"),
  ROLLOUT_DEADLINE: duration.default(600_000),
  SHUTDOWN_DELAY: duration.default(5_000),
  SERVICE_ACCOUNT_DIR: z.string().default(SERVICE_ACCOUNT_DIR),
  STATE_NAMESPACE: z.string().default(""),
  KUBERNETES_SERVICE_HOST: z.string().default(""),
  KUBERNETES_SERVICE_PORT: z.string().default("443"),
  KUBECONFIG: z.string().default(""),
});

/** What the command line says of the cluster; empty texts where it says nothing. */
interface Options {
  readonly kubeconfig: string;
  readonly context: string;
}

/** Reads the environment. All that is wrong is said in one error, a line each. */
export function readConfig(env: Environment, options: Options): Result<Config, string> {
  // An empty variable is one that is not set: charts and compose files render them so.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment.safeParse(given);
  const mail = readMailSettings(env);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)),
    ...(mail.kind === "ok" ? [] : mail.error.map(({ message }) => message)),
  ];
  if (!parsed.success || mail.kind === "error") return fail(problems.join("\n"));
  const values = parsed.data;
  const command = readWebhookCommand(env["WEBHOOK_CMD"] ?? "");
  return ok({
    hooks: values.HOOKS,
    template: command.template,
    host: values.HOST,
    port: values.PORT,
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    maxBodyBytes: 1024 * 1024,
    commands: {
      isEnabled: env["COMMANDS_ENABLED"] === "true",
      timeoutMs: 30_000,
      concurrency: 10,
      queue: 50,
      environment: ["PATH", "HOME", "LANG", "TZ"],
    },
    cluster: clusterOf(values, options),
    stateNamespace: values.STATE_NAMESPACE,
    rolloutDeadlineMs: values.ROLLOUT_DEADLINE,
    shutdownDelayMs: values.SHUTDOWN_DELAY,
    mail: mail.value,
    warnings: command.warnings,
    getenv: (name) => env[name],
  });
}

function clusterOf(values: z.infer<typeof environment>, options: Options): ClusterConfig {
  const file = options.kubeconfig === "" ? values.KUBECONFIG : options.kubeconfig;
  if (options.kubeconfig === "" && values.KUBERNETES_SERVICE_HOST !== "") {
    const { SERVICE_ACCOUNT_DIR: directory, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: kubePort } = values;
    return { kind: "pod", directory, host, port: kubePort };
  }
  return file === "" ? { kind: "none" } : { kind: "kubeconfig", file, context: options.context };
}

// The flags of adnanh/webhook that the tool which this one replaces passed on. Only -template changes anything here.
const HARMLESS_FLAGS: readonly string[] = ["verbose", "hotreload"];

function readWebhookCommand(text: string): { template: boolean; warnings: readonly string[] } {
  const flags = text.split(/\s+/).flatMap((flag) => (flag === "" ? [] : [flag.replace(/^--?/, "")]));
  const others = flags.filter((flag) => flag !== "template" && !HARMLESS_FLAGS.includes(flag));
  return {
    template: flags.includes("template"),
    warnings: others.map((flag) => `WEBHOOK_CMD: -${flag} is not served and is passed over`),
  };
}
