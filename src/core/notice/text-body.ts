import type { Content, PodLine } from "./content.ts";
import type { Words } from "./words-en.ts";

/** Lays a mail out for readers of plain text, with aligned columns. */
export function textBody(content: Content, words: Words): string {
  const labelWidth = Math.max(...content.fields.map(({ label }) => widthOf(label))) + 1;
  const fields = content.fields.map(({ label, value }) => `${pad(`${label}:`, labelWidth)}  ${value}`.trimEnd());
  const sections = [
    [content.title, content.headline],
    fields,
    ...(content.links.length === 0 ? [] : [content.links.map(({ label, value }) => `${label}: ${value}`)]),
    [words.pods, ...tableOf(content, words)],
    ...(content.log.length === 0 ? [] : [[words.log, ...content.log.map((line) => `  ${line}`.trimEnd())]]),
    ["-- ", words.footer],
  ];
  return sections.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function tableOf({ columns, pods, podsRemark }: Content, words: Words): string[] {
  const remark = podsRemark === "" ? [] : [podsRemark];
  if (pods.length === 0) return remark;
  const lines = align([columns, ...pods.map(({ cells }) => cells)]);
  const details = [[], ...pods.map((pod) => detailsOf(pod, words))];
  return [...lines.flatMap((line, row) => [line, ...details.slice(row, row + 1).flat()]), ...remark];
}

/** Makes a line of each row, with every column as wide as its widest cell. */
function align(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(...rows.map((cells) => cells.length));
  const columns = Array.from({ length: count }, (_, column) =>
    rows.flatMap((cells) => cells.slice(column, column + 1)),
  );
  const padded = columns.map((cells) => {
    const width = Math.max(...cells.map(widthOf));
    return cells.map((cell) => pad(cell, width));
  });
  return rows.map((_, row) =>
    padded
      .flatMap((cells) => cells.slice(row, row + 1))
      .join("  ")
      .trimEnd(),
  );
}

function detailsOf({ image, message }: PodLine, words: Words): string[] {
  const details = [
    [words.image, image],
    [words.message, message],
  ] as const;
  return details.filter(([, value]) => value !== "").map(([label, value]) => `  ${label}: ${value}`);
}

function pad(text: string, width: number): string {
  return text + " ".repeat(width - widthOf(text));
}

/** Counts terminal cells: Chinese characters and full-width punctuation take two. */
function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + (/[\u2E80-\uFFEF]/.test(character) ? 2 : 1), 0);
}
