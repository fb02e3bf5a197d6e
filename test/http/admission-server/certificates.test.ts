import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdmissionServer, type AdmissionServerOptions } from "../../../src/assembly/admission-server.ts";
import { allowed } from "../../../src/core/admission/response.ts";
import type { CertificatePair } from "../../../src/flow/ports.ts";
import { createFakeLog } from "../../support/fake-log.ts";
import { ask, authority, createKit, isAllowed, until, type ServerKit } from "./kit.ts";

const KEPT = "certificate is not renewed; the last good one is served on";

describe("createAdmissionServer(options): its certificate", function () {
  this.timeout(20_000);
  let kit: ServerKit;
  const make = async (options: AdmissionServerOptions = {}): Promise<ServerKit> => {
    kit = await createKit(options);
    kit.server.register("/allow", () => allowed());
    return kit;
  };
  const begin = async (options: AdmissionServerOptions = {}): Promise<ServerKit> => {
    await make(options);
    await kit.server.start();
    return kit;
  };
  afterEach(() => kit.end());
  const serial = async (): Promise<string> => (await ask(kit.server.port, "/allow")).serial;
  const changed = (before: string): Promise<void> =>
    until(async () => (await serial()) !== before, "the certificate is still the same");

  it("does not start where a file cannot be read, and says which", async () => {
    const { server, folder } = await make();
    await rm(join(folder, "tls.key"));
    await assert.rejects(server.start(), { message: `${join(folder, "tls.key")}: cannot be read: ENOENT` });
    await assert.rejects(server.started(), /has not been started yet/);
  });

  it("reads files of other names", async () => {
    const { folder } = await make({ certName: "a.pem", keyName: "b.pem" });
    const { cert, key } = authority.issue();
    await writeFile(join(folder, "a.pem"), cert);
    await writeFile(join(folder, "b.pem"), key);
    await kit.server.start();
    assert.equal((await ask(kit.server.port, "/allow")).status, 200);
  });

  it("shows a pair that is written over, or renamed over, to new connections", async () => {
    const { lay, folder } = await begin();
    const first = await serial();
    await lay(authority.issue());
    await changed(first);
    const second = await serial();
    const { cert, key } = authority.issue();
    await writeFile(join(folder, "new.crt"), cert);
    await writeFile(join(folder, "new.key"), key);
    await rename(join(folder, "new.crt"), join(folder, "tls.crt"));
    await rename(join(folder, "new.key"), join(folder, "tls.key"));
    await changed(second);
    assert.equal(kit.log.factsOf("certificate is renewed").length, 2);
  });

  it("takes up files that were moved away and written again, and serves the last pair meanwhile", async () => {
    const { lay, folder, log } = await begin();
    const first = await serial();
    await rename(join(folder, "tls.crt"), join(folder, "old.crt"));
    await rename(join(folder, "tls.key"), join(folder, "old.key"));
    await until(() => log.factsOf(KEPT).length === 1, "nothing was logged");
    assert.equal(await serial(), first);
    await lay(authority.issue());
    await changed(first);
  });

  it("follows a volume of the kubelet's, whose ..data link is swapped", async () => {
    const volume = await mkdtemp(join(tmpdir(), "imagehook-volume-"));
    const put = async (name: string): Promise<void> => {
      const { cert, key } = authority.issue();
      await mkdir(join(volume, name));
      await writeFile(join(volume, name, "tls.crt"), cert);
      await writeFile(join(volume, name, "tls.key"), key);
      await symlink(name, join(volume, "..data_tmp"));
      await rename(join(volume, "..data_tmp"), join(volume, "..data"));
    };
    await put("..1");
    for (const name of ["tls.crt", "tls.key"]) await symlink(join("..data", name), join(volume, name));
    await begin({ certDir: volume });
    const first = await serial();
    await put("..2");
    await rm(join(volume, "..1"), { recursive: true });
    await changed(first);
    assert.deepEqual(kit.log.factsOf(KEPT), []);
    await rm(volume, { recursive: true });
  });

  it("serves the last pair while the key is another's", async () => {
    const { folder, log } = await begin();
    const first = await serial();
    const next = authority.issue();
    await writeFile(join(folder, "tls.crt"), next.cert);
    await until(() => log.factsOf(KEPT).length === 1, "the mismatch was not logged");
    assert.equal(await serial(), first);
    await writeFile(join(folder, "tls.key"), next.key);
    await changed(first);
  });

  it("takes pairs from a source, and keeps the last good one where that hands on a broken one", async () => {
    let handOn: (pair: CertificatePair) => void = () => undefined;
    let isWatched = false;
    const first = authority.issue();
    const source = {
      first: () => Promise.resolve(first),
      watch: (onRenewed: (pair: CertificatePair) => void) => {
        [handOn, isWatched] = [onRenewed, true];
        return () => {
          isWatched = false;
          return Promise.resolve();
        };
      },
    };
    const { server, log } = await begin({ certificates: source });
    const before = await serial();
    handOn({ cert: authority.issue().cert, key: first.key });
    assert.equal(log.factsOf(KEPT).length, 1);
    assert.equal(await serial(), before);
    handOn(authority.issue());
    assert.notEqual(await serial(), before);
    assert.equal(server.caBundle(), null);
    assert.equal(isWatched, true);
    await server.stop();
    assert.equal(isWatched, false);
  });

  it("stops while it waits for a first pair", async () => {
    const waiting = (signal: AbortSignal): Promise<CertificatePair> =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("no certificate came"));
        });
      });
    const { server } = await make({ certificates: { first: waiting, watch: () => () => Promise.resolve() } });
    const starting = assert.rejects(server.start(), { message: "no certificate came" });
    await server.stop();
    await starting;
  });
});

describe("createAdmissionServer(options) without a certificate", () => {
  it("makes one for its names in memory, warns, and tells its authority", async () => {
    const log = createFakeLog();
    const names = ["hooks.web.svc", "127.0.0.1"];
    const server = createAdmissionServer({ host: "127.0.0.1", port: 0, names, log });
    server.register("/allow", () => allowed());
    assert.equal(server.caBundle(), null);
    await server.start();
    const ca = Buffer.from(server.caBundle() ?? "", "base64").toString("utf8");
    for (const servername of names) {
      const seen = await ask(server.port, "/allow", { ca, ...(servername.endsWith("svc") && { servername }) });
      assert.equal(isAllowed(seen), true);
    }
    await assert.rejects(ask(server.port, "/allow", { ca, servername: "other.web.svc" }), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    await server.stop();
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "warn").map(({ facts }) => facts),
      [{ names }],
    );
  });
});
