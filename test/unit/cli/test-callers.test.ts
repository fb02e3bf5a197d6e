import assert from "node:assert/strict";
import { assertSaid, createTestFolder, SIGNATURE, withBody, withToken, type TestFolder } from "./test-kit.ts";

const GITHUB =
  'github: header "X-Hub-Signature-256" is the body\'s HMAC-SHA256, or "X-Hub-Signature" is the body\'s HMAC-SHA1 with a secret of FOLDER/tokens';

describe("runTest(command, surroundings) of a hook with callers", () => {
  let folder: TestFolder;
  before(async () => {
    folder = await createTestFolder();
  });
  after(() => folder.remove());

  const signed = ["--header", `X-Hub-Signature-256: sha256=${SIGNATURE}`];
  const cases: readonly { when: string; words: () => readonly string[]; exitCode: number; says: readonly string[] }[] =
    [
      {
        when: "the second of them",
        words: () => [...withToken(), ...withBody(folder, "push.json")],
        exitCode: 0,
        says: [
          "  ✓ callers: one of these",
          `    ✗ ${GITHUB} (header "X-Hub-Signature-256" is not in the request)`,
          '    ✓ token: url "token" is a token of FOLDER/tokens',
          "✓ would roll forward: deployment/website in namespace web, container web",
        ],
      },
      {
        when: "the first of them, for an event that is none",
        words: () => [...signed, ...withBody(folder, "commit.json")],
        exitCode: 1,
        says: [
          "  ✓ callers: one of these",
          `    ✓ ${GITHUB}`,
          '    – token: url "token" is a token of FOLDER/tokens (not looked at)',
        ],
      },
      {
        when: "none of them",
        words: () => ["--query", "token=wrong", ...signed, ...withBody(folder, "push.json")],
        exitCode: 1,
        says: [
          "  ✗ callers: one of these",
          `    ✗ ${GITHUB} (header "X-Hub-Signature-256" is not the body's signature)`,
          '    ✗ token: url "token" is a token of FOLDER/tokens (what came is none of the secrets)',
          "✗ nothing would happen: none of its callers is proved",
          "  answer: 403 Hook rules were not satisfied.",
        ],
      },
    ];
  for (const { when, words, exitCode, says } of cases) {
    it(`explains ${when}`, async () => {
      assertSaid(await folder.test("callers", ...words()), exitCode, says);
    });
  }

  const NOT_ASKED = "(not looked at: what proves it comes over the network)";
  const OUTSIDE = [
    `    ✗ oidc: Authorization is Bearer and a token of https://id.example.com for website, of push@example.com ${NOT_ASKED}`,
    `    ✗ sns: the body is a message of arn:aws:sns:us-west-2:123456789012:images that SNS signed ${NOT_ASKED}`,
  ];

  it("says of what takes the network that it was not looked at, and that nobody is proved by it", async () => {
    const said = await folder.test(
      "over-the-network",
      "--header",
      "Authorization: Bearer e30.e30.x",
      ...withBody(folder, "push.json"),
    );
    assertSaid(said, 1, [...OUTSIDE, "✗ nothing would happen: none of its callers is proved"]);
  });

  it("takes another caller beside it", async () => {
    const said = await folder.test("over-the-network", ...withToken(), ...withBody(folder, "push.json"));
    assertSaid(said, 0, [...OUTSIDE, '    ✓ token: url "token" is a token of FOLDER/tokens']);
  });

  it("says of Event Grid's validation that it is answered", async () => {
    const said = await folder.test("over-the-network", ...withToken(), ...withBody(folder, "validation.json"));
    const reason = "✗ nothing would happen: it is Event Grid's validation of the address, which is answered";
    assertSaid(said, 1, [reason, '  answer: 200 {"validationResponse":"a-code"}']);
  });

  it("says that a file of secrets is not here", async () => {
    const said = await folder.run(folder.at("missing-tokens.yaml"), "--hook", "callers", ...withToken());
    assertSaid(said, 1, ["✗ nothing would happen: none of its callers is proved"]);
    assert.match(said.text, /\/no-tokens \(\S+\/no-tokens is not here, or holds no secret\)\n/);
  });
});
