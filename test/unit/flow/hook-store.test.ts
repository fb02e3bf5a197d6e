import assert from "node:assert/strict";
import { readHooks } from "../../../src/core/hook/read-hooks.ts";
import { createHookStore } from "../../../src/flow/hook-store.ts";
import type { HooksFile } from "../../../src/flow/ports.ts";
import { createFakeLog } from "../../support/fake-log.ts";

const CANARY = "canary-8c1f0e52b7d94a66";

const hookText = (id: string, over: { token?: string; container?: string } = {}): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/${id.replace("/", "-")}, container: ${over.container ?? "web"}}
  trigger-rule:
    match: {type: value, value: "${over.token ?? CANARY}", parameter: {source: url, name: token}}
`;
const file = (name: string, text: string): HooksFile => ({ file: name, reading: readHooks(text, name), warnings: [] });

describe("createHookStore(log)", () => {
  it("is not loaded before a first snapshot, and is after one without a hook", () => {
    const store = createHookStore(createFakeLog());
    assert.deepEqual([store.isLoaded(), store.hooks()], [false, []]);
    store.adopt([]);
    assert.deepEqual([store.isLoaded(), store.hooks()], [true, []]);
  });

  it("finds hooks by their exact id alone", () => {
    const store = createHookStore(createFakeLog());
    store.adopt([file("a.yaml", hookText("site") + hookText("shop/site"))]);
    assert.equal(store.find("site")?.id, "site");
    assert.equal(store.find("shop/site")?.id, "shop/site");
    for (const id of ["Site", "", "sit", "site/", "__proto__", "constructor", "toString"]) {
      assert.equal(store.find(id), undefined, id);
    }
  });

  const soundness: readonly (readonly [string, HooksFile, boolean])[] = [
    ["a good file", file("a.yaml", hookText("one")), true],
    ["a short secret", file("a.yaml", hookText("one", { token: "short" })), true],
    ["a file that holds no hooks and never did", file("a.yaml", "{a: 1}"), true],
    ["a broken file", file("a.yaml", "- id: ["), false],
    ["an invalid hook", file("a.yaml", hookText("one", { container: "a b" })), false],
    ["an id that is there twice", file("a.yaml", hookText("one") + hookText("one")), false],
  ];
  for (const [what, given, is] of soundness) {
    it(`is ${is ? "" : "not "}sound after ${what}, and is again after a good file`, () => {
      const store = createHookStore(createFakeLog());
      store.adopt([given]);
      assert.equal(store.isSound(), is);
      store.adopt([file("a.yaml", hookText("one"))]);
      assert.equal(store.isSound(), true);
    });
  }

  it("is not sound while a file holds no hooks any more, and is with a flaw", () => {
    const store = createHookStore(createFakeLog());
    const at = { line: 1, column: 1 };
    store.adopt([{ ...file("a.yaml", hookText("one")), warnings: [{ severity: "warning", at, message: "a flaw" }] }]);
    assert.equal(store.isSound(), true);
    store.adopt([file("a.yaml", "{a: 1}")]);
    assert.equal(store.isSound(), false);
  });

  it("logs each hook when it is served and when it is gone, once", () => {
    const log = createFakeLog();
    const store = createHookStore(log);
    for (let round = 0; round < 3; round++) store.adopt([file("a.yaml", hookText("one") + hookText("two"))]);
    assert.deepEqual(log.lines, [
      {
        level: "info",
        message: "hook is served",
        facts: { hook: "one", file: "a.yaml", namespace: "shop", workload: "deployment/one", container: "web" },
      },
      {
        level: "info",
        message: "hook is served",
        facts: { hook: "two", file: "a.yaml", namespace: "shop", workload: "deployment/two", container: "web" },
      },
    ]);
    log.clear();
    for (let round = 0; round < 2; round++) store.adopt([file("a.yaml", hookText("two"))]);
    assert.deepEqual(log.lines, [{ level: "info", message: "hook is gone", facts: { hook: "one" } }]);
    assert.equal(store.find("one"), undefined);
  });

  it("counts the hooks that anyone can trigger when their number changes", () => {
    const log = createFakeLog();
    const store = createHookStore(log);
    const anyone = (id: string): string =>
      `\n- {id: ${id}, image-upgrade: {namespace: shop, workload: deployment/${id}, container: web, insecure: true}}`;
    const counted = (): unknown => log.factsOf("hooks are served that anyone who reaches them can trigger");
    store.adopt([file("a.yaml", hookText("safe"))]);
    assert.deepEqual(counted(), []);
    for (let round = 0; round < 2; round++) store.adopt([file("a.yaml", anyone("one") + anyone("two"))]);
    assert.deepEqual(counted(), [{ hooks: 2 }]);
    store.adopt([file("a.yaml", anyone("one"))]);
    assert.deepEqual(counted(), [{ hooks: 2 }, { hooks: 1 }]);
  });

  it("logs a flaw of a file once while it stays", () => {
    const log = createFakeLog();
    const store = createHookStore(log);
    const flawed = {
      ...file("a.yaml", hookText("one")),
      warnings: [{ severity: "warning" as const, at: { line: 2, column: 3 }, message: "a variable is not set" }],
    };
    const logged = (): number => log.factsOf("hooks file has a flaw").length;
    for (let round = 0; round < 3; round++) store.adopt([flawed]);
    assert.deepEqual(log.factsOf("hooks file has a flaw"), [
      { file: "a.yaml", line: 2, column: 3, reason: "a variable is not set" },
    ]);
    store.adopt([file("a.yaml", hookText("one"))]);
    assert.equal(logged(), 1);
    store.adopt([flawed]);
    assert.equal(logged(), 2);
  });

  it("says when no hook is served", () => {
    const log = createFakeLog();
    createHookStore(log).adopt([file("a.yaml", "[]")]);
    assert.deepEqual(log.lines, [{ level: "warn", message: "no hook is served", facts: { files: 1 } }]);
  });

  it("forgets the hooks of a file that is gone", () => {
    const store = createHookStore(createFakeLog());
    store.adopt([file("a.yaml", hookText("one")), file("b.yaml", hookText("two"))]);
    store.adopt([file("b.yaml", hookText("two"))]);
    assert.deepEqual(
      store.hooks().map(({ id }) => id),
      ["two"],
    );
  });
});

describe("createHookStore(log): issues", () => {
  const good = file("a.yaml", hookText("site"));
  const cases = [
    {
      what: "a file that does not parse",
      bad: file("a.yaml", '- id: "site\n  nothing: ['),
      level: "error",
      message: "hooks file does not parse; its hooks stay as they were",
      facts: { file: "a.yaml", kept: 1 },
      serves: ["site"],
    },
    {
      what: "an empty file",
      bad: file("a.yaml", ""),
      level: "error",
      message: "hooks file does not parse; its hooks stay as they were",
      facts: { file: "a.yaml", line: 1, column: 1, kept: 1 },
      serves: ["site"],
    },
    {
      what: "a file that holds no list any more",
      bad: file("a.yaml", "mail: off"),
      level: "error",
      message: "hooks file holds no list of hooks now; what it served before is served on",
      facts: { file: "a.yaml", kept: 1 },
      serves: ["site"],
    },
    {
      what: "a hook that is invalid",
      bad: file("a.yaml", hookText("site", { container: "NOT_A_CONTAINER" })),
      level: "error",
      message: "hook is invalid; its last good definition is served on",
      facts: { file: "a.yaml", hook: "site", line: 3 },
      serves: ["site"],
    },
    {
      what: "a hook without a token",
      bad: file("a.yaml", hookText("site", { token: "" })),
      level: "error",
      message: "hook is invalid; its last good definition is served on",
      facts: { file: "a.yaml", hook: "site" },
      serves: ["site"],
    },
    {
      what: "a new hook that is invalid",
      bad: file("a.yaml", hookText("site") + hookText("other", { container: "_" })),
      level: "error",
      message: "hook is invalid and not served",
      facts: { file: "a.yaml", hook: "other", line: 8 },
      serves: ["site"],
    },
    {
      what: "a short token",
      bad: file("a.yaml", hookText("site", { token: "abc" })),
      level: "warn",
      message: "hook has a flaw",
      facts: { file: "a.yaml", hook: "site" },
      serves: ["site"],
    },
    {
      what: "an id that is taken",
      bad: file("a.yaml", hookText("site") + hookText("site", { container: "two" })),
      level: "error",
      message: "hook id is taken; the first one is served",
      facts: { file: "a.yaml", hook: "site", servedFrom: "a.yaml", line: 7, column: 3 },
      serves: ["site"],
    },
  ] as const;
  for (const { what, bad, level, message, facts, serves } of cases) {
    it(`logs ${what} once while it stays, with its place, and serves on`, () => {
      const log = createFakeLog();
      const store = createHookStore(log);
      store.adopt([good]);
      log.clear();
      for (let round = 0; round < 3; round++) store.adopt([bad]);
      const lines = log.lines.filter((line) => line.message === message);
      assert.ok(lines.length >= 1, log.text());
      assert.equal(new Set(lines.map((line) => JSON.stringify(line))).size, lines.length, log.text());
      const [line] = lines;
      assert.equal(line?.level, level);
      assert.partialDeepStrictEqual(line.facts, facts);
      assert.ok("line" in line.facts || "kept" in line.facts, log.text());
      assert.deepEqual(
        store.hooks().map(({ id }) => id),
        serves,
      );
      const site = store.find("site");
      assert.ok(site?.kind === "upgrade" && site.upgrade.container === "web");
      assert.ok(!log.text().includes(CANARY), log.text());
    });
  }

  it("logs an issue again that was gone in between", () => {
    const log = createFakeLog();
    const store = createHookStore(log);
    const bad = file("a.yaml", "");
    for (const files of [[bad], [good], [bad]]) store.adopt(files);
    assert.equal(log.factsOf("hooks file does not parse; its hooks stay as they were").length, 2);
  });

  it("logs a file that is no hooks file as ignored", () => {
    const log = createFakeLog();
    createHookStore(log).adopt([file("values.yaml", "mail: off")]);
    assert.deepEqual(log.lines[0], {
      level: "info",
      message: "file is no hooks file; ignored",
      facts: { file: "values.yaml", reason: "it holds a map, not a list of hooks" },
    });
  });

  it("adopts the good hooks of a file with a bad one", () => {
    const store = createHookStore(createFakeLog());
    const nine = Array.from({ length: 9 }, (_, index) => hookText(`site-${String(index)}`)).join("");
    store.adopt([file("a.yaml", nine + hookText("bad", { container: "_" }))]);
    assert.equal(store.hooks().length, 9);
  });

  it("never logs a token, whatever is wrong with the file around it", () => {
    const log = createFakeLog();
    const store = createHookStore(log);
    const texts = [
      hookText("site"),
      hookText("site").replace("web", "_"),
      hookText("site").slice(0, -5),
      hookText("site").replace('"}', '"').replace("match:", "match"),
      `- ${CANARY}`,
      CANARY,
      `{"${CANARY}": [`,
    ];
    for (const text of texts) store.adopt([file("a.yaml", text)]);
    assert.ok(!log.text().includes(CANARY), log.text());
  });
});
