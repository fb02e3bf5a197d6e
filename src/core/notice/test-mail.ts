import type { MailOn } from "./mail-settings.ts";
import type { Mail } from "./mail.ts";
import { messageId } from "./message-id.ts";

const TEXTS = {
  en: {
    subject: "imagehook: test mail",
    body: "This mail was sent to try the mail settings of imagehook. They work: rollouts will be told of in this way.",
    footer: "Sent by imagehook. Please do not answer this mail.",
  },
  zh: {
    subject: "Webhooks通知: 测试邮件",
    body: "这封邮件用于测试 imagehook 的邮件设置。设置有效: 更新结果将以此方式通知。",
    footer: "由 imagehook 发送，请勿回复。",
  },
} as const;

/** The mail that tries the settings: to one address, in their language, another one each time. */
export function testMail(to: string, { from, language }: Pick<MailOn, "from" | "language">, sentAt: Date): Mail {
  const { subject, body, footer } = TEXTS[language];
  return {
    to: [to],
    subject,
    text: `${body}\n\n${footer}\n`,
    html: `<p>${body}</p>\n<p>${footer}</p>\n`,
    messageId: messageId(`test ${to} ${sentAt.toISOString()}`, from),
    threadId: "",
  };
}
