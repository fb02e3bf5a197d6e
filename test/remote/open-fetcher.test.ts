import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFetcher } from "../../src/remote/fetcher.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

describe("openFetcher(outgoing)", () => {
  let hosts: RemoteHosts;
  let folder: string;
  before(async () => {
    hosts = await startRemoteHosts(["keys.example.com"], (_request, response) => response.end("keys"));
    folder = await mkdtemp(join(tmpdir(), "imagehook-fetcher-"));
  });
  after(async () => {
    await hosts.close();
    await rm(folder, { recursive: true });
  });

  async function askWith(caFile: string): Promise<string> {
    const fetcher = await openFetcher({ caFile, proxy: hosts.proxy });
    const signal = AbortSignal.timeout(5_000);
    const url = "https://keys.example.com/";
    const got = await fetcher.get({ url, allow: ["keys.example.com"], maxBytes: 100, signal });
    await fetcher.close();
    return got.kind === "ok" ? got.value.body.toString() : got.error.kind;
  }

  it("trusts the authorities of the file besides the well-known ones, through the proxy", async () => {
    const file = join(folder, "ca.pem");
    await writeFile(file, hosts.ca);
    assert.equal(await askWith(file), "keys");
    assert.equal(await askWith(""), "unreachable");
  });

  it("fails where the file is not there", async () => {
    await assert.rejects(askWith(join(folder, "none.pem")), /ENOENT/);
  });
});
