import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { readParse, runParse } from "../../src/cli/parse-body.ts";
import type { Said } from "../../src/cli/read-words.ts";
import { REGISTRY_TYPES } from "../../src/core/event/dialects.ts";
import { BODIES, digest, withValue, type Body } from "../unit/core/event/bodies.ts";

const root = join(import.meta.dirname, "../..");
const KIB = 1024;

/** Runs `parse` on the standard input. */
async function parse(body: string | Body, ...argv: readonly string[]): Promise<Said> {
  const command = readParse(["--body", "-", ...argv]);
  if (command.kind === "said") return command;
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return runParse(command, Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]));
}

async function json(body: string | Body, ...argv: readonly string[]): Promise<unknown> {
  return JSON.parse((await parse(body, "--json", ...argv)).text);
}

describe("imagehook parse --json", () => {
  const pushedAt = "2026-03-13T15:38:07.000Z";
  it("prints a push with what is known of each image, and null for a digest that is not", async () => {
    assert.deepEqual(await json(BODIES.custom), {
      outcome: "push",
      images: [
        {
          registry: "registry.example.com:5000",
          repository: "acme/website",
          tag: "v7",
          digest: digest("b"),
          pushedAt,
        },
      ],
    });
    const short = withValue(BODIES.custom, "push_data", { tag: "v7" });
    assert.deepEqual(await json(short), {
      outcome: "push",
      images: [{ registry: "registry.example.com:5000", repository: "acme/website", tag: "v7", digest: null }],
    });
  });

  it("prints why a body is ignored or rejected, and where", async () => {
    assert.deepEqual(await json({}, "--registry", "DockerHub"), { outcome: "ignore", reason: "no tag" });
    assert.deepEqual(await json(withValue(BODIES.custom, "repository.repo_url", "${host}")), {
      outcome: "reject",
      reason: "holds a variable that the shell did not replace: quote the body with double quotes",
      field: "repository.repo_url",
    });
  });

  it("takes Event Grid's validation for one that brings nothing", async () => {
    const event = { eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", data: { validationCode: "a" } };
    const reason = "Event Grid's validation of the address: a hook answers it, once the caller is proved";
    assert.deepEqual(await json(event), { outcome: "ignore", reason });
    assert.match((await parse(event)).text, /– ignored, read as azure .*\n +reason: +Event Grid's validation/);
  });

  const hostile = { ...BODIES.custom, repository: { ...BODIES.custom.repository, repo_url: "\u001b[31m\r\nevil" } };
  it("exits with 0 for a push and for what is ignored, and with 1 for what is rejected, with lines as well", async () => {
    for (const [body, exitCode] of [
      [BODIES.dockerhub, 0],
      [withValue(BODIES.dockerhub, "push_data.tag", ""), 0],
      [hostile, 1],
      ["[", 1],
      ["", 1],
    ] as const) {
      assert.equal((await parse(body, "--json")).exitCode, exitCode);
      assert.equal((await parse(body)).exitCode, exitCode);
    }
  });

  it("takes the host and the names of other systems for a registry", async () => {
    const own = await json(BODIES.aliyun, "--registry", "aliyun-acr", "--registry-host", "Hub.example.com:5000");
    assert.deepEqual((own as { images: readonly Body[] }).images[0]?.["registry"], "hub.example.com:5000");
  });

  it("goes by headers, whatever the case of their names", async () => {
    const { text: said } = await parse(BODIES.dockerhub, "--header", "X-GITHUB-EVENT: ping", "--header", "A: b");
    assert.doesNotMatch(said, /read as dockerhub/);
  });
});

describe("imagehook parse", () => {
  it("prints aligned lines, the registry type, and what stands in the way of a container", async () => {
    const upper = withValue(BODIES.aliyun, "repository.repo_full_name", "acme/webSite");
    assert.deepEqual(await parse(upper), {
      kind: "said",
      exitCode: 0,
      text: [
        "✓ push, read as aliyun (told by its headers and its shape)",
        "  registry:   registry.cn-shanghai.aliyuncs.com",
        "  repository: acme/webSite",
        "  tag:        v7",
        `  digest:     ${digest("a")}`,
        "  pushed at:  2026-03-13T15:38:07.000Z",
        "  delivery:   not given",
        "  remark:     the body names no host: any of Aliyun's in that region is meant",
        '  remark:     no container can run it: "webSite" is not a repository name: repository names are lower case',
        "",
      ].join("\n"),
    });
  });

  it("prints what is ignored, and what is of no registry that it could tell", async () => {
    const { text: ignored } = await parse({}, "--registry", "dockerhub");
    assert.equal(ignored, "– ignored, read as dockerhub\n  reason: no tag\n");
    const { text: rejected } = await parse({});
    assert.match(
      rejected,
      /^✗ rejected\n {2}field: {2}body\n {2}reason: is of no registry that is told by its shape; /,
    );
  });

  it("lets no control character of a body reach the terminal", async () => {
    const body = withValue(BODIES.custom, "repository.repo_url", "\u001b[31m\r\nevil\u202e");
    const { text: said } = await parse(body, "--registry", "custom");
    assert.match(said, /repo_url\n.*" \[31m evil "/);
    assert.doesNotMatch(said, /[^\n\P{Cc}]|\u202e/u);
  });

  const wrong = [
    {
      argv: ["--registry", "harbour"],
      says: new RegExp(`'harbour' is invalid. Use auto, ${REGISTRY_TYPES.join(", ")}`),
    },
    { argv: ["--registry", ""], says: /'' is invalid/ },
    { argv: ["--registry-host", "https://a.b/"], says: /"https:\/\/a.b\/" is not a registry's host alone, such as/ },
    { argv: ["--header", "no colon"], says: /^a header is written as 'Name: value'\n$/ },
    { argv: ["--jsn"], says: /unknown option '--jsn'/ },
    { argv: ["more"], says: /too many arguments/ },
  ];
  for (const { argv, says } of wrong) {
    it(`exits with 2 and says what is wrong with ${argv.join(" ")}`, async () => {
      const { text: said, exitCode } = await parse("{}", ...argv);
      assert.equal(exitCode, 2);
      assert.match(said, says);
    });
  }

  it("takes as large a body as the service does, and exits with 2 for a larger one", async () => {
    const rest = `${" ".repeat(256 * KIB - 2)}{}`;
    assert.equal((await parse(rest, "--registry", "custom")).exitCode, 0);
    const { text: said, exitCode } = await parse(` ${rest}`, "--registry", "custom");
    assert.deepEqual(
      [said, exitCode],
      ["standard input: is larger than 256 KiB, which the service does not take\n", 2],
    );
  });

  it("prints its help, and demands a body", () => {
    const help = readParse(["--help"]);
    assert.ok(help.kind === "said" && help.exitCode === 0);
    assert.match(help.text, /^Usage: imagehook parse [^]*imagehook parse --body examples\/push\.json[^]*Exit code: 0 /);
    const bare = readParse([]);
    assert.ok(bare.kind === "said" && bare.exitCode === 2);
  });
});

describe("imagehook parse as a process", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-parse-"));
    await writeFile(join(folder, "large.json"), " ".repeat(256 * KIB + 1));
  });
  after(() => rm(folder, { recursive: true }));

  async function imagehook(args: readonly string[], input = ""): Promise<readonly [number | null, string, string]> {
    const child = spawn(process.execPath, [join(root, "src/main.ts"), "parse", ...args], { cwd: root });
    const ended = once(child, "close");
    child.stdin.end(input);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    return [child.exitCode, out, err];
  }

  it("reads a file and the standard input", async () => {
    const [code, out] = await imagehook(["--body", "examples/push.json"]);
    assert.deepEqual([code, out.split("\n")[2]], [0, "  repository: team/app"]);
    const args = ["--registry", "custom", "--body", "-", "--json"];
    const [piped, answer] = await imagehook(args, JSON.stringify(BODIES.custom));
    assert.deepEqual([piped, JSON.parse(answer)], [0, await json(BODIES.custom)]);
    assert.equal((await imagehook(args, "["))[0], 1);
  });

  it("exits with 2 and says on standard error why a file cannot be read", async () => {
    const cases = [
      [join(folder, "none.json"), "the body cannot be read: ENOENT"],
      [folder, "the body cannot be read: EISDIR"],
      [join(folder, "large.json"), "is larger than 256 KiB, which the service does not take"],
    ] as const;
    for (const [file, reason] of cases)
      assert.deepEqual(await imagehook(["--body", file, "--json"]), [2, "", `${file}: ${reason}\n`]);
  });
});
