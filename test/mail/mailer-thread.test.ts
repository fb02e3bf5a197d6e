import assert from "node:assert/strict";
import { messageId, threadId } from "../../src/core/notice/message-id.ts";
import { headerNames, openServers, parse, from, send, settingsFor } from "./mail-kit.ts";

describe("createMailer(settings).send(mail) of a thread", () => {
  const servers = openServers();
  afterEach(servers.close);

  const received = async (mails: readonly { messageId: string; threadId: string }[]): Promise<string[]> => {
    const server = await servers.sink();
    for (const mail of mails) assert.equal((await send(settingsFor(server.port), mail)).kind, "ok");
    return server.mails.map(({ raw }) => raw);
  };

  it("answers to the same id in every mail about a workload, each under its own id", async () => {
    const thread = threadId("deployment/shop/website", from);
    const ids = [messageId("first", from), messageId("second", from)];
    const mails = await Promise.all(
      (await received(ids.map((id) => ({ messageId: id, threadId: thread })))).map(parse),
    );
    assert.deepEqual(
      mails.map((mail) => [mail.messageId, mail.inReplyTo, mail.references]),
      ids.map((id) => [id, thread, thread]),
    );
  });

  it("answers to nothing where the mail stands alone", async () => {
    const [raw = ""] = await received([{ messageId: messageId("alone", from), threadId: "" }]);
    assert.deepEqual(
      headerNames(raw).filter((name) => name === "References" || name === "In-Reply-To"),
      [],
    );
  });
});
