import assert from "node:assert/strict";
import { createLogger, type LogSettings } from "../../../src/telemetry/logger.ts";
import type { Log } from "../../../src/flow/ports.ts";

function linesOf(settings: Partial<LogSettings>, write: (log: Log) => void): readonly string[] {
  const written: string[] = [];
  const log = createLogger({ level: "info", format: "json", ...settings }, { write: (text) => written.push(text) });
  write(log);
  return written;
}

const parsed = (line: string | undefined): Record<string, unknown> =>
  JSON.parse(line ?? "null") as Record<string, unknown>;

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe("createLogger(settings, out)", () => {
  it("writes one JSON object a line with level, time, facts and message", () => {
    const lines = linesOf({}, (log) => {
      log.info({ hook: "website", port: 9000 }, "hook is served");
      log.error({}, "cannot go on");
    });
    assert.equal(lines.length, 2);
    assert.ok(lines.every((line) => line.endsWith("}\n") && line.indexOf("\n") === line.length - 1));
    const { time, ...first } = parsed(lines[0]);
    assert.deepEqual(first, { level: "info", hook: "website", port: 9000, msg: "hook is served" });
    assert.match(String(time), TIME);
    assert.equal(parsed(lines[1])["level"], "error");
  });

  const levels = ["debug", "info", "warn", "error"] as const;
  for (const [index, level] of levels.entries()) {
    it(`writes what is at least as grave as ${level}`, () => {
      const lines = linesOf({ level }, (log) => {
        for (const each of levels) log[each]({}, "said");
      });
      assert.deepEqual(
        lines.map((line) => parsed(line)["level"]),
        levels.slice(index),
      );
    });
  }

  it("writes text for people, one line a message", () => {
    const [line = "", ...others] = linesOf({ format: "text" }, (log) => {
      log.warn({ hook: "shop/website", reason: "it is\nbroken", count: 2, none: null, list: ["a"] }, "hook has a flaw");
    });
    assert.deepEqual(others, []);
    const [time = "", ...rest] = line.split(" ");
    assert.match(time, TIME);
    assert.equal(
      rest.join(" "),
      'WARN  hook has a flaw hook=shop/website reason="it is\\nbroken" count=2 none=null list=["a"]\n',
    );
  });

  it("keeps a text from posing as another fact or line", () => {
    const [line = ""] = linesOf({ format: "text" }, (log) => {
      log.info({ hook: 'x" level=ERROR\r\n2026-11-22 forged' }, "delivery");
    });
    assert.match(line, /hook="x\\" level=ERROR\\r\\n2026-11-22 forged"\n$/);
  });

  for (const format of ["json", "text"] as const) {
    it(`shows an error with its stack as ${format}`, () => {
      const [line = ""] = linesOf({ format }, (log) => {
        log.error({ err: new Error("broken") }, "background task failed");
      });
      assert.match(line, /"message":"broken"/);
      assert.match(line, /logger\.test\.ts/);
    });

    it(`writes no secret as ${format}, should one be among the facts`, () => {
      const canary = "canary-8c1f0e52b7d94a66";
      const names = ["token", "password", "authorization"];
      const [line = ""] = linesOf({ format }, (log) => {
        log.info(
          {
            ...Object.fromEntries(names.map((name) => [name, canary])),
            request: { ...Object.fromEntries(names.map((name) => [name, canary])), headers: { cookie: canary } },
            hook: "website",
          },
          "delivery",
        );
      });
      assert.ok(!line.includes(canary), line);
      assert.equal(line.split("(redacted)").length - 1, 7, line);
      assert.ok(line.includes("website"), line);
    });
  }
});
