import { Command as Program } from "commander";
import { isAddress } from "../core/notice/addresses.ts";
import { readMailSettings, type MailOn } from "../core/notice/mail-settings.ts";
import { testMail } from "../core/notice/test-mail.ts";
import type { Clock, Mailer } from "../flow/ports.ts";
import { readWords, type Said } from "./read-words.ts";

/** What `mail-test` is asked to do. */
export interface MailTestCommand {
  readonly kind: "mail-test";
  readonly address: string;
}

const HELP = `
The settings are the MAIL_* variables (docs/operations.md), as the service reads them.

Examples:
  imagehook mail-test ops@example.com
  kubectl exec deploy/imagehook -n imagehook -- node dist/main.js mail-test ops@example.com

Exit code: 0 when the server took the mail, 1 when it did not, 2 when the command line or a setting is wrong.`;

/** Reads the command line of `mail-test`, without the command's name. */
export function readMailTest(argv: readonly string[]): MailTestCommand | Said {
  const program = new Program("imagehook mail-test")
    .description("send one mail with the settings in force, and say what is wrong when it fails")
    .argument("<address>", "where to")
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "mail-test", address: program.args[0] ?? "" };
}

/** What `mail-test` is given beside its words. */
export interface MailTestSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly createMailer: (settings: MailOn) => Mailer;
  readonly clock: Clock;
}

/** Sends the mail, and says what became of it. */
export async function runMailTest(
  { address }: MailTestCommand,
  { env, createMailer, clock }: MailTestSurroundings,
): Promise<Said> {
  if (!isAddress(address)) return say(2, `"${address}" is not a mail address`);
  const settings = readMailSettings(env);
  if (settings.kind === "error") return say(2, ...settings.error.map(({ message }) => message));
  if (settings.value.kind === "off") return say(2, `no mail is sent: ${settings.value.reason}`);
  const { server, port, tls, from } = settings.value;
  const by = `from ${from} by ${server}:${String(port)} (${WAYS[tls]})`;
  const sent = await createMailer(settings.value).send(testMail(address, settings.value, clock.now()));
  if (sent.kind === "error") {
    const { code, message, hint } = sent.error;
    return say(1, `the mail to ${address} ${by} was not taken: ${code}: ${message}`, ...(hint === "" ? [] : [hint]));
  }
  return say(0, `the mail to ${address} ${by} was taken: ${sent.value.response}`);
}

const WAYS = { implicit: "TLS from the start", starttls: "STARTTLS", none: "not encrypted" } as const;

const say = (exitCode: number, ...lines: readonly string[]): Said => ({
  kind: "said",
  text: lines.map((line) => `${line}\n`).join(""),
  exitCode,
});
