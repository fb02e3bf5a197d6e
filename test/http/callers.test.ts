import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTokenFiles, type TokenFiles } from "../../src/files/tokens.ts";
import { createPush } from "../../src/flow/push.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { ask, deliverTo, serve, storeOf, type HttpKit, type Seen } from "./http-kit.ts";

const SECRET = "canary-of-callers-51c0ffee";
const NEW = "canary-of-tomorrow-51c0ffee";
const BODY =
  '{"push_data":  {"tag": "2"},\n "repository": {"repo_url": "registry.example.com", "namespace": "shop", "name": "website"}}';
const MISMATCH = [403, "Hook rules were not satisfied."];
const IN = [200, "ignored: let in"];

const HOOKS = (file: string): string =>
  Object.entries({
    token: `{token: {file: ${file}}}`,
    bearer: `{bearer: {file: ${file}}}`,
    basic: `{basic: {file: ${file}.logins}}`,
    gitlab: `{header: {name: Authorization, file: ${file}}}`,
    github: `{github: {file: ${file}}}`,
    signed: `{standard-webhooks: {file: ${file}.keys}}`,
    local: "{networks: [127.0.0.0/8]}",
    far: "{networks: [198.51.100.0/24]}",
    two: `{nexus: {file: ${file}}}, {jfrog: {file: ${file}}}`,
  })
    .map(
      ([id, callers]) => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: custom, callers: [${callers}]}
  trigger-rule-mismatch-http-response-code: 403
`,
    )
    .join("");

describe("imageHookRoutes(deliver, log): callers", () => {
  let kit: HttpKit;
  let folder: string;
  let tokens: TokenFiles;
  const answers: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-callers-"));
    const file = join(folder, "website");
    await writeFile(file, `${SECRET}\n`);
    await writeFile(`${file}.logins`, `registry:${SECRET}\n`);
    await writeFile(`${file}.keys`, `whsec_${Buffer.from(SECRET).toString("base64")}\n`);
    tokens = createTokenFiles(createFakeLog());
    await tokens.track([file, `${file}.logins`, `${file}.keys`]);
    tokens.start();
    const push = createPush(
      { tokensOf: tokens.tokensOf, clock: { now: () => new Date() } },
      {
        upgrade: () => Promise.resolve({ kind: "ignored", reason: "let in" }),
        onRefused: () => assert.fail("nothing is softened here"),
      },
    );
    kit = await serve(deliverTo(storeOf(HOOKS(file)), push));
  });
  after(async () => {
    await kit.server.drain();
    await tokens.stop();
    await rm(folder, { recursive: true });
  });

  async function post(path: string, headers: Readonly<Record<string, string | string[]>> = {}): Promise<Seen> {
    const seen = await ask(kit, `/hooks/${path}`, { method: "POST", headers, body: BODY });
    answers.push(JSON.stringify(seen));
    return seen;
  }

  const hex = (algorithm: string, secret = SECRET): string => createHmac(algorithm, secret).update(BODY).digest("hex");
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  const webhook = (atMs: number): Record<string, string> => {
    const timestamp = String(Math.floor(atMs / 1000));
    const signature = createHmac("sha256", SECRET).update(`msg_1.${timestamp}.${BODY}`).digest("base64");
    return { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
  };
  const cases: readonly {
    when: string;
    path: string;
    headers?: Readonly<Record<string, string | string[]>>;
    seen: readonly unknown[];
  }[] = [
    { when: "the token", path: `token?token=${SECRET}`, seen: IN },
    { when: "a wrong token", path: `token?token=${SECRET}x`, seen: MISMATCH },
    { when: "the token in another parameter", path: `token?secret=${SECRET}`, seen: MISMATCH },
    {
      when: "the token twice",
      path: `token?token=${SECRET}&token=${SECRET}`,
      seen: [400, "token: is given more than once in the URL"],
    },
    { when: "a bearer", path: "bearer", headers: { authorization: `Bearer ${SECRET}` }, seen: IN },
    {
      when: "two bearers",
      path: "bearer",
      headers: { Authorization: [`Bearer ${SECRET}`, `Bearer ${SECRET}`] },
      seen: MISMATCH,
    },
    { when: "a login", path: "basic", headers: { authorization: basic(`registry:${SECRET}`) }, seen: IN },
    { when: "a wrong login", path: "basic", headers: { authorization: basic(`Registry:${SECRET}`) }, seen: MISMATCH },
    { when: "Authorization as it is", path: "gitlab", headers: { authorization: SECRET }, seen: IN },
    {
      when: "Authorization with a scheme more",
      path: "gitlab",
      headers: { authorization: `Bearer ${SECRET}` },
      seen: MISMATCH,
    },
    {
      when: "GitHub's signature",
      path: "github",
      headers: { "X-Hub-Signature-256": `sha256=${hex("sha256")}` },
      seen: IN,
    },
    {
      when: "GitHub's signature twice",
      path: "github",
      headers: { "X-Hub-Signature-256": [`sha256=${hex("sha256")}`, "x"] },
      seen: MISMATCH,
    },
    {
      when: "another secret's",
      path: "github",
      headers: { "X-Hub-Signature-256": `sha256=${hex("sha256", "x")}` },
      seen: MISMATCH,
    },
    { when: "the second of two callers", path: "two", headers: { "X-JFrog-Event-Auth": SECRET }, seen: IN },
    { when: "a webhook of now", path: "signed", headers: webhook(Date.now()), seen: IN },
    { when: "a webhook of ten minutes ago", path: "signed", headers: webhook(Date.now() - 600_000), seen: MISMATCH },
    { when: "an address of the networks", path: "local", seen: IN },
    {
      when: "another address, whatever a header says",
      path: "far",
      headers: { "X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7" },
      seen: MISMATCH,
    },
  ];
  for (const { when, path, headers, seen } of cases) {
    it(`answers ${String(seen[0])} to ${when}`, async () => {
      const { status, body } = await post(path, headers);
      assert.deepEqual([status, body], seen);
    });
  }

  it("takes up a new secret without a restart, and drops the old one with its line", async () => {
    const statuses = async (): Promise<readonly number[]> =>
      Promise.all([SECRET, NEW].map(async (token) => (await post(`token?token=${token}`)).status));
    const until = async (expected: readonly number[]): Promise<void> => {
      const giveUpMs = Date.now() + 8_000;
      let seen = await statuses();
      while (seen.join() !== expected.join() && Date.now() < giveUpMs) seen = await statuses();
      assert.deepEqual(seen, expected);
    };
    const swap = async (text: string): Promise<void> => {
      await writeFile(join(folder, "next"), text);
      await rename(join(folder, "next"), join(folder, "website"));
    };
    assert.deepEqual(await statuses(), [200, 403]);
    await swap(`${SECRET}\n${NEW}\n`);
    await until([200, 200]);
    await swap(`${NEW}\n`);
    await until([403, 200]);
    await swap("");
    await until([403, 403]);
  });

  it("logs which callers were tried, and neither a secret nor what was sent", () => {
    const tried = kit.log().flatMap((line) => (Array.isArray(line["tried"]) ? [line["tried"].join()] : []));
    for (const one of ["token", "bearer", "basic", "header", "github", "standard-webhooks", "networks"])
      assert.ok(tried.includes(one), `${one} is not in ${tried.join(" ")}`);
    const written = `${kit.logText()}${answers.join()}`;
    const sent = [SECRET, NEW, hex("sha256"), hex("sha256", "x"), basic(`registry:${SECRET}`).slice(6)];
    for (const text of sent) assert.equal(written.includes(text), false);
  });
});
