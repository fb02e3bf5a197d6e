import { printable } from "../../notice/printable.ts";
import { indent, printYaml } from "../print-yaml.ts";
import { targetValues } from "./target-values.ts";
import type { CarriedHook, Conversion, KeptHook } from "./convert-hooks.ts";
import { valueOf } from "./field-value.ts";

/** A file of a conversion. */
export interface ConvertedFile {
  readonly name: "values.yaml" | "secret.yaml" | "configmap.yaml";
  readonly text: string;
}

// Not <release>-hooks, which is the chart's own.
const CONFIG_MAP = "registry-hooks";
const MAX_COMMENT = 400;

/** Prints a conversion as the files that install it. */
export function printConversion(conversion: Conversion, secretName: string): readonly ConvertedFile[] {
  const { carried, kept } = conversion;
  const tokens = carried.flatMap(({ id, token }) => (token === null ? [] : [[id, token] as const]));
  return [
    { name: "values.yaml", text: valuesOf(conversion, secretName) },
    ...(tokens.length > 0 ? [{ name: "secret.yaml" as const, text: secretOf(tokens, secretName) }] : []),
    ...(kept.length > 0 ? [{ name: "configmap.yaml" as const, text: configMapOf(kept) }] : []),
  ];
}

const HEAD = `Values of the imagehook chart, made by imagehook convert. Add image.repository, and publicUrl, ingress or
service.type NodePort.

Trigger URLs stay as they are: /hooks/<id>?token=…&ns=…&workload=…&container=…&repo_type=…, and &net_type=… where they
have it. ns, workload and container may be left out now; one that is given and names another target is answered 403 with
the reason. repoType and netType "auto" are those of the URL: repo_type, and net_type, without which it is public.

Mail: the old variables are values now. MAIL_FROM is mail.from, MAIL_SMTP_SERVER mail.smtpServer, MAIL_SMTP_PORT
mail.smtpPort, MAIL_PASSWORD mail.passwordBase64, MAIL_CACERT mail.caCertBase64, MAIL_TLS_CHECK mail.tlsCheck. Where
MAIL_FROM and MAIL_SMTP_SERVER are base64, as later editions had them, decode them.`;

function valuesOf({ carried, kept, refused, warnings }: Conversion, secretName: string): string {
  const targets = kept.flatMap(({ hook }) => (hook.kind === "upgrade" ? [targetValues(hook.upgrade.target)] : []));
  const unique = [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
  return [
    comment(HEAD),
    carried.length === 0 ? "hooks: {}\n" : `hooks:\n${carried.map((hook) => hookOf(hook, secretName)).join("")}`,
    ...(kept.length === 0 ? [] : [`# The hooks that these values have no words for: see the ConfigMap.\n`]),
    ...(kept.length === 0 ? [] : [printYaml({ existingConfigMap: CONFIG_MAP })]),
    ...(unique.length === 0 ? [] : [printYaml({ rbac: { targets: unique } })]),
    printYaml({ mail: { language: "zh" } }),
    "# The time zone of the original image.\n",
    printYaml({ extraEnv: [{ name: "TZ", value: "Asia/Shanghai" }] }),
    ...(warnings.length === 0 ? [] : [comment(["Of the templates:", ...warnings].join("\n"))]),
    ...(refused.length === 0 ? [] : [comment(["Not carried over, since it cannot be served:", ...refused].join("\n"))]),
  ].join("");
}

function hookOf({ id, values, token, place, notes }: CarriedHook, secretName: string): string {
  const hook = { [id]: { ...values, ...(token !== null && { tokenSecretRef: { name: secretName, key: id } }) } };
  return indent(comment([place, ...notes].join("\n")) + printYaml(hook), 2);
}

const SECRET = `The tokens of the trigger URLs. Apply it in the release's namespace, before the chart.`;

function secretOf(tokens: readonly (readonly [id: string, token: string])[], name: string): string {
  const stringData = Object.fromEntries(tokens);
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name }, type: "Opaque", stringData };
  return comment(SECRET) + printYaml(secret);
}

const CONFIG = `Hooks that the chart's values have no words for, as they were. Apply it in the release's namespace, before the
chart. A token in it is as readable as it was in the original ConfigMap.`;

function configMapOf(kept: readonly KeptHook[]): string {
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: CONFIG_MAP } };
  const hooks = kept.map(
    ({ place, reasons, field }) => comment([place, ...reasons].join("\n")) + printYaml([valueOf(field)]),
  );
  return `${comment(CONFIG)}${printYaml(map)}data:\n  hooks.yaml: |\n${indent(hooks.join(""), 4)}`;
}

const comment = (text: string): string =>
  text
    .split("\n")
    .map((line) => `# ${printable(line, MAX_COMMENT)}`.trimEnd())
    .concat("")
    .join("\n");
