import { z } from "zod";
import { duration, optionalPort } from "./config-fields.ts";
import { fail, ok, type Result } from "./core/result.ts";

/** Where the certificate of the admission port comes from. */
type AdmissionCertificates =
  /** `tls.crt` and `tls.key` of a directory, renewed by somebody else. */
  | { readonly kind: "files"; readonly directory: string }
  /** A Secret that the service fills itself. Times are milliseconds. */
  | {
      readonly kind: "self-managed";
      readonly secret: string;
      /** The Service that the API server calls, in the namespace of the Secret. */
      readonly service: string;
      /** The name of both webhook configurations, which are told the authority. */
      readonly configuration: string;
      readonly authorityValidityMs: number;
      readonly validityMs: number;
    }
  /** Made at the start, for trying it out. */
  | { readonly kind: "in-memory" };

/** How admission reviews are answered. */
export interface AdmissionConfig {
  /** Null: they are not. */
  readonly port: number | null;
  /** The directory of the rules. */
  readonly rules: string;
  readonly certificates: AdmissionCertificates;
  /** The authority that callers must have a certificate of; empty: they need none. */
  readonly clientCaFile: string;
}

const DAY_MS = 86_400_000;
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const name = z.string().regex(NAME, "must be the name of an object: lower-case letters, digits, - and .").default("");
const validity = duration.refine((ms) => ms >= 2_000, "must be 2s at least");

const variables = z.object({
  ADMISSION_PORT: optionalPort.default(null),
  ADMISSION_RULES: z.string().default("/etc/imagehook/admission"),
  ADMISSION_CERT_DIR: z.string().default(""),
  ADMISSION_SECRET: name,
  ADMISSION_SERVICE: name,
  ADMISSION_CONFIGURATION: name,
  ADMISSION_CA_VALIDITY: validity.default(3_650 * DAY_MS),
  ADMISSION_CERT_VALIDITY: validity.default(90 * DAY_MS),
  ADMISSION_CLIENT_CA: z.string().default(""),
});

/** Reads the variables of the admission port; an error has a line for each that cannot be used. */
export function readAdmission(
  env: Readonly<Record<string, string | undefined>>,
): Result<AdmissionConfig, readonly string[]> {
  const read = variables.safeParse(env);
  if (!read.success) return fail(read.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`));
  const { ADMISSION_PORT: port, ADMISSION_RULES: rules, ADMISSION_CLIENT_CA: clientCaFile } = read.data;
  const problems = problemsOf(read.data);
  if (problems.length > 0) return fail(problems);
  return ok({ port, rules, clientCaFile, certificates: certificatesOf(read.data) });
}

type Variables = z.infer<typeof variables>;

function problemsOf(values: Variables): readonly string[] {
  const { ADMISSION_SECRET: secret, ADMISSION_CERT_DIR: directory } = values;
  if (secret === "") return [];
  const missing = (["ADMISSION_SERVICE", "ADMISSION_CONFIGURATION"] as const).filter((key) => values[key] === "");
  return [
    ...(directory === "" ? [] : ["ADMISSION_SECRET: set it or ADMISSION_CERT_DIR, not both"]),
    ...missing.map((key) => `${key}: set it, ADMISSION_SECRET is set`),
    ...(values.ADMISSION_CERT_VALIDITY > values.ADMISSION_CA_VALIDITY
      ? ["ADMISSION_CERT_VALIDITY: must not be longer than ADMISSION_CA_VALIDITY"]
      : []),
  ];
}

function certificatesOf(values: Variables): AdmissionCertificates {
  if (values.ADMISSION_CERT_DIR !== "") return { kind: "files", directory: values.ADMISSION_CERT_DIR };
  if (values.ADMISSION_SECRET === "") return { kind: "in-memory" };
  return {
    kind: "self-managed",
    secret: values.ADMISSION_SECRET,
    service: values.ADMISSION_SERVICE,
    configuration: values.ADMISSION_CONFIGURATION,
    authorityValidityMs: values.ADMISSION_CA_VALIDITY,
    validityMs: values.ADMISSION_CERT_VALIDITY,
  };
}
