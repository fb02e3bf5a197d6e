import { expandTemplate } from "../../../../../src/core/hook/template/expand-template.ts";

/** What an expansion may ask for: variables and files by their names. */
export interface Around {
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Expands a text with these variables and files alone. */
export const expand = (
  text: string,
  { variables = {}, files = {} }: Around = {},
): ReturnType<typeof expandTemplate> => {
  const known = { variables: new Map(Object.entries(variables)), files: new Map(Object.entries(files)) };
  return expandTemplate(text, {
    getenv: (name) => known.variables.get(name),
    readFile: (path) => known.files.get(path),
  });
};

/** The text that a template makes; null when it is refused. */
export const textOf = (text: string, around: Around = {}): string | null => {
  const expanded = expand(text, around);
  return expanded.kind === "ok" ? expanded.value.text : null;
};
