import assert from "node:assert/strict";
import { renderNotes } from "./helm.ts";

function tokenOf(id: string, secret = "ih-imagehook-tokens"): string {
  return `token=$(kubectl get secret -n hooks ${secret} -o jsonpath='{.data.${id}}' | base64 -d | head -n 1)`;
}

function warnings(notes: string): string[] {
  return notes.split("\n").filter((line) => line.startsWith("WARNING: "));
}

const publicCa =
  "WARNING: Aliyun calls HTTPS only where the certificate comes from a public CA: a self-signed one fails.";
const privateNode = "WARNING: The registries of clouds can call a node only at a public address.";
const clusterIp =
  "WARNING: The Service is a ClusterIP, which no registry outside of the cluster can call: set publicUrl, ingress.enabled or service.type NodePort.";
const httpPorts =
  "WARNING: Aliyun calls HTTP on port 80, 21, 443, 70, 210, 280, 488, 591, 777 and 1025-65535 only, not on ";

describe("the notes", () => {
  const askForPort = "$(kubectl get service -n hooks ih-imagehook -o jsonpath='{.spec.ports[0].nodePort}')";
  const cases = [
    { when: "a node's port is known", set: "", base: "http://<node address>:31900", warns: [privateNode] },
    {
      when: "a node's port is not",
      set: "service.nodePort=null",
      base: `http://<node address>:${askForPort}`,
      warns: [privateNode],
    },
    {
      when: "the Service is inside only",
      set: "service.type=ClusterIP,service.nodePort=null",
      base: "http://127.0.0.1:9000",
      warns: [clusterIp],
    },
    {
      when: "there is an ingress with TLS",
      set: "ingress.enabled=true,ingress.host=in.example.com,ingress.tls.enabled=true",
      base: "https://in.example.com",
      warns: [publicCa],
    },
    {
      when: "there is an ingress",
      set: "ingress.enabled=true,ingress.host=in.example.com",
      base: "http://in.example.com",
      warns: [],
    },
    {
      when: "publicUrl wins over an ingress",
      set: "publicUrl=https://out.example.com/,ingress.enabled=true,ingress.host=in.example.com",
      base: "https://out.example.com",
      warns: [publicCa],
    },
    {
      when: "publicUrl has another port for HTTPS",
      set: "publicUrl=https://out.example.com:8443/x",
      base: "https://out.example.com:8443/x",
      warns: ["WARNING: Aliyun calls HTTPS on port 443 only, not on 8443.", publicCa],
    },
    {
      when: "publicUrl has a port out of bounds",
      set: "publicUrl=http://a.example.com:81",
      base: "http://a.example.com:81",
      warns: [`${httpPorts}81.`],
    },
    {
      when: "publicUrl has port 1024",
      set: "publicUrl=http://a.example.com:1024",
      base: "http://a.example.com:1024",
      warns: [`${httpPorts}1024.`],
    },
    {
      when: "publicUrl has port 1025",
      set: "publicUrl=http://a.example.com:1025",
      base: "http://a.example.com:1025",
      warns: [],
    },
    {
      when: "publicUrl has port 777",
      set: "publicUrl=http://a.example.com:777",
      base: "http://a.example.com:777",
      warns: [],
    },
    {
      when: "publicUrl is a private address",
      set: "publicUrl=http://192.168.1.10",
      base: "http://192.168.1.10",
      warns: ["WARNING: http://192.168.1.10 looks like a private address, which the registries of clouds cannot call."],
    },
    {
      when: "a cloud's registry cannot call a private address",
      set: "publicUrl=http://10.1.2.3,hooks.cnrancher_website.repoType=ecr",
      base: "http://10.1.2.3",
      warns: ["WARNING: http://10.1.2.3 looks like a private address, which the registries of clouds cannot call."],
    },
    {
      when: "a registry of one's own can",
      set: "publicUrl=http://10.1.2.3,hooks.cnrancher_website.repoType=harbor",
      base: "http://10.1.2.3",
      warns: [],
    },
    {
      when: "the caller is not Aliyun",
      set: "publicUrl=https://out.example.com:8443,hooks.cnrancher_website.repoType=custom",
      base: "https://out.example.com:8443",
      warns: [],
    },
  ];
  for (const { when, set, base, warns } of cases) {
    it(`print the trigger URL and what is in its way when ${when}`, async () => {
      const notes = await renderNotes({ values: ["node-port"], args: ["--set", set] });
      assert(notes.includes(`\n  echo "${base}/hooks/cnrancher_website?${tokenOf("cnrancher_website")}"\n`), notes);
      assert.deepEqual(warnings(notes), warns);
    });
  }

  it("say which registries need a repo_type where the URL may choose, and warn as for Aliyun", async () => {
    const set = "publicUrl=https://out.example.com:8443,hooks.cnrancher_website.repoType=auto";
    const args = ["--set", `${set},hooks.cnrancher_website.netType=auto`];
    const notes = await renderNotes({ values: ["node-port"], args });
    const url = `https://out.example.com:8443/hooks/cnrancher_website?${tokenOf("cnrancher_website")}`;
    const who = "any registry (tcr, swr and gitlab: add &repo_type=…) → deployment/website in web, container web";
    assert(notes.includes(`\n  # ${who}\n  echo "${url}"\n`), notes);
    assert.deepEqual(warnings(notes), ["WARNING: Aliyun calls HTTPS on port 443 only, not on 8443.", publicCa]);
  });

  it("name the Secret of every hook and no token", async () => {
    const notes = await renderNotes({ values: ["map"], args: ["--set", "publicUrl=https://out.example.com"] });
    const lines = notes.split("\n").filter((line) => line.startsWith("  echo "));
    assert.deepEqual(lines, [
      `  echo "https://out.example.com/hooks/agent.v2?${tokenOf("hook-token", "builder")}"`,
      `  echo "https://out.example.com/hooks/api?${tokenOf("api")}"`,
      `  echo "https://out.example.com/hooks/cnrancher_website?${tokenOf("cnrancher_website")}"`,
    ]);
    assert.doesNotMatch(notes, /canary/);
  });

  it("show how the original tool's hooks are called, and that they need rights", async () => {
    const url =
      "http://127.0.0.1:9000/hooks/<id>?token=<token>&ns=<namespace>&workload=<type/name>&container=<container>&repo_type=<repo_type>";
    const withTargets = await renderNotes({ values: ["existing-config-map"] });
    assert(withTargets.includes(url), withTargets);
    assert.deepEqual(warnings(withTargets), [clusterIp]);
    const without = await renderNotes({ values: ["existing-config-map"], args: ["--set-json", "rbac.targets=[]"] });
    assert.match(without, /WARNING: rbac\.targets is empty, so imagehook may upgrade none of their workloads/);
  });

  it("tell of the conflict that helm 4 may report", async () => {
    assert.match(await renderNotes({ values: ["map"] }), /field manager "imagehook"[^]*--force-conflicts/);
  });
});
