import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openCertificate } from "../../src/files/certificate.ts";
import type { Poll } from "../../src/files/poll.ts";
import { makeAuthority, type Certificate } from "../support/certificate.ts";
import { createFakeLog } from "../support/fake-log.ts";

const authority = makeAuthority();
const KEPT = "certificate is not renewed; the last good one is served on";

describe("openCertificate(files)", function () {
  this.timeout(10_000);
  let folder = "";
  let watch: Poll | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-certificate-"));
  });
  afterEach(async () => {
    await watch?.stop();
    watch = undefined;
    await rm(folder, { recursive: true });
  });

  const filesOf = (): { cert: string; key: string } => ({
    cert: join(folder, "tls.crt"),
    key: join(folder, "tls.key"),
  });
  async function lay({ cert, key }: Certificate): Promise<void> {
    const files = filesOf();
    await writeFile(files.cert, cert);
    await writeFile(files.key, key);
  }

  async function errorOf(): Promise<string> {
    const opened = await openCertificate(filesOf());
    assert.ok(opened.kind === "error");
    return opened.error.replaceAll(folder, "");
  }

  it("reads the pair as it is", async () => {
    const pair = authority.issue();
    await lay(pair);
    const opened = await openCertificate(filesOf());
    assert.ok(opened.kind === "ok");
    assert.deepEqual(opened.value.pair, pair);
  });

  const good = authority.issue();
  const middle = Math.floor(good.cert.length / 2);
  const wrong = [
    { when: "the certificate is empty", pair: { ...good, cert: "" }, says: "/tls.crt: holds no certificate in PEM" },
    {
      when: "the certificate is cut off",
      pair: { ...good, cert: good.cert.slice(0, middle) },
      says: "/tls.crt: holds no certificate in PEM",
    },
    {
      when: "the key is no key",
      pair: { ...good, key: good.cert },
      says: "/tls.key: holds no private key in PEM, or one behind a passphrase",
    },
    {
      when: "the key is another's",
      pair: { ...good, key: authority.issue().key },
      says: "/tls.key: is not the key of the certificate in /tls.crt",
    },
    {
      when: "the chain is broken behind the certificate",
      pair: { ...good, cert: `${good.cert}${good.cert.slice(0, middle)}AAAA\n-----END CERTIFICATE-----\n` },
      says: "/tls.crt: cannot be used for TLS: its chain is broken, or its key is too weak",
    },
  ];
  for (const { when, pair, says } of wrong) {
    it(`says which file is wrong when ${when}`, async () => {
      await lay(pair);
      assert.equal(await errorOf(), says);
    });
  }

  it("says which file is missing", async () => {
    assert.equal(await errorOf(), "/tls.crt: cannot be read: ENOENT");
    await lay(good);
    await unlink(filesOf().key);
    assert.equal(await errorOf(), "/tls.key: cannot be read: ENOENT");
  });

  describe("watch(onRenewed, log)", () => {
    interface Watched {
      readonly log: ReturnType<typeof createFakeLog>;
      readonly renewed: readonly string[];
    }
    async function watchFiles(): Promise<Watched> {
      await lay(good);
      const opened = await openCertificate(filesOf());
      assert.ok(opened.kind === "ok");
      const log = createFakeLog();
      const renewed: string[] = [];
      watch = opened.value.watch(({ cert }) => renewed.push(serialOf(cert)), log);
      watch.start();
      return { log, renewed };
    }
    const serialOf = (cert: string): string => new X509Certificate(cert).serialNumber;

    async function until(isTrue: () => boolean, what: string): Promise<void> {
      const limit = Date.now() + 4_000;
      while (!isTrue()) {
        if (Date.now() > limit) assert.fail(what);
        await sleep(10);
      }
    }

    it("hands a renewed pair on, whether it is written in place or renamed over", async () => {
      const { log, renewed } = await watchFiles();
      const [second, third] = [authority.issue(), authority.issue()];
      await lay(second);
      await until(() => renewed.length === 1, "the second certificate was not seen");
      await writeFile(join(folder, "new.crt"), third.cert);
      await writeFile(join(folder, "new.key"), third.key);
      await rename(join(folder, "new.crt"), filesOf().cert);
      await rename(join(folder, "new.key"), filesOf().key);
      await until(() => renewed.length === 2, "the third certificate was not seen");
      assert.deepEqual(
        renewed,
        [second, third].map(({ cert }) => serialOf(cert)),
      );
      assert.equal(log.factsOf("certificate is renewed").length, 2);
      assert.equal(log.text().includes("PRIVATE KEY"), false);
    });

    it("keeps the last good pair while the new one does not fit, says so once, and takes it when it does", async () => {
      const { log, renewed } = await watchFiles();
      const next = authority.issue();
      await writeFile(filesOf().cert, next.cert);
      await until(() => log.factsOf(KEPT).length === 1, "the mismatch was not logged");
      await sleep(1_200);
      assert.deepEqual([log.factsOf(KEPT).length, renewed], [1, []]);
      assert.match(
        String(log.factsOf(KEPT)[0]?.["reason"]),
        /tls\.key: is not the key of the certificate in .*tls\.crt/,
      );
      await writeFile(filesOf().key, next.key);
      await until(() => renewed.length === 1, "the certificate was not seen");
      assert.deepEqual(renewed, [serialOf(next.cert)]);
    });

    it("waits while the files are being written, and says nothing of a pair that is half there", async () => {
      const { log, renewed } = await watchFiles();
      const next = authority.issue();
      for (let round = 0; round < 50; round++) {
        await writeFile(filesOf().cert, next.cert + "\n".repeat(round));
        await sleep(25);
      }
      await writeFile(filesOf().key, next.key);
      await until(() => renewed.length === 1, "the certificate was not seen");
      assert.deepEqual(log.factsOf(KEPT), []);
    });

    it("keeps the last good pair while a file is away", async () => {
      const { log, renewed } = await watchFiles();
      await unlink(filesOf().key);
      await until(() => log.factsOf(KEPT).length === 1, "the missing key was not logged");
      assert.deepEqual(renewed, []);
    });

    it("hands nothing on while the files stay as they are", async () => {
      const { log, renewed } = await watchFiles();
      await sleep(1_200);
      assert.deepEqual([renewed, log.lines], [[], []]);
    });
  });
});
