import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowed } from "../../../src/core/admission/response.ts";
import type { CertificatePair } from "../../../src/flow/ports.ts";
import { makeAuthority } from "../../support/certificate.ts";
import { ask, authority, createKit, isAllowed, until, type ServerKit } from "./kit.ts";

describe("createAdmissionServer({ clientCaFile })", function () {
  this.timeout(20_000);
  let kit: ServerKit;
  let folder = "";
  afterEach(async () => {
    await kit.end();
    await rm(folder, { recursive: true });
  });
  const callers = makeAuthority("callers");
  const askAs = async (who: CertificatePair | null): Promise<string> => {
    try {
      return String(isAllowed(await ask(kit.server.port, "/allow", { ...who })));
    } catch {
      return "refused";
    }
  };
  const withFile = async (text: string): Promise<{ file: string }> => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-callers-"));
    const file = join(folder, "ca.crt");
    await writeFile(file, text);
    kit = await createKit({ clientCaFile: file });
    kit.server.register("/allow", () => allowed());
    return { file };
  };

  it("refuses callers without a certificate of that authority", async () => {
    await withFile(callers.cert);
    await kit.server.start();
    assert.equal(await askAs(callers.issue({ isClient: true })), "true");
    assert.equal(await askAs(null), "refused");
    assert.equal(await askAs(makeAuthority("callers").issue({ isClient: true })), "refused");
    await kit.server.started();
  });

  it("takes up a renewed file, and keeps the last good one", async () => {
    const { file } = await withFile(callers.cert);
    await kit.server.start();
    await writeFile(file, "none");
    const kept = "authorities of callers are not renewed; the last good ones stay";
    await until(() => kit.log.factsOf(kept).length === 1, "nothing was logged");
    assert.equal(await askAs(callers.issue({ isClient: true })), "true");
    const others = makeAuthority("others");
    await writeFile(file, others.cert);
    await until(
      async () => (await askAs(others.issue({ isClient: true }))) === "true",
      "the new authority is not trusted",
    );
    assert.equal(await askAs(callers.issue({ isClient: true })), "refused");
    await kit.lay(authority.issue());
    await until(() => kit.log.factsOf("certificate is renewed").length === 1, "not renewed");
    assert.deepEqual([await askAs(others.issue({ isClient: true })), await askAs(null)], ["true", "refused"]);
  });

  for (const [what, pem] of [
    ["empty", ""],
    ["broken", callers.cert.replace("MII", "AAA")],
  ] as const) {
    it(`does not start where the file is ${what}`, async () => {
      const { file } = await withFile(pem);
      await assert.rejects(kit.server.start(), { message: `${file}: holds no certificates in PEM, or a broken one` });
    });
  }
});
