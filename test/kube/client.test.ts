import assert from "node:assert/strict";
import type { Result } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { KubeRequest } from "../../src/kube/client.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";

const right = { verb: "get", resource: "deployments.apps", namespace: "web", name: "website" };
const aRequest = (more: Partial<KubeRequest> = {}): KubeRequest => ({
  method: "GET",
  path: "/version",
  right,
  signal: AbortSignal.timeout(3_000),
  ...more,
});
const status = (message: string, causes?: readonly object[]): string =>
  JSON.stringify({ kind: "Status", message, ...(causes !== undefined && { details: { causes } }) });
const failureOf = (result: Result<unknown, ClusterFailure>): ClusterFailure | undefined =>
  result.kind === "error" ? result.error : undefined;

describe("createKubeClient(credentials), answered by a server that misbehaves", () => {
  const server = useMisbehavingServer();

  const cases: readonly {
    readonly when: string;
    readonly code: number;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly method?: KubeRequest["method"];
    readonly expected: Partial<ClusterFailure>;
  }[] = [
    {
      when: "RBAC refuses",
      code: 403,
      body: status(
        'deployments.apps "website" is forbidden: User "system:serviceaccount:hooks:ih" cannot get resource "deployments"',
      ),
      expected: { kind: "forbidden", right },
    },
    {
      when: "an admission webhook refuses with 403",
      code: 403,
      body: status('admission webhook "policy.example.com" denied the request: no'),
      expected: { kind: "refused", status: 403 },
    },
    {
      when: "the object is not there",
      code: 404,
      body: status("not found"),
      expected: { kind: "not-found", message: "not found" },
    },
    { when: "another writer was first", code: 409, body: status("modified"), expected: { kind: "conflict" } },
    {
      when: "a patch's test fails",
      code: 422,
      body: status("rejected", []),
      method: "PATCH",
      expected: { kind: "conflict" },
    },
    {
      when: "a patched object is invalid",
      code: 422,
      body: status("invalid", [{ field: "image" }]),
      method: "PATCH",
      expected: { kind: "refused", status: 422 },
    },
    {
      when: "a created object is invalid",
      code: 422,
      body: status("invalid"),
      method: "POST",
      expected: { kind: "refused" },
    },
    {
      when: "there are too many requests",
      code: 429,
      body: status("slow down"),
      headers: { "retry-after": "7" },
      expected: { kind: "throttled", retryAfterSeconds: 7 },
    },
    {
      when: "there are too many and nothing says how long",
      code: 429,
      body: "",
      expected: { kind: "throttled", retryAfterSeconds: 1 },
    },
    {
      when: "it is shutting down",
      code: 503,
      body: "",
      headers: { "retry-after": "2" },
      expected: { kind: "throttled", retryAfterSeconds: 2 },
    },
    {
      when: "a proxy answers for it",
      code: 502,
      body: "<html>",
      expected: { kind: "unreachable", message: "the API server answered 502" },
    },
    { when: "it answers what is not JSON", code: 200, body: "<html>", expected: { kind: "unreachable" } },
  ];
  for (const { when, code, body, headers, method, expected } of cases) {
    it(`says ${expected.kind ?? ""} when ${when}`, async () => {
      server.answerWith((_request, response) => {
        response.writeHead(code, { "content-type": "application/json", ...headers }).end(body);
      });
      const failure = failureOf(
        await server.client().request(aRequest({ method: method ?? "GET", body: method && {} })),
      );
      assert.partialDeepStrictEqual(failure, expected);
    });
  }

  it("reads the token anew after a 401, once", async () => {
    const seen: (string | undefined)[] = [];
    server.answerWith((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(request.headers.authorization === "Bearer new" ? 200 : 401).end("{}");
    });
    assert.equal((await server.client().request(aRequest())).kind, "ok");
    assert.deepEqual(
      [seen, server.tokenRequests()],
      [
        ["Bearer old", "Bearer new"],
        [false, true],
      ],
    );
    server.answerWith((_request, response) => {
      response.writeHead(401).end(status("Unauthorized"));
    });
    assert.partialDeepStrictEqual(failureOf(await server.client().request(aRequest())), {
      kind: "refused",
      status: 401,
    });
  });

  it("names imagehook as the field manager of what it writes, and of nothing that it reads", async () => {
    const urls: (string | undefined)[] = [];
    server.answerWith((request, response) => {
      urls.push(request.url);
      response.writeHead(200).end("{}");
    });
    await server.client().request(aRequest({ query: { limit: "1" } }));
    await server.client().request(aRequest({ method: "PATCH", path: "/x", body: [] }));
    assert.deepEqual(urls, ["/version?limit=1", "/x?fieldManager=imagehook"]);
  });

  it("says unreachable, within the signal's time, when no answer comes", async () => {
    server.answerWith(() => undefined);
    const startedMs = performance.now();
    const failure = failureOf(await server.client().request(aRequest({ signal: AbortSignal.timeout(300) })));
    assert.deepEqual(failure, { kind: "unreachable", message: "the API server cannot be reached: no answer in time" });
    assert.ok(performance.now() - startedMs < 1_500);
  });

  it("says unreachable when the connection breaks off", async () => {
    server.answerWith((_request, response) => {
      response.destroy();
    });
    assert.equal(failureOf(await server.client().request(aRequest()))?.kind, "unreachable");
    server.stop();
    assert.match(failureOf(await server.client().request(aRequest()))?.message ?? "", /ECONNREFUSED/);
  });
});
