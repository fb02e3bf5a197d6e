import assert from "node:assert/strict";
import { describeFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { SecretSighting, StoredSecret } from "../../src/flow/admission/certificate-ports.ts";
import { createCertificateSecret } from "../../src/kube/certificate-secret.ts";
import { useCluster } from "../support/cluster.ts";
import { renderCertificates, type RenderedCertificates } from "./certificates-kit.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

/** What a watch shows first. */
async function next(watch: AsyncIterator<SecretSighting>): Promise<SecretSighting> {
  const shown = await watch.next();
  if (shown.done === true) throw new Error("the watch has ended");
  return shown.value;
}

describe("createCertificateSecret(client, place), with rights to get, watch and update one Secret", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let rendered: RenderedCertificates;
  beforeEach(async () => {
    rendered = await renderCertificates(cluster());
  });
  afterEach(() => rendered.close());

  const secret = (): ReturnType<typeof createCertificateSecret> =>
    createCertificateSecret(rendered.client, { namespace: rendered.namespace, name: rendered.name });
  const read = async (): Promise<StoredSecret> => {
    const found = await secret().read(soon());
    assert.equal(found.kind, "ok", JSON.stringify(found));
    return found.value;
  };
  const kubectl = (...words: readonly string[]): Promise<string> =>
    cluster().kubectl([...words, "-n", rendered.namespace]);

  it("reads an empty one, fills it, and leaves alone what it was not asked to change", async () => {
    const stored = await read();
    assert.deepEqual(stored.texts, {});
    assert.equal((await stored.update({ "ca.crt": "größe\n", other: "1" }, soon())).kind, "ok");
    assert.equal((await (await read()).update({ other: null }, soon())).kind, "ok");
    assert.deepEqual(await rendered.texts(), { "ca.crt": "größe\n" });
    const labels = await kubectl("get", "secret", rendered.name, "-o", "jsonpath={.metadata.labels.kept} {.type}");
    assert.equal(labels, "yes Opaque");
  });

  it("does not write over a change that it has not seen", async () => {
    const [first, second] = [await read(), await read()];
    assert.equal((await first.update({ "ca.crt": "first" }, soon())).kind, "ok");
    const lost = await second.update({ "ca.crt": "second" }, soon());
    assert.equal(lost.kind === "error" && lost.error.kind, "conflict");
    assert.deepEqual(await rendered.texts(), { "ca.crt": "first" });
  });

  it("shows it as it is, each change, that it is gone, and that it is back", async () => {
    const end = new AbortController();
    const watch = secret().watch(end.signal)[Symbol.asyncIterator]();
    assert.deepEqual(await next(watch), { kind: "seen", texts: {} });
    await (await read()).update({ "tls.crt": "one" }, soon());
    assert.deepEqual(await next(watch), { kind: "seen", texts: { "tls.crt": "one" } });
    await kubectl("delete", "secret", rendered.name);
    assert.deepEqual(await next(watch), { kind: "gone" });
    await rendered.renderSecret();
    assert.deepEqual(await next(watch), { kind: "seen", texts: {} });
    const last = watch.next();
    end.abort();
    assert.deepEqual(await last, { value: undefined, done: true });
  });

  it("says that it is not there", async () => {
    await kubectl("delete", "secret", rendered.name);
    const found = await secret().read(soon());
    assert.equal(found.kind === "error" && found.error.kind, "not-found");
  });

  it("names the right that it lacks, on any other Secret", async () => {
    const other = createCertificateSecret(rendered.client, { namespace: rendered.namespace, name: "other" });
    const found = await other.read(soon());
    assert.ok(
      found.kind === "error" && describeFailure(found.error).includes('lacks the right to get secrets "other"'),
    );
    const seen = await next(other.watch(soon())[Symbol.asyncIterator]());
    assert.ok(
      seen.kind === "failure" && describeFailure(seen.failure).includes('lacks the right to watch secrets "other"'),
    );
  });
});

describe("createCertificateSecret(client, place).watch(signal), of a server that misbehaves", () => {
  const server = useMisbehavingServer();
  const place = { namespace: "apps", name: "admission", firstPauseMs: 1 };
  const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

  it("opens another watch after one that ends, breaks, or says what is no event, and then shows what is there", async () => {
    const answers = [
      event("ADDED", { data: { a: "MQ==" } }),
      event("ERROR", { kind: "Status", code: 500, message: "etcd is away" }),
      "no event\n",
      event("MODIFIED", { data: { a: "Mg==" } }),
    ];
    const asked: (string | undefined)[] = [];
    server.answerWith(({ url }, response) => {
      asked.push(url);
      const answer = answers.shift();
      if (answer === undefined) response.destroy();
      else response.end(answer);
    });
    const seen: string[] = [];
    for await (const sighting of createCertificateSecret(server.client(), place).watch(soon())) {
      if (sighting.kind === "seen") seen.push(sighting.texts["a"] ?? "");
      else seen.push(sighting.kind === "failure" ? describeFailure(sighting.failure) : "gone");
      if (seen.length === 5) break;
    }
    assert.deepEqual([seen[0], seen[1], seen[3]], ["1", "etcd is away", "2"]);
    assert.match(seen[2] ?? "", /cannot be reached/);
    assert.match(seen[4] ?? "", /cannot be reached/);
    const query = "fieldSelector=metadata.name%3Dadmission&watch=1&timeoutSeconds=300";
    assert.deepEqual(new Set(asked), new Set([`/api/v1/namespaces/apps/secrets?${query}`]));
  });
});
