import type { FlagKind } from "./go-flags.ts";

/** A flag of `serve`. */
export interface Flag {
  readonly name: string;
  /** What its value is called in the help; null for a boolean. */
  readonly value: string | null;
  readonly does: string;
  /** Set for a flag of adnanh/webhook that is taken and changes nothing here: why that is so. */
  readonly whyIgnored?: string;
}

const OWN_USER = "the process keeps its user: start it as the one that it should be";
const OWN_CIPHERS = "Node's own list of cipher suites is used";

/** The flags of adnanh/webhook, and those of our own. */
export const SERVE_FLAGS: readonly Flag[] = [
  { name: "hooks", value: "path", does: "hooks file, or directory of them; may be given several times" },
  { name: "hotreload", value: null, does: "taken and always on: hooks are read again when a file changes" },
  {
    name: "template",
    value: null,
    does: "expand Go templates in hooks files: getenv, cat, credential and Go's own functions",
  },
  { name: "urlprefix", value: "prefix", does: "hooks answer at /PREFIX/ID (default: hooks); empty: at /ID" },
  { name: "ip", value: "address", does: "address to listen on (default: 0.0.0.0)" },
  { name: "port", value: "number", does: "port to listen on (default: 9000)" },
  { name: "http-methods", value: "list", does: "methods that hooks answer which name none, as POST,PUT" },
  { name: "header", value: "name=value", does: "header of every answer of a hook; may be given several times" },
  { name: "secure", value: null, does: "serve HTTPS; a renewed certificate is taken up without a restart" },
  { name: "cert", value: "file", does: "certificate chain, PEM (default: cert.pem)" },
  { name: "key", value: "file", does: "its private key, PEM (default: key.pem)" },
  { name: "tls-min-version", value: "version", does: "1.0, 1.1, 1.2 or 1.3 (default: 1.2)" },
  { name: "verbose", value: null, does: "log at level info at least" },
  { name: "debug", value: null, does: "log at level debug" },
  { name: "logfile", value: "file", does: "append the log to a file, at level info at least" },
  { name: "nopanic", value: null, does: "taken and always on: it starts without any hook" },
  { name: "x-request-id", value: null, does: "take the request's id from its header X-Request-Id" },
  { name: "x-request-id-limit", value: "number", does: "characters of it that are kept (200 at most)" },
  { name: "max-multipart-mem", value: "bytes", does: "largest body that is read for a command (default: 1048576)" },
  { name: "version", value: null, does: "print the version and end" },
  { name: "kubeconfig", value: "file", does: "outside of a pod: reach the cluster by this kubeconfig" },
  { name: "context", value: "name", does: "a context of the kubeconfig instead of its current one" },
  ignored("setuid", "id", OWN_USER),
  ignored("setgid", "id", OWN_USER),
  ignored("pidfile", "file", "no pid file is written: whoever starts the process knows its id"),
  ignored("socket", "path", "it listens on -ip and -port only"),
  ignored("cipher-suites", "list", OWN_CIPHERS),
  ignored("list-cipher-suites", null, OWN_CIPHERS),
];

function ignored(name: string, value: string | null, why: string): Flag {
  return { name, value, does: `taken, and changes nothing: ${why}`, whyIgnored: why };
}

/** What kind of flag a name of the table is. */
export function kindOfFlag(name: string): FlagKind | undefined {
  const flag = SERVE_FLAGS.find((each) => each.name === name);
  return flag && (flag.value === null ? "boolean" : "value");
}
