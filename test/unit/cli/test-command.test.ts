import { assertSaid, createTestFolder, SIGNATURE, withBody, type TestFolder } from "./test-kit.ts";

let folder: TestFolder;
before(async () => {
  folder = await createTestFolder();
});
after(() => folder.remove());

describe("runTest(command, surroundings) of hooks that run commands", () => {
  const cases: readonly { when: string; words: () => readonly string[]; exitCode: number; says: readonly string[] }[] =
    [
      {
        when: "a commit that is signed",
        words: () => ["deploy", ...withBody(folder, "commit.json"), "--header", `X-Sign: ${SIGNATURE}`],
        exitCode: 0,
        says: [
          `  ✓ header "X-Sign" is the body's HMAC-SHA256 (64 characters came)`,
          "✓ would run: /bin/deploy",
          '  argument 1: "main"',
          '  argument 2: ""',
          '  variable COMMIT: "abc"',
          "  file in BODY: 28 bytes",
          "  directory: /srv",
          "  time-out: 90 s",
          "  answer: 201 and the output, when the command ends well",
        ],
      },
      {
        when: "a commit that is signed by another",
        words: () => [
          "deploy",
          ...withBody(folder, "commit.json"),
          "--header",
          `X-Sign: ${SIGNATURE.replace(/./g, "0")}`,
        ],
        exitCode: 1,
        says: [
          `  ✗ header "X-Sign" is the body's HMAC-SHA256 (64 characters came; the signature is not that of the body)`,
          "✗ nothing would happen: the signature is not that of the body",
          "  answer: 500 Error occurred while evaluating hook rules.",
        ],
      },
      {
        when: "a command's other method",
        words: () => ["deploy", "--method", "PUT"],
        exitCode: 1,
        says: ["  answer: 405"],
      },
      {
        when: "a form in parts, for a hook without a rule",
        words: () => [
          "free",
          ...withBody(folder, "form"),
          "--content-type",
          "multipart/form-data; boundary=b",
          "--header",
          "X-A: 1",
          "--header",
          "x-a:2",
          "--remote-address",
          "2001:db8::1",
        ],
        exitCode: 0,
        says: [
          "  – no trigger rule: every request satisfies it",
          '  argument 1: "from a form"',
          '  argument 2: "1"',
          '  argument 3: "[2001:db8::1]:0"',
          "  directory: that of the service",
          "  time-out: that of the service",
          "  answer: 200, at once",
        ],
      },
      {
        when: "a broken form",
        words: () => ["free", ...withBody(folder, "form"), "--header", "Content-Type: multipart/form-data; boundary=c"],
        exitCode: 1,
        says: ["  answer: 500 Error occurred while parsing multipart form."],
      },
      {
        when: "a form under a URL with a semicolon",
        words: () => [
          ...["free", ...withBody(folder, "form"), "--header", "Content-Type: multipart/form-data; boundary=b"],
          ...["--query", "a;b"],
        ],
        exitCode: 1,
        says: ["  answer: 500 Error occurred while parsing multipart form."],
      },
      {
        when: "a compressed body, which a command takes as it is",
        words: () => ["free", ...withBody(folder, "form"), "--header", "Content-Encoding: gzip"],
        exitCode: 0,
        says: ["✓ would run: /bin/free"],
      },
      {
        when: "a long value, which is cut",
        words: () => ["free", "--header", `X-A: ${"x".repeat(300)}`],
        exitCode: 0,
        says: [`  argument 2: "${"x".repeat(199)}…`],
      },
      {
        when: "a hook without a command",
        words: () => ["nothing"],
        exitCode: 1,
        says: ["✗ nothing would happen: the hook names no command", "  answer: 200 x"],
      },
    ];
  for (const { when, words, exitCode, says } of cases) {
    it(`explains ${when}, and exits with ${String(exitCode)}`, async () => {
      const [hook = "", ...more] = words();
      assertSaid(await folder.test(hook, ...more), exitCode, says);
    });
  }
});
