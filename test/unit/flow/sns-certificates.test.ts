import assert from "node:assert/strict";
import { createSnsCertificates, type SnsCertificates } from "../../../src/flow/sns-certificates.ts";
import type { RemoteRequest } from "../../../src/flow/ports.ts";
import { fail, ok } from "../../../src/core/result.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-log.ts";

const HOST = "sns.us-west-2.amazonaws.com";
const urlOf = (name: string): string => `https://${HOST}/SimpleNotificationService-${name}.pem`;

describe("createSnsCertificates(remote, clock)", () => {
  let asked: RemoteRequest[];
  let statuses: Record<string, number>;
  let clock: FakeClock;
  let certificates: SnsCertificates;
  beforeEach(() => {
    asked = [];
    statuses = {};
    clock = createFakeClock();
    const get = (request: RemoteRequest): ReturnType<Parameters<typeof createSnsCertificates>[0]["get"]> => {
      asked.push(request);
      const status = statuses[request.url] ?? 200;
      if (status === 0) return Promise.resolve(fail({ kind: "unreachable", message: "nobody is there" }));
      return Promise.resolve(ok({ status, header: () => "", body: Buffer.from(`of ${request.url}`) }));
    };
    certificates = createSnsCertificates({ get }, clock);
  });
  const of = (name: string): ReturnType<SnsCertificates["of"]> => certificates.of(urlOf(name), HOST);

  it("fetches a certificate once, and again after a day", async () => {
    const found = ok(`of ${urlOf("a")}`);
    assert.deepEqual(await Promise.all([of("a"), of("a")]), [found, found]);
    clock.advance(86_399_999);
    assert.deepEqual(await of("a"), found);
    assert.deepEqual(
      asked.map(({ url, allow, maxBytes }) => [url, allow, maxBytes]),
      [[urlOf("a"), [HOST], 65_536]],
    );
    clock.advance(1);
    await of("a");
    assert.equal(asked.length, 2);
  });

  it("says that there is none where the host says so, and asks again after a minute", async () => {
    for (const status of [403, 404]) statuses[urlOf(String(status))] = status;
    for (const name of ["403", "404", "404"]) assert.deepEqual(await of(name), ok(null));
    assert.equal(asked.length, 2);
    clock.advance(60_000);
    await of("404");
    assert.equal(asked.length, 3);
  });

  it("says why one cannot be had now, and keeps nothing of it", async () => {
    const cases = [
      [0, "nobody is there"],
      [500, `${HOST} answered 500`],
      [429, `${HOST} answered 429`],
      [302, `${HOST} answered 302`],
    ] as const;
    for (const [status, error] of cases) {
      statuses[urlOf("a")] = status;
      assert.deepEqual(await of("a"), fail(error));
    }
    statuses = {};
    assert.equal((await of("a")).kind, "ok");
  });

  it("asks a host sixty times a minute at most, and serves what it has meanwhile", async () => {
    await of("a");
    for (let index = 1; index < 60; index++) {
      statuses[urlOf(String(index))] = 404;
      assert.deepEqual(await of(String(index)), ok(null));
    }
    assert.deepEqual(await of("b"), fail(`${HOST} was asked for 60 certificates within a minute`));
    assert.equal((await of("a")).kind, "ok");
    assert.equal(asked.length, 60);
    clock.advance(60_000);
    assert.equal((await of("b")).kind, "ok");
  });
});
