/** A YAML scalar that is written as it stands, without quotes. */
export class Plain {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value of a request that a hook uses, in the words of the hooks file. */
export interface ArgumentSpec {
  readonly source?: string;
  readonly name?: string;
  readonly envname?: string | undefined;
  readonly base64decode?: boolean;
}

/** A match rule, in the words of the hooks file. */
export interface MatchSpec {
  readonly type?: string;
  readonly parameter?: ArgumentSpec;
  readonly value?: string | Plain;
  readonly regex?: string;
  readonly secret?: string;
  readonly "ip-range"?: string;
}

/** A rule, in the words of the hooks file. */
export interface RuleSpec {
  readonly and?: readonly RuleSpec[];
  readonly or?: readonly RuleSpec[];
  readonly not?: RuleSpec;
  readonly match?: MatchSpec;
}

/** All match rules within a rule. */
export const matchesIn = (rule: RuleSpec | undefined): MatchSpec[] =>
  rule === undefined
    ? []
    : [...(rule.match ? [rule.match] : []), ...[...(rule.and ?? []), ...(rule.or ?? []), rule.not].flatMap(matchesIn)];

/** A hook, in the words of the hooks file. */
export interface HookSpec {
  readonly id: string;
  readonly "execute-command"?: string | undefined;
  readonly "command-working-directory"?: string | undefined;
  readonly "response-message"?: string | undefined;
  readonly "response-headers"?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly "include-command-output-in-response"?: boolean | Plain | undefined;
  readonly "include-command-output-in-response-on-error"?: boolean | undefined;
  readonly "pass-arguments-to-command"?: readonly ArgumentSpec[] | undefined;
  readonly "pass-environment-to-command"?: readonly ArgumentSpec[] | undefined;
  readonly "pass-file-to-command"?: readonly ArgumentSpec[] | undefined;
  readonly "parse-parameters-as-json"?: readonly ArgumentSpec[] | undefined;
  readonly "trigger-rule"?: RuleSpec | undefined;
  readonly "trigger-rule-mismatch-http-response-code"?: number | undefined;
  readonly "trigger-signature-soft-failures"?: boolean | undefined;
  readonly "incoming-payload-content-type"?: string | undefined;
  readonly "success-http-response-code"?: number | undefined;
  readonly "http-methods"?: readonly string[] | undefined;
}

/** How a hooks file is written: as JSON, as JSON with what only YAML allows, or as block YAML; and how its keys are spelt. */
export interface TextForm {
  readonly layout: "json" | "loose-json" | "yaml";
  readonly keys: "lower" | "title" | "upper";
}

const SPELLINGS = {
  lower: (key: string) => key,
  title: (key: string) => key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
  upper: (key: string) => key.toUpperCase(),
} as const;

/** Writes the text of a hooks file. */
export function renderHooks(hooks: readonly HookSpec[], { layout, keys }: TextForm): string {
  const spell = SPELLINGS[keys];
  if (layout === "yaml") return blockYaml(hooks, "", spell);
  const [comma, head] = layout === "json" ? ["", ""] : [",", "# hooks\n"];
  return `${head}[\n${hooks.map((hook) => flow(hook, spell, comma)).join(",\n")}${comma}\n]\n`;
}

type Spell = (key: string) => string;

const isCollection = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof Plain);

const scalar = (value: unknown): string => (value instanceof Plain ? value.text : JSON.stringify(value));

const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, child]) => child !== undefined);

function flow(value: unknown, spell: Spell, comma: string): string {
  if (!isCollection(value)) return scalar(value);
  const close = (items: string[], [opening, closing]: readonly [string, string]): string =>
    `${opening}${items.join(", ")}${items.length > 0 ? comma : ""}${closing}`;
  if (Array.isArray(value))
    return close(
      value.map((item) => flow(item, spell, comma)),
      ["[", "]"],
    );
  const pairs = entriesOf(value).map(([key, child]) => `"${spell(key)}": ${flow(child, spell, comma)}`);
  return close(pairs, ["{", "}"]);
}

function blockYaml(value: unknown, indent: string, spell: Spell): string {
  if (!isCollection(value)) return `${scalar(value)}\n`;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = isList
    ? value.map((item: unknown) => `${indent}- ${blockYaml(item, deeper, spell).trimStart()}`)
    : entriesOf(value).map(([key, child]) => `${indent}${spell(key)}:${blockChild(child, deeper, spell)}`);
  if (lines.length === 0) return isList ? "[]\n" : "{}\n";
  return lines.join("");
}

function blockChild(child: unknown, indent: string, spell: Spell): string {
  const text = blockYaml(child, indent, spell);
  return text.startsWith(" ") ? `\n${text}` : ` ${text}`;
}
