import assert from "node:assert/strict";
import type { PushOutcome } from "../../../src/core/delivery/outcome.ts";
import type { ImageCheck, Upgrade } from "../../../src/core/hook/hook.ts";
import type { Digest } from "../../../src/core/image/reference.ts";
import type { Platform } from "../../../src/core/remote/manifest.ts";
import { fail, ok, type Result } from "../../../src/core/result.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { ImageQuery, RegistryFailure, RegistryImage } from "../../../src/flow/ports.ts";
import { createVet, vettingTimeMs } from "../../../src/flow/vet.ts";
import { aHook, aTag, digest, repository } from "../../support/builders.ts";
import { createFakeLog } from "../../support/fake-log.ts";

const SITE = "registry.example.com/shop/website";
const all: ImageCheck = { tag: true, digest: true, platform: true, waitMs: 0, pullSecret: "" };
const amd64: Platform = { os: "linux", architecture: "amd64" };
const arm64: Platform = { os: "linux", architecture: "arm64" };
const found: RegistryImage = { digest: digest("b"), mediaType: "", content: { kind: "index", platforms: [amd64] } };
const absent: RegistryFailure = { kind: "absent", message: `${SITE}:2.0 is not there` };
const secretOf = (auths: unknown): Result<Buffer, ClusterFailure> => ok(Buffer.from(JSON.stringify({ auths })));

interface World {
  readonly images?: readonly Result<RegistryImage, RegistryFailure>[];
  readonly platforms?: Result<readonly Platform[], RegistryFailure>;
  readonly nodes?: Result<readonly Platform[], ClusterFailure>;
  readonly secret?: Result<Buffer, ClusterFailure>;
  readonly bundles?: Result<readonly Buffer[], RegistryFailure>;
  readonly keys?: Result<string, string>;
}

/** A vetting in a world that is as the test says, and what was asked of it. */
function makeVet({
  images = [ok(found)],
  platforms = ok([amd64]),
  nodes = ok([amd64]),
  secret = secretOf({}),
  bundles = ok([]),
  keys = ok("keys"),
}: World = {}) {
  const queries: ImageQuery[] = [];
  const secrets: string[] = [];
  const signedOf: string[] = [];
  const log = createFakeLog();
  const vet = createVet({
    registries: {
      image: (query) => {
        queries.push(query);
        return Promise.resolve(images[queries.length - 1] ?? images.at(-1) ?? fail(absent));
      },
      platforms: () => Promise.resolve(platforms),
      bundles: ({ digest: of }) => {
        signedOf.push(of);
        return Promise.resolve(bundles);
      },
    },
    nodes: { platforms: () => Promise.resolve(nodes) },
    pullSecrets: {
      read: (namespace, name) => {
        secrets.push(`${namespace}/${name}`);
        return Promise.resolve(secret);
      },
    },
    signatures: {
      isSigned: (image, signed, text) => Promise.resolve(signed.some((one) => String(one) === `${image} by ${text}`)),
    },
    keyFiles: { read: () => Promise.resolve(keys) },
    log,
  });
  const vetBy = (upgrade: Partial<Upgrade>, pushed: Digest | null = digest("b")) =>
    vet(
      { repository: repository(SITE), tag: aTag("2.0"), digest: pushed },
      { ...aHook().upgrade, ...upgrade },
      AbortSignal.timeout(5_000),
    );
  const ask = (check: Partial<ImageCheck> | null = {}, pushed: Digest | null = digest("b")) =>
    vetBy({ check: check === null ? null : { ...all, ...check } }, pushed);
  return { ask, vetBy, queries, secrets, signedOf, log };
}

const reasonOf = (said: Result<unknown, PushOutcome>): string => {
  assert.ok(said.kind === "error", "it was found fit");
  return `${said.error.kind}: ${"reason" in said.error ? said.error.reason : ""}`;
};

describe("createVet(parts)", () => {
  it("finds an image fit whose tag, digest and platform are right, and gives its digest", async () => {
    const { ask, queries } = makeVet();
    assert.deepEqual(await ask(), ok(digest("b")));
    assert.deepEqual(
      queries.map((query) => [query.repository, query.reference, query.expected, query.login]),
      [[SITE, "2.0", digest("b"), null]],
    );
  });

  it("asks nothing of a hook that checks nothing", async () => {
    const { ask, queries } = makeVet();
    assert.deepEqual(await ask(null), ok(null));
    assert.deepEqual(queries, []);
  });

  const refusals: readonly (readonly [name: string, world: World, said: RegExp])[] = [
    ["a tag that is not there", { images: [fail(absent)] }, /^unfit: image\.check: \S+:2\.0 is not there$/],
    [
      "another digest",
      { images: [ok({ ...found, digest: digest("c") })] },
      /^unfit: image\.check\.digest: \S+:2\.0: it is sha256:c{64} .* says sha256:b{64}$/,
    ],
    [
      "another platform",
      { platforms: ok([arm64]) },
      /^unfit: image\.check\.platform: \S+:2\.0: it is for linux\/arm64, /,
    ],
    ["a login that is refused", { images: [fail({ kind: "denied", message: "no" })] }, /^unfit: image\.check: no$/],
    [
      "a host that may not be asked",
      { images: [fail({ kind: "not-allowed", message: "no" })] },
      /^unfit: image\.check: no$/,
    ],
    [
      "an answer that nobody reads",
      { images: [fail({ kind: "unreadable", message: "no" })] },
      /^unfit: image\.check: no$/,
    ],
    [
      "a registry that is away",
      { images: [fail({ kind: "unreachable", message: "no" })] },
      /^registry-away: image\.check: no$/,
    ],
    [
      "a registry that is away in between",
      { platforms: fail({ kind: "unreachable", message: "no" }) },
      /^registry-away: image\.check: no$/,
    ],
  ];
  for (const [name, world, said] of refusals) {
    it(`says what is wrong with ${name}`, async () => {
      assert.match(reasonOf(await makeVet(world).ask()), said);
    });
  }

  it("compares no digest where the push names none or the hook does not ask", async () => {
    const other = { images: [ok({ ...found, digest: digest("c") })] };
    assert.deepEqual(await makeVet(other).ask({}, null), ok(digest("c")));
    assert.deepEqual(await makeVet(other).ask({ digest: false }), ok(digest("c")));
  });

  it("lets a tag be absent where the hook does not ask for it", async () => {
    assert.deepEqual(await makeVet({ images: [fail(absent)] }).ask({ tag: false }), ok(null));
  });

  it("waits for a tag that is not there yet", async () => {
    const { ask, queries } = makeVet({ images: [fail(absent), ok(found)] });
    assert.deepEqual(await ask({ waitMs: 50 }), ok(digest("b")));
    assert.equal(queries.length, 2);
  });

  it("waits no longer than it is told to", async () => {
    const { ask, queries } = makeVet({ images: [fail(absent)] });
    assert.match(reasonOf(await ask({ waitMs: 600 })), /is not there after 0\.6 s$/);
    assert.equal(queries.length, 3);
  });

  it("does not wait for what stays refused", async () => {
    const { ask, queries } = makeVet({ images: [fail({ kind: "denied", message: "no" })] });
    await ask({ waitMs: 30_000 });
    assert.equal(queries.length, 1);
  });

  it("asks with the login of the hook's Secret", async () => {
    const secret = secretOf({ "registry.example.com": { username: "robot", password: "canary-password" } });
    const { ask, queries, secrets, log } = makeVet({ secret });
    await ask({ pullSecret: "login" });
    assert.deepEqual(queries[0]?.login, { user: "robot", password: "canary-password" });
    assert.deepEqual(secrets, ["shop/login"]);
    assert.doesNotMatch(log.text(), /canary/);
  });

  it("says what is wrong with the Secret without repeating it", async () => {
    const { ask, queries } = makeVet({ secret: secretOf({ "registry.example.com": { auth: "canary" } }) });
    const said = reasonOf(await ask({ pullSecret: "login" }));
    assert.match(said, /^unfit: image\.check\.pull-secret: Secret "login" in namespace "shop": its entry for registry/);
    assert.doesNotMatch(said, /canary/);
    assert.deepEqual(queries, []);
  });

  it("says that the Secret may not be read", async () => {
    const failure: ClusterFailure = { kind: "not-found", message: "there is no such Secret" };
    const said = await makeVet({ secret: fail(failure) }).ask({ pullSecret: "login" });
    assert.deepEqual(said, fail({ kind: "cluster", failure }));
  });
});

describe("createVet(parts), where the nodes are not known", () => {
  const right = { verb: "list", resource: "nodes", namespace: "", name: "" };

  it("passes over the platform where nodes may not be read, and says so once", async () => {
    const { ask, log } = makeVet({ nodes: fail({ kind: "forbidden", message: "no", right }), platforms: ok([arm64]) });
    assert.deepEqual(await ask(), ok(digest("b")));
    assert.deepEqual(await ask(), ok(digest("b")));
    const [line, ...others] = log.lines;
    assert.deepEqual([line?.level, others], ["warn", []]);
    assert.match(String(line?.facts["reason"]), /lacks the right to list nodes/);
  });

  it("passes over the platform where there are no nodes", async () => {
    const { ask, log } = makeVet({ nodes: ok([]), platforms: ok([arm64]) });
    assert.deepEqual(await ask(), ok(digest("b")));
    assert.equal(log.lines.length, 1);
  });

  it("does not go on while the API server is away", async () => {
    const failure: ClusterFailure = { kind: "unreachable", message: "no answer" };
    assert.deepEqual(await makeVet({ nodes: fail(failure) }).ask(), fail({ kind: "cluster", failure }));
  });
});

describe("createVet(parts), where the image must be signed", () => {
  const signatureKeys = "/etc/keys/cosign.pub";
  const bundles = ok([Buffer.from("other"), Buffer.from(`${digest("b")} by keys`)]);

  it("finds an image fit that is signed by a key of the file", async () => {
    const { vetBy, signedOf } = makeVet({ bundles });
    assert.deepEqual(await vetBy({ signatureKeys }), ok(digest("b")));
    assert.deepEqual(signedOf, [digest("b")]);
  });

  it("refuses one that is not", async () => {
    const said = reasonOf(await makeVet({ bundles, keys: ok("others") }).vetBy({ signatureKeys, check: all }));
    const image = `${SITE}@${digest("b")}`;
    assert.equal(
      said,
      `unfit: image.signature: ${image} is not signed by a key of ${signatureKeys}; it has 2 attached bundles`,
    );
  });

  it("asks for the signature of what will run", async () => {
    const moved = { images: [ok({ ...found, digest: digest("c") })], bundles };
    const [pinned, tagged] = [makeVet(moved), makeVet(moved)];
    assert.equal((await pinned.vetBy({ signatureKeys, digest: "pin" })).kind, "ok");
    assert.equal((await tagged.vetBy({ signatureKeys })).kind, "error");
    assert.deepEqual([pinned.signedOf, tagged.signedOf], [[digest("b")], [digest("c")]]);
  });

  it("refuses an image that is not there, though the hook does not ask for its tag", async () => {
    const { vetBy } = makeVet({ images: [fail(absent)], bundles });
    assert.match(reasonOf(await vetBy({ signatureKeys, check: { ...all, tag: false } })), /^unfit: .* is not there$/);
  });

  it("says that the keys cannot be read, and that the registry is away", async () => {
    const unread = await makeVet({ bundles, keys: fail("it cannot be read: ENOENT") }).vetBy({ signatureKeys });
    assert.equal(reasonOf(unread), "not-served: image.signature: it cannot be read: ENOENT");
    const away = await makeVet({ bundles: fail({ kind: "unreachable", message: "no" }) }).vetBy({ signatureKeys });
    assert.match(reasonOf(away), /^registry-away: /);
  });
});

describe("vettingTimeMs(upgrade)", () => {
  const timeOf = (check: ImageCheck | null, signatureKeys = ""): number => vettingTimeMs({ check, signatureKeys });

  it("gives a push that is vetted more time, and its wait on top", () => {
    assert.equal(timeOf(null), 0);
    assert.equal(timeOf({ ...all, waitMs: 10_000 }) - timeOf(all), 10_000);
    assert.ok(timeOf(all) > 0);
    assert.equal(timeOf(null, "/keys"), timeOf(all));
  });
});
