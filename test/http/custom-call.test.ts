import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../scripts/control-plane/run.ts";
import { readUrl, runUrl } from "../../src/cli/url.ts";
import { createPush, type AcceptedPush, type PushParts } from "../../src/flow/push.ts";
import { urlMatch } from "../unit/core/hook/hooks-files.ts";
import { deliverTo, serve, storeOf, type HttpKit } from "./http-kit.ts";

// What a shell, a URL, JSON, printf or Groovy could take for something else.
const ODD = `it's "50%" & $HOME; \`id\` #1 +/=?\\ '''{}[] …`;

const hook = (id: string, rule: unknown, image?: string): unknown => ({
  id,
  "image-upgrade": {
    namespace: "shop",
    workload: "deployment/website",
    container: "web",
    registry: "auto",
    ...(image !== undefined && { image: { repository: image } }),
  },
  "trigger-rule": rule,
});
const token = urlMatch("token", ODD);
const header = (name: string, value: string): unknown => ({
  match: { type: "value", value, parameter: { source: "header", name } },
});
const HOOKS = [
  hook("odd token/and id's", token),
  hook("named", token, "registry.example.com:5000/shop/eu/website"),
  hook("headers", { and: [header("X-Token", 'it\'s $HOME "x" `id`'), header("X-Other", "100% \\ sure")] }),
];
const VARIABLES = { TAG: "v2.1", IMAGE_HOST: "registry.example.com", IMAGE_NAMESPACE: "shop", IMAGE_NAME: "website" };

describe("imagehook url: the calls that it prints for builders", () => {
  const pushes: AcceptedPush[] = [];
  let kit: HttpKit;
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-url-"));
    file = join(folder, "hooks.json");
    await writeFile(file, JSON.stringify(HOOKS));
    const upgrade: PushParts["upgrade"] = (accepted) => {
      pushes.push(accepted);
      return Promise.resolve({ kind: "ignored", reason: "let in" });
    };
    const proofs = { tokensOf: () => [], clock: { now: () => new Date() } };
    const push = createPush(proofs, { upgrade, onRefused: () => undefined });
    kit = await serve(deliverTo(storeOf(JSON.stringify(HOOKS)), push));
  });
  beforeEach(() => pushes.splice(0));
  after(async () => {
    await kit.server.drain();
    await rm(folder, { recursive: true });
  });

  async function printed(id: string): Promise<string> {
    const command = readUrl([id, "--file", file, "--base-url", `http://127.0.0.1:${String(kit.server.port)}`]);
    assert.ok(command.kind === "url");
    const said = await runUrl(command, () => undefined);
    assert.equal(said.exitCode, 0, said.text);
    return said.text;
  }

  const curlOf = (text: string): string => /^custom, from a shell\n([^]*?)\n\n/m.exec(text)?.[1] ?? "";

  // The script as Jenkins hands it to the shell: Groovy's text between its quotes, and the credentials.
  function stepOf(text: string): { script: string; credentials: Record<string, string> } {
    const script = /sh '''\n([^]*?)\n *'''/.exec(text)?.[1] ?? "";
    assert.equal(script.includes("\\"), false, "a backslash is Groovy's");
    const url = /^custom\n {2}(.*)$/m.exec(text)?.[1] ?? "";
    const headers = [...(/^headers, besides the URL\n((?: {2}.*\n)*)/m.exec(text)?.[1] ?? "").matchAll(/^ {2}(.*)$/gm)];
    return {
      script,
      credentials: {
        HOOK_URL: url,
        ...Object.fromEntries(headers.map(([, line = ""], index) => [`HOOK_HEADER_${String(index + 1)}`, line])),
      },
    };
  }

  const shell = (script: string, env: Readonly<Record<string, string>>): ReturnType<typeof run> =>
    run("sh", ["-e", "-c", script], { env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env } });

  const cases = [
    { id: "odd token/and id's", image: "registry.example.com/shop/website", variables: VARIABLES },
    { id: "named", image: "registry.example.com:5000/shop/eu/website", variables: { TAG: "v2.1" } },
    { id: "headers", image: "registry.example.com/shop/website", variables: VARIABLES },
  ];
  for (const { id, image, variables } of cases) {
    const arrived = { id, repository: image, tag: "v2.1" };
    const seen = (): unknown =>
      pushes.map(({ hook: { id: of }, events: [event] }) => ({ id: of, repository: event.repository, tag: event.tag }));

    it(`reach the upgrade from a shell, for the hook ${JSON.stringify(id)}`, async () => {
      const { stdout } = await shell(curlOf(await printed(id)), variables);
      assert.equal(stdout, "ignored: let in");
      assert.deepEqual(seen(), [arrived]);
    });

    it(`reach the upgrade from a Jenkinsfile, for the hook ${JSON.stringify(id)}`, async () => {
      const { script, credentials } = stepOf(await printed(id));
      const { stdout } = await shell(script, { ...variables, ...credentials });
      assert.equal(stdout, "ignored: let in");
      assert.deepEqual(seen(), [arrived]);
    });
  }

  it("fail, and reach no upgrade, while a variable is not set", async () => {
    await assert.rejects(shell(curlOf(await printed("named")), {}), /TAG: parameter not set/);
    assert.deepEqual(pushes, []);
  });

  it("fail, and say why, when the server refuses", async () => {
    const command = curlOf(await printed("named")).replace("/hooks/named", "/hooks/nobody");
    await assert.rejects(shell(command, { TAG: "1" }), /404/);
    assert.deepEqual(pushes, []);
  });

  it("name the credentials by characters that Jenkins takes, and show no secret in the Jenkinsfile", async () => {
    const text = await printed("odd token/and id's");
    assert.match(
      text,
      /withCredentials\(\[string\(credentialsId: 'imagehook-odd-token-and-id-s', variable: 'HOOK_URL'\)\]\)/,
    );
    assert.equal(/withCredentials[^]*$/.exec(text)?.[0].includes("token="), false);
  });
});
