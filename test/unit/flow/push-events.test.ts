import assert from "node:assert/strict";
import { aHook } from "../../support/builders.ts";
import { changed, deliver, outcomeOf, rule } from "./push-kit.ts";

const aBody = (namespace: string): string =>
  JSON.stringify({
    push_data: { tag: "2.0" },
    repository: { repo_url: "registry.example.com", namespace, name: "website" },
  });

const anEnvelope = (...repositories: readonly string[]): string =>
  JSON.stringify({
    events: repositories.map((repository, index) => ({
      id: `event-${String(index)}`,
      action: "push",
      target: {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        repository,
        tag: "2.0",
      },
      request: { host: "registry.example.com" },
    })),
  });

const ofRegistry = aHook({ rule, upgrade: { registry: { kind: "fixed", value: "distribution" } } });

describe("createPush(proofs, parts): what one body brings", () => {
  it("refuses a repository in upper case, which no container can run", async () => {
    const { outcome, upgraded, refused } = await deliver({ body: aBody("Shop") });
    assert.deepEqual(outcomeOf(outcome), {
      kind: "bad-request",
      field: "repository",
      reason: '"Shop" is not a repository name: repository names are lower case',
    });
    assert.deepEqual([upgraded, refused], [[], []]);
  });

  it("hands on every push that a container can run, with the registry's id", async () => {
    const body = anEnvelope("shop/website", "Shop/website", "shop/other");
    const { outcome, upgraded } = await deliver({ body }, ofRegistry);
    assert.deepEqual(outcomeOf(outcome), changed);
    assert.deepEqual(
      upgraded.flatMap(({ events }) => events.map(({ repository, delivery }) => `${repository} ${String(delivery)}`)),
      ["registry.example.com/shop/website event-0", "registry.example.com/shop/other event-2"],
    );
  });
});

describe("createPush(proofs, parts): a sender of a whole registry", () => {
  const cases = [
    { when: "a repository in upper case", body: anEnvelope("Shop/website"), reason: /^repository: "Shop" is not/ },
    { when: "a malformed body", body: anEnvelope(""), reason: /^events\.0\.target\.repository: / },
    { when: "no JSON", body: "no JSON", reason: /^body: the body is not JSON|^body: the body is neither/ },
  ];
  for (const { when, body, reason } of cases) {
    it(`is told with a 2xx of ${when}, and the workload hears of it`, async () => {
      const { outcome, refused } = await deliver({ body }, ofRegistry);
      const said = outcomeOf(outcome);
      assert.ok(said.kind === "refused", said.kind);
      assert.match(said.reason, reason);
      assert.deepEqual(refused, [`website request-1: ${said.reason}`]);
    });
  }

  it("is refused as anyone where its token is wrong", async () => {
    const { outcome, refused } = await deliver({ body: anEnvelope("Shop/website"), query: "token=wrong" }, ofRegistry);
    assert.equal(outcomeOf(outcome).kind, "mismatch");
    assert.deepEqual(refused, []);
  });
});
