import assert from "node:assert/strict";
import fc from "fast-check";
import type { Issue } from "../../../../src/core/hook/fields.ts";
import type { Hook } from "../../../../src/core/hook/hook.ts";
import type { HookReading } from "../../../../src/core/hook/read-hook.ts";
import { adoptFile, buildTable, type FileSnapshot, type HookTable } from "../../../../src/core/hook/table.ts";
import { ok } from "../../../../src/core/result.ts";
import { aHook as aServedHook } from "../../../support/builders.ts";

/** A hook told apart from others of its id by its line. */
const aHook = (file: string, id: string, line = 1): Hook => aServedHook({ file, id, at: { line, column: 1 } });

const ERROR: Issue = { severity: "error", at: { line: 7, column: 3 }, message: "id: is missing or empty" };
const WARNING: Issue = { severity: "warning", at: { line: 8, column: 3 }, message: "token: short" };
const file = "hooks.json";
const good = (id: string, line: number, issues: readonly Issue[] = []): HookReading => ({
  id,
  hook: aHook(file, id, line),
  issues,
});
const bad = (id: string): HookReading => ({ id, hook: null, issues: [ERROR] });
const [A1, B1] = [aHook(file, "a", 1), aHook(file, "b", 2)];
const last: FileSnapshot = { file, hooks: [A1, B1] };
const nothing: FileSnapshot = { file, hooks: [] };
const hooks = (...read: readonly HookReading[]): Parameters<typeof adoptFile>[1] => ok({ kind: "hooks", hooks: read });

describe("adoptFile(last, read)", () => {
  const problem = { at: { line: 3, column: 4 }, message: "Missing , between flow map items" };
  const cases = [
    {
      when: "keeps the whole snapshot of a file that does not parse",
      last,
      read: { kind: "error", error: problem } as const,
      snapshot: last,
      issues: [{ kind: "broken-file", file, problem, kept: 2 }],
    },
    {
      when: "has nothing to keep of a file that never parsed",
      last: nothing,
      read: { kind: "error", error: problem } as const,
      snapshot: nothing,
      issues: [{ kind: "broken-file", file, problem, kept: 0 }],
    },
    {
      when: "keeps the whole snapshot of a file that holds no list",
      last,
      read: ok({ kind: "not-hooks", reason: "it holds a map" } as const),
      snapshot: last,
      issues: [{ kind: "not-hooks", file, reason: "it holds a map", kept: 2 }],
    },
    {
      when: "adopts every hook of a good file",
      last: nothing,
      read: hooks(good("a", 5), good("b", 6)),
      snapshot: { file, hooks: [aHook(file, "a", 5), aHook(file, "b", 6)] },
      issues: [],
    },
    {
      when: "lets a hook go that is gone",
      last,
      read: hooks(good("b", 5)),
      snapshot: { file, hooks: [aHook(file, "b", 5)] },
      issues: [],
    },
    { when: "lets all go", last, read: hooks(), snapshot: nothing, issues: [] },
    {
      when: "keeps an invalid hook's last good definition and adopts the others",
      last,
      read: hooks(bad("a"), good("b", 9), good("c", 10)),
      snapshot: { file, hooks: [A1, aHook(file, "b", 9), aHook(file, "c", 10)] },
      issues: [{ kind: "hook", file, id: "a", issue: ERROR, kept: true }],
    },
    {
      when: "does not serve an invalid hook that was never good",
      last,
      read: hooks(bad("c"), good("a", 1)),
      snapshot: { file, hooks: [A1] },
      issues: [{ kind: "hook", file, id: "c", issue: ERROR, kept: false }],
    },
    {
      when: "passes on the warnings of a good hook",
      last,
      read: hooks(good("a", 9, [WARNING])),
      snapshot: { file, hooks: [aHook(file, "a", 9)] },
      issues: [{ kind: "hook", file, id: "a", issue: WARNING, kept: false }],
    },
    {
      when: "keeps of two with one id the first, which was served",
      last: { file, hooks: [A1, aHook(file, "a", 2)] },
      read: hooks(bad("a")),
      snapshot: { file, hooks: [A1] },
      issues: [{ kind: "hook", file, id: "a", issue: ERROR, kept: true }],
    },
  ];
  for (const { when, last: before, read, snapshot, issues } of cases) {
    it(when, () => {
      assert.deepEqual(adoptFile(before, read), { snapshot, issues });
    });
  }
});

const build = (...snapshots: readonly FileSnapshot[]): HookTable => buildTable(snapshots);

describe("buildTable(snapshots)", () => {
  it("serves nothing of nothing", () => {
    assert.deepEqual(build(), { hooks: new Map(), issues: [] });
  });

  it("serves the first by file name and place, and names the others", () => {
    const [x, y] = [aHook("a.json", "x", 3), aHook("b.json", "y", 1)];
    const again = { at: { line: 9, column: 1 }, id: "x", kind: "duplicate", servedFrom: "a.json" };
    const a = { file: "a.json", hooks: [x, aHook("a.json", "x", 9)] };
    const b = { file: "b.json", hooks: [aHook("b.json", "x", 9), y] };
    const expected = {
      hooks: new Map([
        ["x", x],
        ["y", y],
      ]),
      issues: [
        { ...again, file: "a.json" },
        { ...again, file: "b.json" },
      ],
    };
    assert.deepEqual(build(a, b), expected);
    assert.deepEqual(build(b, a), expected);
  });

  it("keeps ids that a prototype has apart from it", () => {
    const table = build({ file, hooks: [aHook(file, "__proto__"), aHook(file, "constructor")] });
    assert.deepEqual([...table.hooks.keys()], ["__proto__", "constructor"]);
    assert.equal(table.hooks.get("toString"), undefined);
  });
});

const snapshots = fc
  .uniqueArray(fc.stringMatching(/^[a-zA-Z_.-]{1,3}$/), { maxLength: 5 })
  .chain((files) =>
    fc.tuple(
      ...files.map((name) =>
        fc
          .array(fc.constantFrom("a", "b", "c", "d", "__proto__"), { maxLength: 5 })
          .map((ids): FileSnapshot => ({ file: name, hooks: ids.map((id, line) => aHook(name, id, line + 1)) })),
      ),
    ),
  );

type Build = (snapshots: readonly FileSnapshot[]) => HookTable;

const servesEachOnce = (builds: Build): fc.IPropertyWithHooks<[FileSnapshot[], FileSnapshot[]]> =>
  fc.property(
    snapshots
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
      .map(([all, shuffled]): [FileSnapshot[], FileSnapshot[]] => [all, shuffled]),
    ([all, shuffled]) => {
      const table = builds(all);
      assert.deepEqual(builds(shuffled), table);
      const given = all.flatMap(({ hooks: found }) => found);
      assert.deepEqual(new Set(table.hooks.keys()), new Set(given.map(({ id }) => id)));
      for (const [id, hook] of table.hooks) {
        const [first] = given
          .filter((other) => other.id === id)
          .sort((x, y) => (x.file === y.file ? x.at.line - y.at.line : x.file < y.file ? -1 : 1));
        assert.equal(hook, first);
      }
      assert.equal(table.hooks.size + table.issues.length, given.length);
    },
  ) as unknown as fc.IPropertyWithHooks<[FileSnapshot[], FileSnapshot[]]>;

describe("buildTable(snapshots), in any order", () => {
  it("serves every id once, the first by file name and place", () => {
    fc.assert(servesEachOnce(buildTable), { numRuns: 1000, seed: 20190313 });
  });

  const inGivenOrder: Build = (given) => {
    const served = new Map<string, Hook>();
    for (const hook of given.flatMap(({ hooks: found }) => found)) if (!served.has(hook.id)) served.set(hook.id, hook);
    const { issues } = buildTable(given);
    return { hooks: served, issues };
  };
  const lastWins: Build = (given) => {
    const ordered = [...given].sort((a, b) => (a.file < b.file ? -1 : 1)).flatMap(({ hooks: found }) => found);
    return { hooks: new Map(ordered.map((hook) => [hook.id, hook])), issues: buildTable(given).issues };
  };
  const broken = [
    { when: "takes the files in the order given", build: inGivenOrder },
    { when: "lets the last of two win", build: lastWins },
  ];
  for (const { when, build: wrong } of broken) {
    it(`finds a table that ${when} within 1,000 cases`, () => {
      assert.equal(fc.check(servesEachOnce(wrong), { numRuns: 1000, seed: 20190313 }).failed, true);
    });
  }
});
