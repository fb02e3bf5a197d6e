import { assertSaid, createTestFolder, withBody, withToken, type TestFolder } from "./test-kit.ts";

describe("runTest(command, surroundings) of a hook with a policy of tags", () => {
  let folder: TestFolder;
  before(async () => {
    folder = await createTestFolder();
  });
  after(async () => {
    await folder.remove();
  });

  it("says of a tag in it what would be done, and that it is a dry run where the hook is one", async () => {
    assertSaid(await folder.test("ranged", ...withToken("&ns=web"), ...withBody(folder, "push.json")), 0, [
      "✓ dry run: would roll forward: deployment/website in namespace web, container web",
      "  tag: v1.2.3",
      "  and if: its image.tags let the tag replace the one that runs",
    ]);
  });

  it("says of a tag outside of it why nothing would be done", async () => {
    const reason = 'tag "v1.2.3" is outside of semver ">=2"';
    assertSaid(await folder.test("outside", ...withToken("&ns=web"), ...withBody(folder, "push.json")), 1, [
      `✗ nothing would happen: ${reason}`,
      `  answer: 200 ignored: ${reason}`,
    ]);
    assertSaid(
      await folder.test("outside", ...withToken("&ns=web&dry-run=true"), ...withBody(folder, "push.json")),
      1,
      [`✗ nothing would happen: ${reason}`, `  answer: 200 dry run: ignored: ${reason}`],
    );
  });
});
