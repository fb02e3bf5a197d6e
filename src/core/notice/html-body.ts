import type { Content, PodLine } from "./content.ts";
import type { Language, NoticeResult } from "./notice.ts";
import type { Words } from "./words-en.ts";

const COLOURS: Readonly<Record<NoticeResult["kind"], string>> = {
  complete: "#1a7f37",
  failed: "#cf222e",
  deadline: "#9a6700",
  "rolled-back": "#cf222e",
  superseded: "#57606a",
  refused: "#cf222e",
};

const FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',Arial,sans-serif";
const EDGE = "border:1px solid #d0d7de;padding:6px 10px;text-align:left;vertical-align:top";
const HEADING = `${EDGE};background:#f6f8fa;white-space:nowrap`;
const LOG =
  "margin:0;padding:10px;background:#f6f8fa;border:1px solid #d0d7de;font-size:12px;white-space:pre-wrap;word-break:break-word";

/** What an HTML mail needs to know besides its content. */
export interface HtmlLook {
  readonly language: Language;
  readonly kind: NoticeResult["kind"];
  readonly subject: string;
}

/** Lays a mail out as HTML that mail clients show as it is: inline styles, tables, nothing fetched, every value escaped. */
export function htmlBody(content: Content, words: Words, look: HtmlLook): string {
  const bar = `background:${COLOURS[look.kind]};color:#ffffff;padding:12px 16px;font-size:18px;font-weight:bold`;
  return [
    "<!DOCTYPE html>",
    `<html lang="${look.language === "zh" ? "zh-CN" : "en"}">`,
    `<head><meta charset="utf-8"><title>${escape(look.subject)}</title></head>`,
    `<body style="margin:0;padding:16px;color:#1f2328;font-size:14px;line-height:1.5;${FONT}">`,
    `<div style="${bar}">${escape(content.title)}</div>`,
    `<p style="margin:12px 0">${escape(content.headline)}</p>`,
    table(content.fields.map(({ label, value }) => row(cell("th", label), cell("td", value)))),
    ...content.links.map(({ label, value }) => anchor(value, label)),
    heading(words.pods),
    ...podsOf(content, words),
    ...(content.log.length === 0
      ? []
      : [heading(words.log), `<pre style="${LOG}">${escape(content.log.join("\n"))}</pre>`]),
    `<p style="margin:20px 0 0;color:#57606a;font-size:12px">${escape(words.footer)}</p>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const heading = (text: string): string => `<h3 style="margin:20px 0 8px">${escape(text)}</h3>`;

const anchor = (url: string, label: string): string =>
  `<p style="margin:12px 0 0"><a href="${escape(url)}" style="color:#0969da">${escape(label)}</a></p>`;

function podsOf({ columns, pods, podsRemark }: Content, words: Words): string[] {
  const headings = row(...[...columns, words.image, words.message].map((column) => cell("th", column)));
  const rows = pods.length === 0 ? [] : [table([headings, ...pods.map(podRow)])];
  return podsRemark === "" ? rows : [...rows, `<p style="margin:8px 0">${escape(podsRemark)}</p>`];
}

function podRow({ cells, image, message }: PodLine): string {
  return row(...[...cells, image, message].map((value) => cell("td", value)));
}

function table(rows: readonly string[]): string {
  return ['<table style="border-collapse:collapse;font-size:13px">', ...rows, "</table>"].join("\n");
}

function row(...cells: readonly string[]): string {
  return `<tr>${cells.join("")}</tr>`;
}

function cell(tag: "th" | "td", value: string): string {
  return `<${tag} style="${tag === "th" ? HEADING : `${EDGE};word-break:break-word`}">${escape(value)}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return Object.entries(ENTITIES).reduce((escaped, [character, entity]) => escaped.replaceAll(character, entity), text);
}
