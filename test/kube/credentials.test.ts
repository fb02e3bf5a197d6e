import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { podCredentials, podIdentity } from "../../src/kube/credentials.ts";

describe("podCredentials(directory, host, port)", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "imagehook-account-"));
    await writeFile(join(directory, "ca.crt"), "CA");
    await writeFile(join(directory, "namespace"), "hooks");
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("builds the address, of IPv6 too, and reads a rotated token when it is asked anew", async () => {
    await writeFile(join(directory, "token"), "one\n");
    const credentials = await podCredentials(directory, "fd00::1", "443");
    assert.deepEqual([credentials.server, credentials.tls], ["https://[fd00::1]:443", { ca: "CA" }]);
    assert.equal(await credentials.authorization(false), "Bearer one");
    await writeFile(join(directory, "token"), "two\n");
    assert.equal(await credentials.authorization(false), "Bearer one");
    assert.equal(await credentials.authorization(true), "Bearer two");
  });

  const claims = (value: unknown): string => `h.${Buffer.from(JSON.stringify(value)).toString("base64url")}.s`;
  const account = { name: "ih", uid: "u-1" };
  const tokens: readonly (readonly [string, string, unknown])[] = [
    ["a service account token", claims({ "kubernetes.io": { serviceaccount: account } }), account],
    ["a token of another kind", claims({ sub: "me" }), null],
    ["a token without claims", "opaque", null],
    ["a token whose claims are no JSON", "h.%%%.s", null],
  ];
  for (const [when, token, expected] of tokens) {
    it(`reads who it is from ${when}`, async () => {
      await writeFile(join(directory, "token"), token);
      assert.deepEqual(await podIdentity(directory), { namespace: "hooks", serviceAccount: expected });
    });
  }
});
