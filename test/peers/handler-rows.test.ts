import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { debian, ours, type HookServer, type StartServer } from "./hook-server.ts";
import { showAnswer, type Answer, type RawRequest } from "./raw-client.ts";

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../fixtures/peers/adnanh-webhook/${name}`, import.meta.url), "utf8");

const rowsSchema = z.array(
  z.object({
    i: z.number(),
    desc: z.string(),
    id: z.string(),
    cliMethods: z.array(z.string()).nullable(),
    method: z.string(),
    headers: z.record(z.string(), z.string()).nullable(),
    contentType: z.string(),
    body: z.string(),
    respStatus: z.number(),
    respBody: z.string(),
  }),
);
type Row = z.infer<typeof rowsSchema>[number];

const rows = rowsSchema.parse(JSON.parse(await fixture("cases.json")));
const files = ["hooks.json", "hooks.yaml"];
const echo = fileURLToPath(new URL("echo.sh", import.meta.url));

/** The row whose method is `Get`: Node's HTTP parser refuses a method that it does not know. */
const ODD_METHOD = 17;
const rowsForOurs = rows.filter(({ i }) => i !== ODD_METHOD);

// The peer's test looks for the listed text within the body; these are the bodies in full.
const exactBody = ({ i, respBody }: Row): string => (i === 6 ? `arg: ${respBody}\n` : respBody);

const requestOf = ({ id, method, headers, contentType, body }: Row): RawRequest => ({
  method,
  target: `/hooks/${id}`,
  headers: [...Object.entries(headers ?? {}), ["Content-Type", contentType]],
  body: Buffer.from(body),
  framing: "length",
});

function assertAnswers(row: Row, answer: Answer): void {
  assert.equal(answer.status, row.respStatus, showAnswer(answer));
  // The client's port is part of row 15's body; the other texts stand for themselves.
  if (row.i === 15) assert.match(answer.body.toString(), new RegExp(`^${row.respBody}$`));
  else assert.equal(answer.body.toString(), exactBody(row));
}

/** Starts a server without and one with a default method list before the tests, on one of the hooks files. */
function useServers(start: StartServer, file: string): (row: Row) => Promise<Answer> {
  const servers = new Map<string, HookServer>();
  let folder = "";
  before(async function () {
    this.timeout(180_000);
    folder = await mkdtemp(join(tmpdir(), "imagehook-peers-"));
    const hooksFile = join(folder, file);
    await writeFile(hooksFile, (await fixture(file)).replaceAll("@HOOKECHO@", echo));
    servers.set("", await start(hooksFile));
    servers.set("Post ", await start(hooksFile, { methods: "Post " }));
  });
  after(async () => {
    await Promise.all([...servers.values()].map(({ stop }) => stop()));
    await rm(folder, { recursive: true, force: true });
  });
  return async (row) => {
    const server = servers.get(row.cliMethods?.join(",") ?? "");
    assert.ok(server, "no server was started for the row's method list");
    return server.answer(requestOf(row));
  };
}

for (const [name, start, its] of [
  ["debian", debian, rows],
  ["ours", ours, rowsForOurs],
] as const) {
  for (const file of files) {
    describe(`${name}(${file})`, () => {
      const answer = useServers(start, file);
      for (const row of its) {
        it(`answers row ${String(row.i)} as listed: ${row.desc}`, async () => {
          assertAnswers(row, await answer(row));
        });
      }
    });
  }
}

for (const file of files) {
  describe(`ours(${file}), where it deviates`, () => {
    const answers = [useServers(debian, file), useServers(ours, file)];
    it("answers 400 to the method Get, which the peer answers with 405", async () => {
      const row = rows.find(({ i }) => i === ODD_METHOD);
      assert.ok(row);
      const [peer, own] = await Promise.all(answers.map((answer) => answer(row)));
      assert.deepEqual([peer?.status, peer?.body.toString(), own?.status], [405, "", 400]);
    });
  });
}
