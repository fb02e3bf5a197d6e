import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { idsOfBundle, readCertificateSecret } from "../../../../src/core/admission/certificate-secret.ts";
import { fail, ok, type Result } from "../../../../src/core/result.ts";
import type { ClusterFailure } from "../../../../src/core/rollout/cluster-failure.ts";
import { certificateIssuer } from "../../../../src/files/issue-certificate.ts";
import type { CertificateSecret, WebhookConfigurations } from "../../../../src/flow/admission/certificate-ports.ts";
import { createCertificateKeeper } from "../../../../src/flow/admission/keep-certificates.ts";
import { createFakeClock, createFakeLog, type FakeClock, type FakeLog } from "../../../support/fake-log.ts";

const DAY_MS = 86_400_000;
const away: ClusterFailure = { kind: "unreachable", message: "away" };
const lost: ClusterFailure = { kind: "conflict", message: "lost" };

type Call = "configurations" | "secret" | "put" | "update";

/** One Secret and one configuration in memory. Each call is noted, and answered by the next of its failures. */
class World {
  texts: Readonly<Record<string, string>> = {};
  bundle = "";
  calls: Call[] = [];
  readonly failures: Partial<Record<Call, ClusterFailure[]>> = {};
  ring: () => void = () => undefined;

  readonly secret: CertificateSecret = {
    read: () => this.answer("secret", () => ({ texts: this.texts, update: this.update })),
    watch: (signal) => this.changes(signal),
  };

  readonly configurations: WebhookConfigurations = {
    read: () =>
      this.answer("configurations", () => {
        return { missing: [], standing: [{ name: "validating", bundles: [this.bundle], put: this.put }] };
      }),
  };

  private readonly update = (changes: Readonly<Record<string, string | null>>): Promise<Result<void, ClusterFailure>> =>
    this.answer("update", () => {
      const next = Object.entries({ ...this.texts, ...changes });
      this.texts = Object.fromEntries(next.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
    });

  private readonly put = (bundle: string): Promise<Result<void, ClusterFailure>> =>
    this.answer("put", () => {
      this.bundle = bundle;
    });

  private answer<T>(call: Call, value: () => T): Promise<Result<T, ClusterFailure>> {
    this.calls.push(call);
    const failure = this.failures[call]?.shift();
    return Promise.resolve(failure === undefined ? ok(value()) : fail(failure));
  }

  private async *changes(
    signal: AbortSignal,
  ): AsyncGenerator<{ kind: "seen"; texts: Readonly<Record<string, string>> }> {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        this.ring = resolve;
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
      yield { kind: "seen", texts: this.texts };
    }
  }
}

describe("createCertificateKeeper(keeping)", () => {
  let world: World;
  let clock: FakeClock;
  let log: FakeLog;
  let end: AbortController;
  let running: Promise<void>;
  beforeEach(() => {
    world = new World();
    clock = createFakeClock();
    log = createFakeLog();
    end = new AbortController();
    running = Promise.resolve();
  });
  afterEach(async () => {
    end.abort();
    await running;
  });

  const keep = ({ recheckMs = 60_000, validityMs = 90 * DAY_MS, issuer = certificateIssuer } = {}): void => {
    const demands = { names: ["a.b.svc"], authorityValidityMs: 300 * DAY_MS, validityMs };
    const { secret, configurations } = world;
    running = createCertificateKeeper({
      secret,
      configurations,
      issuer,
      demands,
      clock,
      log,
      recheckMs,
    })(end.signal);
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await sleep(5);
  };
  const messages = (): readonly string[] => log.lines.map(({ message }) => message);
  const isQuiet = (): boolean => messages().at(-1) === "a webhook configuration is told the authority";

  it("reads the configurations before the Secret, writes what is due, and ends with a look that writes nothing", async () => {
    keep();
    await until(isQuiet);
    await until(() => world.calls.length === 8);
    const look: Call[] = ["configurations", "secret"];
    assert.deepEqual(world.calls, [...look, "update", ...look, "put", ...look]);
    assert.deepEqual(idsOfBundle(world.bundle), idsOfBundle(world.texts["ca.crt"] ?? ""));
  });

  it("looks again when the Secret changes, and after a while in any case", async () => {
    keep();
    await until(() => world.calls.length === 8);
    world.ring();
    await until(() => world.calls.length === 10);
    end.abort();
    await running;
    end = new AbortController();
    world.calls = [];
    keep({ recheckMs: 300 });
    await until(() => world.calls.length >= 6);
    assert.ok(world.calls.every((call) => call === "configurations" || call === "secret"));
  });

  it("reads all again after a race that it lost, and says nothing of it", async () => {
    world.failures.update = [lost];
    world.failures.put = [lost];
    keep();
    await until(isQuiet);
    assert.equal(world.calls.filter((call) => call === "update").length, 2);
    assert.equal(world.calls.filter((call) => call === "put").length, 2);
    assert.ok(
      log.lines.every(({ level }) => level === "info"),
      log.text(),
    );
  });

  it("comes to rest in a race that does not end", async () => {
    world.failures.update = Array.from({ length: 1_000 }, () => lost);
    keep();
    await until(() => world.calls.length === 60);
    await sleep(300);
    assert.equal(world.calls.length, 60);
  });

  for (const { call, message } of [
    { call: "configurations", message: "the webhook configurations cannot be read; it is tried again" },
    { call: "secret", message: "the Secret of the certificates cannot be read; it is tried again" },
    { call: "update", message: "the Secret of the certificates cannot be written; it is tried again" },
    { call: "put", message: "a webhook configuration cannot be told the authority" },
  ] as const)
    it(`says once that a call has failed (${call}), goes on when it can, and says it again later`, async () => {
      world.failures[call] = [away, away];
      keep();
      await until(() => messages().includes(message));
      await sleep(50);
      world.ring();
      await until(() => world.failures[call]?.length === 0);
      await sleep(50);
      world.ring();
      await until(isQuiet);
      assert.equal(log.factsOf(message).length, 1);
      assert.equal(log.factsOf(message)[0]?.["reason"], "away");
      await sleep(50);
      world.failures[call] = [away];
      world.texts = {};
      world.ring();
      await until(() => log.factsOf(message).length === 2);
    });

  it("begins a new authority, lets it be believed for a tenth of a short life, and only then signs with it", async () => {
    keep({ validityMs: 20_000 });
    await until(isQuiet);
    const before = world.texts;
    world.texts = { ...before, "ca.key": "" };
    world.ring();
    await until(() => idsOfBundle(world.bundle).length === 2);
    await sleep(1_000);
    assert.equal(world.texts["tls.crt"], before["tls.crt"]);
    assert.equal(world.texts["ca-old.crt"], before["ca.crt"]);
    await until(() => messages().includes("a serving certificate is issued"));
    const { holdings } = readCertificateSecret(world.texts);
    assert.equal(holdings.leaf?.issuer, holdings.authority?.id);
    const [told, issued] = log.lines.slice(-2);
    assert.equal(told?.message, "a webhook configuration is told the authority");
    assert.equal(issued?.facts["why"], "authority");
    clock.advance(20_000);
    world.ring();
    await until(() => idsOfBundle(world.bundle).length === 1);
    assert.deepEqual(Object.keys(world.texts).sort(), ["ca.crt", "ca.key", "tls.crt", "tls.key"]);
  });

  it("goes on after a fault of the library, which it tells", async () => {
    let faults = 1;
    const makeAuthority: typeof certificateIssuer.makeAuthority = (life) =>
      faults-- > 0 ? Promise.reject(new Error("no entropy")) : certificateIssuer.makeAuthority(life);
    keep({ issuer: { ...certificateIssuer, makeAuthority } });
    await until(() => messages().includes("the certificates cannot be kept; it is tried again"));
    world.ring();
    await until(isQuiet);
    assert.notEqual(world.bundle, "");
  });

  it("ends with the signal while it waits for an answer", async () => {
    world.failures.secret = [away];
    end.abort();
    keep();
    await running;
    assert.deepEqual(log.lines, []);
  });
});
