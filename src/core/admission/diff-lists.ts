interface Located {
  readonly path: string;
}

/** An operation of a JSON Patch on an item. */
type Edit =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

type List = readonly unknown[];

/** What lists are compared with. */
interface ListDiffer<Operation extends Located> {
  /** The operations that turn one item into another, with paths from the item on. */
  readonly diff: (before: unknown, after: unknown) => readonly Operation[];
  /** Whether a table of so many cells may still be made. */
  readonly hasRoom: (cells: number) => boolean;
}

// More of them are longer than the list, and the library hands them on as arguments of a call.
const MAX_OPERATIONS = 10_000;

/**
 * The operations that turn one list into another, with paths from the list on. Items that are equal or have one name are
 * taken for the same; what stands between them is compared in its order. Where that is too much, the list is replaced.
 */
export function diffLists<Operation extends Located>(
  before: List,
  after: List,
  differ: ListDiffer<Operation>,
): readonly (Operation | Edit)[] {
  const replacement: readonly Edit[] = [{ op: "replace", path: "", value: after }];
  const pairs = pair(before.map(identityOf), after.map(identityOf), differ.hasRoom);
  if (pairs === null) return replacement;
  const ends: readonly Pair[] = [[-1, -1], ...pairs];
  const operations = ends.flatMap(([i, j], index) => {
    const [nextI, nextJ] = pairs[index] ?? [before.length, after.length];
    const same = i < 0 ? [] : at(j, differ.diff(before[i], after[j]));
    return [...same, ...diffGap(before.slice(i + 1, nextI), after.slice(j + 1, nextJ), j + 1, differ)];
  });
  return operations.length > MAX_OPERATIONS ? replacement : operations;
}

// What stands before a gap is as it shall be, so that its places are those of the new list.
function diffGap<Operation extends Located>(
  before: List,
  after: List,
  start: number,
  { diff }: ListDiffer<Operation>,
): readonly (Operation | Edit)[] {
  const common = Math.min(before.length, after.length);
  const end = `/${String(start + common)}`;
  return [
    ...before.slice(0, common).flatMap((item, index) => at(start + index, diff(item, after[index]))),
    ...before.slice(common).map(() => ({ op: "remove" as const, path: end })),
    ...after.slice(common).map((value, index) => ({
      op: "add" as const,
      path: `/${String(start + common + index)}`,
      value,
    })),
  ];
}

const at = <Operation extends Located>(index: number, operations: readonly Operation[]): readonly Operation[] =>
  operations.map((operation) => ({ ...operation, path: `/${String(index)}${operation.path}` }));

// As Kubernetes' own lists have it; what has no name is only the same when all of it is.
function identityOf(item: unknown): string {
  const name = (item as { readonly name?: unknown } | null)?.name;
  return typeof name === "string" ? `name ${name}` : JSON.stringify(item);
}

type Pair = readonly [before: number, after: number];

/** The longest row of items that stand in both lists in one order; null where there is no room to find it. */
function pair(before: readonly string[], after: readonly string[], hasRoom: (cells: number) => boolean): Pair[] | null {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [left, right] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  if (!hasRoom(left.length * right.length)) return null;
  return [
    ...Array.from({ length: start }, (_, index) => [index, index] as const),
    ...longest(left, right).map(([i, j]) => [start + i, start + j] as const),
    ...Array.from({ length: end }, (_, index) => [before.length - end + index, after.length - end + index] as const),
  ];
}

function longest(before: readonly string[], after: readonly string[]): Pair[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const lengthAt = (i: number, j: number): number => Number(lengths[i * width + j]);
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const isSame = before[i] === after[j];
      lengths[i * width + j] = isSame ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (lengthAt(i, j) > 0) {
    if (before[i] === after[j]) pairs.push([i++, j++]);
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
