import assert from "node:assert/strict";
import { createIssuerKeys, type IssuerKeys } from "../../../src/flow/issuer-keys.ts";
import type { Remote, RemoteAnswer, RemoteRequest } from "../../../src/flow/ports.ts";
import { fail, ok } from "../../../src/core/result.ts";
import { createFakeClock } from "../../support/fake-log.ts";

const ISSUER = "https://accounts.google.com";
const CONFIGURATION = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = "https://www.googleapis.com/oauth2/v3/certs";

interface Page {
  readonly body: string;
  readonly status?: number;
  readonly cacheControl?: string;
}

interface Kit {
  readonly keys: IssuerKeys;
  readonly pages: Record<string, Page | undefined>;
  readonly asked: RemoteRequest[];
  readonly pass: (seconds: number) => void;
}

function createKit(): Kit {
  const asked: RemoteRequest[] = [];
  const pages: Record<string, Page | undefined> = {
    [CONFIGURATION]: { body: JSON.stringify({ issuer: ISSUER, jwks_uri: KEYS }) },
    [KEYS]: { body: "keys 1", cacheControl: "max-age=1800" },
  };
  const remote: Remote = {
    get: (request) => {
      asked.push(request);
      const page = pages[request.url];
      if (page === undefined) return Promise.resolve(fail({ kind: "unreachable", message: "nobody is there" }));
      const header = (name: string): string => (name === "cache-control" ? (page.cacheControl ?? "") : "");
      const answer: RemoteAnswer = { status: page.status ?? 200, header, body: Buffer.from(page.body) };
      return Promise.resolve(ok(answer));
    },
  };
  const clock = createFakeClock();
  return {
    keys: createIssuerKeys(remote, clock),
    pages,
    asked,
    pass: (seconds) => {
      clock.advance(seconds * 1000);
    },
  };
}

const one = ok("keys 1");
const two = ok("keys 2");

describe("createIssuerKeys(remote, clock)", () => {
  let kit: Kit;
  beforeEach(() => {
    kit = createKit();
  });
  const isDown = (): void => {
    kit.pages[KEYS] = { body: "", status: 500 };
  };

  it("asks the issuer for its configuration, and for the keys only its hosts", async () => {
    assert.deepEqual(await kit.keys.of(ISSUER), one);
    assert.deepEqual(
      kit.asked.map(({ url, allow, maxBytes }) => [url, allow, maxBytes]),
      [
        [CONFIGURATION, ["accounts.google.com"], 262_144],
        [KEYS, ["accounts.google.com", "www.googleapis.com"], 262_144],
      ],
    );
  });

  it("keeps them as long as they say", async () => {
    await kit.keys.of(ISSUER);
    kit.pages[KEYS] = { body: "keys 2" };
    kit.pass(1_799);
    assert.deepEqual(await kit.keys.of(ISSUER), one);
    kit.pass(1);
    assert.deepEqual(await kit.keys.of(ISSUER), two);
    assert.equal(kit.asked.length, 4);
  });

  it("fetches once for all that ask at once", async () => {
    assert.deepEqual(await Promise.all([kit.keys.of(ISSUER), kit.keys.renewed(ISSUER), kit.keys.of(ISSUER)]), [
      one,
      one,
      one,
    ]);
    assert.equal(kit.asked.length, 2);
  });

  it("renews at most once a minute", async () => {
    await kit.keys.of(ISSUER);
    kit.pages[KEYS] = { body: "keys 2" };
    kit.pass(59);
    assert.deepEqual(await kit.keys.renewed(ISSUER), one);
    kit.pass(1);
    assert.deepEqual(await kit.keys.renewed(ISSUER), two);
    assert.deepEqual(await kit.keys.renewed(ISSUER), two);
    assert.equal(kit.asked.length, 4);
    assert.deepEqual(await kit.keys.of(ISSUER), two);
  });

  it("keeps the keys that it has when they cannot be renewed", async () => {
    await kit.keys.of(ISSUER);
    isDown();
    kit.pass(60);
    const error = `keys of ${ISSUER}: www.googleapis.com answered 500`;
    assert.deepEqual(await kit.keys.renewed(ISSUER), fail(error));
    assert.deepEqual(await kit.keys.renewed(ISSUER), fail(error));
    assert.equal(kit.asked.length, 4);
    assert.deepEqual(await kit.keys.of(ISSUER), one);
  });

  it("tries a failed fetch again after ten seconds, and not before", async () => {
    isDown();
    const down = fail(`keys of ${ISSUER}: www.googleapis.com answered 500`);
    assert.deepEqual([await kit.keys.of(ISSUER), await kit.keys.of(ISSUER)], [down, down]);
    kit.pages[KEYS] = { body: "keys 1" };
    kit.pass(9.9);
    assert.deepEqual(await kit.keys.of(ISSUER), down);
    assert.equal(kit.asked.length, 2);
    kit.pass(0.1);
    assert.deepEqual(await kit.keys.of(ISSUER), one);
  });

  it("does not serve keys beyond their time when they cannot be fetched", async () => {
    await kit.keys.of(ISSUER);
    isDown();
    kit.pass(1_800);
    assert.equal((await kit.keys.of(ISSUER)).kind, "error");
    assert.equal((await kit.keys.of(ISSUER)).kind, "error");
    assert.equal(kit.asked.length, 4);
  });

  it("says why the configuration cannot be read", async () => {
    const cases = [
      [undefined, `configuration of ${ISSUER}: nobody is there`],
      [{ body: "", status: 302 }, `configuration of ${ISSUER}: accounts.google.com answered 302`],
      [{ body: "<html>" }, `keys of ${ISSUER}: its configuration is no JSON`],
      [{ body: "{}" }, `keys of ${ISSUER}: its configuration is that of another issuer`],
    ] as const;
    for (const [page, error] of cases) {
      kit = createKit();
      kit.pages[CONFIGURATION] = page;
      assert.deepEqual(await kit.keys.of(ISSUER), fail(error));
    }
  });
});
