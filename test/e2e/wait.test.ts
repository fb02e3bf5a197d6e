import assert from "node:assert/strict";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { imageFor, imagehook, operationsOf, pushOf, untilPhase } from "./ends-kit.ts";
import {
  aDeployment,
  hookPath,
  imageOf,
  install,
  logWritten,
  post,
  read,
  TOKEN,
  type Answer,
  type Installation,
} from "./kit.ts";

const API_TOKEN = "b0d1e5a97c3f4826a1d05e9c";
const PUBLIC_URL = "https://hooks.example.com";
const CROWD = 30;

const waitPath = (id: string, wait: string): string => hookPath(id, { wait });

interface Shown {
  readonly key: string;
  readonly hook: string;
  readonly phase: string;
}

describe("a caller that waits for the end of its rollout, and what there is to look up", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let leader: LocalPod;
  let other: LocalPod;

  const operations = async (pod: LocalPod, path: string, token = API_TOKEN): Promise<Response> =>
    fetch(`${await operationsOf(pod)}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const metricsOf = async (pod: LocalPod): Promise<string> => (await operations(pod, "/metrics")).text();
  const isWaited = (answer: Answer, seconds: number): boolean => answer.tookMs >= seconds * 1_000 - 50;

  before(async () => {
    const names = ["quick", "second", "steady", "bad", "worse", "slow", "late"];
    installed = await install(cluster(), {
      values: (web) => ({
        publicUrl: PUBLIC_URL,
        operations: { apiToken: API_TOKEN },
        hooks: Object.fromEntries(
          names.map((name) => [
            name,
            { namespace: web, workload: `deployment/${name}`, container: "web", repoType: "custom", token: TOKEN },
          ]),
        ),
      }),
      prepare: async ({ web }) => {
        const items = names.map((name) => {
          const manifest = aDeployment(web, name, imageFor("1")) as { spec: { template: { metadata: object } } };
          const { spec } = manifest;
          const metadata = { ...spec.template.metadata, annotations: { "imagehook.test/ready-after": "2s" } };
          const template = name === "steady" ? { ...spec.template, metadata } : spec.template;
          const patience = ["bad", "worse"].includes(name) ? { progressDeadlineSeconds: 2 } : {};
          return { ...manifest, spec: { ...spec, template, ...patience } };
        });
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
        await cluster().kubectl(["rollout", "status", "deployment/steady", "-n", web, "--timeout=30s"]);
      },
    });
    leader = installed.pod;
    await waitFor(
      () => metricsOf(leader),
      (text) => text.includes("\nimagehook_leader 1\n"),
      { timeoutMs: 5_000, what: "the first pod to lead" },
    );
    other = await installed.startReplica();
    assert.match(await metricsOf(other), /\nimagehook_leader 0\n/);
  });
  after(async () => {
    await installed.remove();
  });

  const replicas = [
    { who: "the one that leads", good: "quick", bad: "bad", pod: () => leader },
    { who: "one that does not lead", good: "second", bad: "worse", pod: () => other },
  ];
  for (const { who, good, bad, pod } of replicas) {
    it(`is answered 200 by ${who} when the rollout is complete`, async () => {
      const answer = await post(pod(), waitPath(good, "60s"), pushOf("2"));
      assert.equal(answer.status, 200, answer.text);
      const lines = answer.text.split("\n");
      assert.deepEqual(lines.slice(0, 2), [
        `deployment.apps/${good} image updated`,
        `web: ${imageFor("1")} -> ${imageFor("2")}`,
      ]);
      assert.match(lines.slice(2).join("\n"), /^complete: /);
      const { status } = await read(cluster(), installed.web, "deployment", good);
      assert.deepEqual([status["updatedReplicas"], status["availableReplicas"]], [2, 2]);
    });

    it(`is answered 502 with the reason by ${who} when the rollout failed, and so when it asks again`, async () => {
      const push = pushOf("2-image-pull");
      const answer = await post(pod(), waitPath(bad, "60s"), push);
      assert.equal(answer.status, 502, answer.text);
      assert.match(
        answer.text,
        /\nfailed: the deployment exceeded its progress deadline of 2 s: .* cannot pull the image /,
      );
      const again = await post(pod(), waitPath(bad, "60s"), push);
      assert.deepEqual([again.status, again.text.split("\n").at(-1)], [502, answer.text.split("\n").at(-1)]);
    });

    it(`is answered 202 by ${who} when the rollout still goes on at the end of the wait`, async () => {
      const answer = await post(pod(), waitPath("slow", "1s"), pushOf(`2-${good}-never-ready`));
      assert.equal(answer.status, 202, answer.text);
      assert.match(answer.text, /^deployment\.apps\/slow image updated\nweb: .*\nthe rollout goes on$/);
      assert.ok(isWaited(answer, 1) && answer.tookMs < 4_000, String(answer.tookMs));
    });
  }

  it("waits for the same rollout when it comes again, to whichever replica, and changes nothing", async () => {
    const { metadata } = await read(cluster(), installed.web, "deployment", "steady");
    const push = pushOf("2");
    const first = post(leader, waitPath("steady", "60s"), push);
    await untilPhase(installed, { kind: "deployment", name: "steady" }, "accepted");
    const answers = await Promise.all([
      first,
      ...[leader, other].map((pod) => post(pod, waitPath("steady", "60s"), push)),
    ]);
    assert.deepEqual(
      answers.map(({ status, text }) => [status, text.replace(/:.*|\n.*/gs, ""), text.includes("\ncomplete: ")]),
      [
        [200, "deployment.apps/steady image updated", true],
        [200, "deployment.apps/steady unchanged", true],
        [200, "deployment.apps/steady unchanged", true],
      ],
    );
    for (const answer of answers) assert.ok(isWaited(answer, 1), "it did not wait");
    const after = await read(cluster(), installed.web, "deployment", "steady");
    assert.equal(after.metadata.generation, metadata.generation + 1);
  });

  for (const wait of ["11m", "x", "0s", "-5s", "1h"])
    it(`is answered 400 for wait=${wait}, and nothing is done`, async () => {
      const { metadata } = await read(cluster(), installed.web, "deployment", "quick");
      const answer = await installed.post(waitPath("quick", wait), pushOf("9"));
      assert.deepEqual(
        [answer.status, answer.text],
        [400, "wait: is not a duration of at most 10m, such as 5m or 90s"],
      );
      const after = await read(cluster(), installed.web, "deployment", "quick");
      assert.equal(after.metadata.generation, metadata.generation);
    });

  // A delivery is counted when its answer is made.
  it("is waited for no longer when it goes away", async () => {
    const push = pushOf("2-forgotten-never-ready");
    assert.equal((await installed.post(hookPath("slow"), push)).status, 200);
    const leaving = new AbortController();
    const crowd = Array.from({ length: CROWD }, () =>
      post(leader, waitPath("slow", "10m"), push, { signal: leaving.signal }).catch(() => null),
    );
    const answered = async (): Promise<number> =>
      Number(/{hook="slow",outcome="unchanged"} (\d+)\n/.exec(await metricsOf(leader))?.[1] ?? 0);
    assert.equal((await post(leader, waitPath("slow", "1s"), push)).status, 202);
    assert.equal(await answered(), 1);
    leaving.abort();
    assert.ok((await Promise.all(crowd)).every((answer) => answer === null));
    await waitFor(answered, (count) => count === CROWD + 1, { timeoutMs: 5_000, what: "the end of their waiting" });
    assert.ok(isWaited(await post(leader, waitPath("slow", "1s"), push), 1));
  });

  it("names the rollout in its answer, and shows it to holders of the token alone", async () => {
    const answer = await post(other, waitPath("quick", "60s"), pushOf("3"));
    const key = answer.headers.get("imagehook-rollout") ?? "";
    assert.match(key, /^[0-9a-f]{16}-[0-9a-f]{12}$/);
    assert.equal(answer.headers.get("imagehook-status"), `${PUBLIC_URL}/api/v1/rollouts/${key}`);
    for (const pod of [leader, other]) {
      const shown = await operations(pod, `/api/v1/rollouts/${key}`);
      assert.equal(shown.status, 200);
      assert.partialDeepStrictEqual(await shown.json(), {
        key,
        hook: "quick",
        namespace: installed.web,
        workload: "deployment/quick",
        containers: [{ container: "web", before: imageFor("2"), after: imageFor("3") }],
        phase: "complete",
      });
    }
    const listed = (await (await operations(leader, "/api/v1/rollouts?hook=quick")).json()) as { rollouts: Shown[] };
    assert.deepEqual(
      listed.rollouts.map(({ phase }) => phase),
      ["complete", "complete"],
    );
    assert.equal(listed.rollouts[0]?.key, key);
    const [wrong, none] = [`${API_TOKEN}0`, ""];
    for (const token of [wrong, none])
      assert.equal((await operations(leader, `/api/v1/rollouts/${key}`, token)).status, 401);
    assert.equal((await operations(leader, `/api/v1/rollouts/${key.replace(/.$/, "x")}`)).status, 404);
    // The port that registries reach has no API.
    assert.equal((await fetch(`${leader.url}/api/v1/rollouts/${key}`)).status, 404);
  });

  it("shows the rollouts on the command line", async () => {
    const { code, out } = await imagehook(installed, "status", "--namespace", installed.web);
    assert.equal(code, 0);
    assert.match(out, /deployment\/slow +web +\S+:2-forgotten-never-ready +(accepted|progressing) /);
    assert.match(out, /deployment\/quick +web +\S+:3 +complete /);
    assert.match(out, /deployment\/bad +web +\S+:2-image-pull +failed .* cannot pull the image/);
  });

  it("counts the ends of each hook, and labels nothing by what a caller sent", async () => {
    await post(other, "/hooks/nobody-canary-41?token=x", pushOf("canary-41"));
    const texts = await Promise.all([leader, other].map(metricsOf));
    const [led = "", patched = ""] = texts;
    const wanted = [
      'imagehook_rollouts_total{hook="quick",result="complete"} 2',
      'imagehook_rollouts_total{hook="second",result="complete"} 1',
      'imagehook_rollouts_total{hook="bad",result="failed"} 1',
      'imagehook_rollouts_total{hook="worse",result="failed"} 1',
      'imagehook_rollout_seconds_count{hook="quick"} 2',
      'imagehook_patch_seconds_count{hook="quick"} 1',
      'imagehook_deliveries_total{hook="quick",outcome="changed"} 1',
      'imagehook_deliveries_total{hook="quick",outcome="malformed"} 5',
    ];
    for (const line of wanted) assert.ok(led.includes(`${line}\n`), `${line} is missing in\n${led}`);
    assert.ok(patched.includes('imagehook_patch_seconds_count{hook="second"} 1\n'));
    assert.ok(patched.includes('imagehook_deliveries_total{hook="",outcome="unknown-hook"} 1\n'));
    for (const text of texts) {
      assert.doesNotMatch(text, /canary|team\/app|never-ready|registry\.example/);
      const hooks = [...text.matchAll(/hook="([^"]*)"/g)].map(([, hook]) => hook);
      const known = ["", "quick", "second", "steady", "bad", "worse", "slow", "late"];
      assert.deepEqual(
        [...new Set(hooks)].filter((hook) => !known.includes(String(hook))),
        [],
      );
    }
  });

  it("has no API where there is no token", async () => {
    const bare = await installed.startReplica({ API_TOKEN_FILE: "" });
    await logWritten();
    assert.equal((await operations(bare, "/api/v1/rollouts")).status, 404);
    assert.equal((await operations(bare, "/metrics")).status, 200);
    assert.equal(await bare.stop(), 0);
  });

  it("is answered 202 when the process is told to end, which ends in order", async () => {
    const places = [
      [leader, "slow"],
      [other, "late"],
    ] as const;
    const waiting = places.map(([pod, name]) => post(pod, waitPath(name, "10m"), pushOf("2-drain-never-ready")));
    for (const [, name] of places)
      await waitFor(
        () => read(cluster(), installed.web, "deployment", name),
        (workload) => imageOf(workload) === imageFor("2-drain-never-ready"),
        { timeoutMs: 5_000, what: `the push for ${name}` },
      );
    const codes = await Promise.all([leader, other].map((pod) => pod.stop("SIGTERM")));
    for (const answer of await Promise.all(waiting)) {
      assert.equal(answer.status, 202, answer.text);
      assert.match(answer.text, /\nthe rollout goes on$/);
      assert.equal(answer.headers.get("connection"), "close");
    }
    assert.deepEqual(codes, [0, 0]);
  });
});
