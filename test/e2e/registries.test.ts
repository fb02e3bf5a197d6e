import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { apply, useCluster } from "../support/cluster.ts";
import { aDeployment, hookPath, install, read, TOKEN, type Answer, type Installation } from "./kit.ts";
import { REGISTRY_BODIES, replacements, type RegistryBody } from "./registry-bodies.ts";

// What stands in the place of a value: JSON texts.
const HOSTILE: readonly string[] = [
  "null",
  "42",
  "[1]",
  `{"a":${"[".repeat(50)}${"]".repeat(50)}}`,
  JSON.stringify("x".repeat(10_000)),
  '{"__proto__":{"tag":"evil"}}',
];

const INJECTED: readonly string[] = [
  "evil.com/x#",
  "../..",
  `team/app@sha256:${"a".repeat(64)}`,
  "a/b:c",
  "v1:v2",
  "http://evil.com/",
  "127.0.0.1:5000/x",
  "[::1]/x",
  "${IMAGE}",
  "(",
  ".*",
  "v1\nv2",
].map((text) => JSON.stringify(text));

const AT_ONCE = 8;

// Its template changes hundreds of times.
const withoutPods = (deployment: object): object => {
  const { spec, ...rest } = deployment as { readonly spec: object };
  return { ...rest, spec: { ...spec, replicas: 0, revisionHistoryLimit: 0 } };
};

describe("every registry's push, through the installed chart", function () {
  this.timeout(180_000);
  const cluster = useCluster();
  let installed: Installation;
  let listener: Server;
  let connections = 0;

  before(async () => {
    listener = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    installed = await install(cluster(), {
      prepare: async ({ web }) => {
        for (const { type, repository } of REGISTRY_BODIES)
          await apply(cluster(), withoutPods(aDeployment(web, type, `${repository}:before`)));
      },
      values: (web) => ({
        hooks: Object.fromEntries(
          REGISTRY_BODIES.map(({ type, registryHost }) => [
            type,
            {
              namespace: web,
              workload: `deployment/${type}`,
              container: "web",
              repoType: type,
              token: TOKEN,
              ...(registryHost !== "" && { registryHost }),
            },
          ]),
        ),
      }),
    });
  });
  after(async () => {
    listener.close();
    await installed.remove();
  });

  const send = ({ type, headers }: RegistryBody, body: string): Promise<Answer> =>
    installed.post(hookPath(type), body, { headers: { "content-type": "application/json", ...headers } });

  const imageOf = async (type: string): Promise<string> => {
    const { spec } = await read(cluster(), installed.web, "deployment", type);
    return spec.template.spec.containers.map(({ image }) => image).join(" ");
  };

  async function sendAll(push: RegistryBody, bodies: Iterable<string>): Promise<readonly Answer[]> {
    const waiting = [...bodies];
    const answers: Answer[] = [];
    const worker = async (): Promise<void> => {
      for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) answers.push(await send(push, body));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return answers;
  }

  for (const push of REGISTRY_BODIES) {
    const after = `${push.repository}:${push.tag} docker.io/library/busybox:1`;

    it(`rolls a Deployment forward to what ${push.type} pushed`, async () => {
      const { status, text } = await send(push, push.body);
      assert.equal(status, 200, text);
      assert.ok(text.startsWith(`deployment.apps/${push.type} image updated`), text);
      assert.equal(await imageOf(push.type), after);
    });

    it(`leaves the image as it is, whatever value of ${push.type}'s body is replaced`, async () => {
      const bodies = replacements(push.body, [...HOSTILE, ...INJECTED]);
      const answers = await sendAll(push, bodies);
      assert.ok(answers.length >= 50, "too few were sent to prove anything");
      const wrong = answers.filter(({ status }) => status >= 500 || status === 404);
      assert.deepEqual(
        wrong.map(({ status, text }) => `${String(status)} ${text}`),
        [],
      );
      const refused = answers.filter(({ status, text }) => status >= 400 || /^(?:ignored|refused): /.test(text));
      assert.ok(refused.length >= 10, `only ${String(refused.length)} of ${String(answers.length)} were refused`);
      assert.equal(await imageOf(push.type), after);
      assert.equal((await fetch(`${installed.pod.url}/healthz`)).status, 200);
    });
  }

  it("connects to no address that a body names", async () => {
    const address = listener.address();
    assert.ok(typeof address === "object" && address !== null);
    const url = JSON.stringify(`http://127.0.0.1:${String(address.port)}/`);
    for (const push of REGISTRY_BODIES) {
      const answers = await sendAll(push, replacements(push.body, [url]));
      assert.ok(answers.length > 1);
    }
    assert.equal(connections, 0);
    await fetch(JSON.parse(url) as string).catch(() => undefined);
    assert.equal(connections, 1, "the listener would have seen it");
  });

  it("goes on after all of that", async () => {
    const [push] = REGISTRY_BODIES;
    assert.ok(push !== undefined);
    // A body whose time was replaced by what is none was as new as its arrival: the next must be newer.
    const inChina = new Date(Date.now() + 8 * 3_600_000).toISOString().replace("T", " ").slice(0, 19);
    const body = push.body.replaceAll('"v7"', '"v8"').replace(/("pushed_at": *)"[^"]*"/, `$1"${inChina}"`);
    assert.ok(body.includes(inChina), body);
    assert.equal((await send(push, body)).status, 200);
    assert.equal(await imageOf(push.type), `${push.repository}:v8 docker.io/library/busybox:1`);
  });
});
