import { clip } from "../../clip.ts";
import type { Position } from "../../hook/field.ts";
import type { FieldReader } from "../../hook/fields.ts";

const MAX_ITEMS = 200;

/** A text of a list. */
interface PlacedText {
  readonly text: string;
  readonly at: Position;
}

/** Reads a list of texts, two hundred at most. One that YAML rewrites is an error: `1.10` would be the tag `1.1`. */
export function readTexts(reader: FieldReader, key: string): readonly PlacedText[] {
  const items = reader.list(key);
  if (items.length > MAX_ITEMS) reader.error(key, `has more than ${String(MAX_ITEMS)} items`);
  return items.slice(0, MAX_ITEMS).flatMap((item) => {
    if (item.kind !== "scalar") {
      reader.errorAt(item.at, key, `an item must be a text, not a ${item.kind}`);
      return [];
    }
    if (item.isRewritten === true)
      reader.errorAt(item.at, key, `YAML reads this as ${clip(item.text)}: put the text that is meant in quotes`);
    return [{ text: item.text, at: item.at }];
  });
}

/** Reads a list of texts of one form. */
export function readNames(reader: FieldReader, key: string, form: RegExp, what: string): readonly string[] {
  return readTexts(reader, key).map(({ text, at }) => {
    if (!form.test(text)) reader.errorAt(at, key, `${JSON.stringify(clip(text))} is not ${what}`);
    return text;
  });
}
