import { contentOf } from "./content.ts";
import { htmlBody } from "./html-body.ts";
import type { Mail } from "./mail.ts";
import type { Language, Notice } from "./notice.ts";
import { printable } from "./printable.ts";
import { textBody } from "./text-body.ts";
import type { Words } from "./words-en.ts";
import { english } from "./words-en.ts";
import { chinese } from "./words-zh.ts";

const WORDS: Readonly<Record<Language, Words>> = { en: english, zh: chinese };

/** Longer than any Kubernetes name with its kind in front. */
const MAX_NAME = 280;

/** Writes the mail about a change in one language; nothing in the notice can break out of its place in it. */
export function renderNotice(notice: Notice, language: Language): Pick<Mail, "subject" | "text" | "html"> {
  const words = WORDS[language];
  const content = contentOf(notice, words);
  const subject = subjectOf(notice, words);
  return {
    subject,
    text: textBody(content, words),
    html: htmlBody(content, words, { language, kind: notice.result.kind, subject }),
  };
}

function subjectOf(notice: Notice, words: Words): string {
  const target = {
    namespace: headerPart(notice.namespace),
    workload: headerPart(notice.workload),
    container: headerPart(notice.changes.map(({ container }) => container).join(", ")),
  };
  return `${words.subject(target)}${words.colon}${words.outcome[notice.result.kind]}`;
}

/** Keeps a value from posing as an encoded word of RFC 2047, which a mail reader would decode. */
function headerPart(value: string): string {
  return printable(value, MAX_NAME).replaceAll("=?", "= ?");
}
