import assert from "node:assert/strict";
import { at, chart, containerOf, find, helm, hooksOf, render, renderUnderParent, valuesFile } from "./helm.ts";

const website = "hooks.cnrancher_website";
const refusals = [
  { when: "a name at the root is misspelt", set: "servce.port=1", says: /additional properties 'servce' not allowed/ },
  {
    when: "a name in mail is misspelt",
    set: "mail.form=a@b",
    says: /at '\/mail': additional properties 'form' not allowed/,
  },
  {
    when: "a name in a hook is misspelt",
    set: `${website}.nmespace=web`,
    says: /at '\/hooks\/cnrancher_website': additional properties 'nmespace' not allowed/,
  },
  {
    when: "a hook lacks a container",
    set: "hooks.new.namespace=web,hooks.new.workload=sts/db,hooks.new.repoType=custom",
    says: /at '\/hooks\/new': missing property 'container'/,
  },
  {
    when: "the registry's type is unknown",
    set: `${website}.repoType=harbour`,
    says: /must be one of 'aliyun', 'dockerhub', 'custom'/,
  },
  {
    when: "Nexus has no host",
    set: `${website}.repoType=nexus`,
    says: /website\.registryHost: nexus does not say its host: set the one .*, for example registry\.example\.com:5000/,
  },
  {
    when: "zot has an empty host",
    set: `${website}.repoType=zot,${website}.registryHost=`,
    says: /website\.registryHost: zot does not say its host/,
  },
  ...["https://hub.example.com", "hub.example.com/team", "hub", "a b.com", "hub.example.com:123456"].map((host) => ({
    when: `the registry's host is ${host}`,
    set: `${website}.repoType=nexus,${website}.registryHost=${host}`,
    says: /website\.registryHost: ".*" is no registry's host: write it without https:\/\/ and without a path/,
  })),
  {
    when: "the registry is asked for whatever the push names",
    set: `${website}.image.repository=any,${website}.image.check.tag=true`,
    says: /website\.image\.check: cannot stand beside repository: any/,
  },
  ...["31s", "1m", "soon", "300000ms"].map((wait) => ({
    when: `a tag is waited for for ${wait}`,
    set: `${website}.image.check.wait=${wait}`,
    says: /website\.image\.check\.wait: ".*" is no duration of 30s at most, such as 10s/,
  })),
  {
    when: "the login is no Secret's name",
    set: `${website}.image.check.pullSecret=Login/x`,
    says: /website\.image\.check\.pullSecret: "Login\/x" is no Secret's name/,
  },
  {
    when: "a flag moves what the chart depends on",
    set: "webhookCmd=-verbose -port 9001",
    says: /webhookCmd: -port is the chart's own: probes, volumes and trigger URLs depend on it/,
  },
  {
    when: "no image is named",
    set: "image.repository=",
    says: /build and push the image to a registry of your own, then set image\.repository: see README/,
  },
  {
    when: "a hook has no token",
    set: `${website}.token=null`,
    says: /hooks\.cnrancher_website: set token or tokenSecretRef \(/,
  },
  {
    when: "a hook has both tokens",
    set: `${website}.tokenSecretRef.name=x,${website}.tokenSecretRef.key=y`,
    says: /hooks\.cnrancher_website: set token or tokenSecretRef, not both/,
  },
  {
    when: "a token is short",
    set: `${website}.token=fifteen-letters`,
    says: /cnrancher_website\.token: shorter than 16 char/,
  },
  {
    when: "one line of a token is short",
    set: `${website}.token=canary-token-of-website\nshort`,
    says: /cnrancher_website\.token: shorter than 16 char/,
  },
  { when: "a token holds a blank", set: `${website}.token=sixteen and more letters`, says: /token: holds a blank/ },
  {
    when: "the workload is a ReplicaSet",
    set: `${website}.workload=rs/website`,
    says: /"rs\/website": a ReplicaSet does not replace its running pods .*; name the Deployment that owns it/,
  },
  {
    when: "the workload's type is unknown",
    set: `${website}.workload=pod/website`,
    says: /"pod" is no type that imagehook upgrades/,
  },
  { when: "the workload has no type", set: `${website}.workload=website`, says: /"website" is not type\/name/ },
  {
    when: "the namespace is a placeholder",
    set: `${website}.namespace=<namespaces>`,
    says: /"<namespaces>" is no namespace's name/,
  },
  {
    when: "the id holds a slash",
    set: "hooks.a/b.namespace=a,hooks.a/b.workload=sts/db,hooks.a/b.container=db,hooks.a/b.repoType=custom",
    says: /hooks: "a\/b" is no id: letters, digits/,
  },
  {
    when: "netType is set for another registry",
    set: `${website}.repoType=custom,${website}.netType=vpc`,
    says: /netType: only Aliyun has hosts to choose from/,
  },
  {
    when: "a repository carries a tag",
    set: `${website}.image.repository=team/web:v1`,
    says: /stands without tag and digest/,
  },
  {
    when: "the container is a pattern",
    set: `${website}.container=web*`,
    says: /website\.container: "web\*" is no container's name/,
  },
  {
    when: "all containers are meant, and any repository",
    set: `${website}.container=*,${website}.image.repository=any`,
    says: /website\.container: "\*" is all containers that run the pushed repository: leave out image\.repository any/,
  },
  { when: "a recipient is no address", set: `${website}.mailTo=<MAIL_TO>`, says: /"<MAIL_TO>" is no mail address/ },
  {
    when: "a target of rbac.targets is no workload",
    set: "rbac.targets[0].namespace=a,rbac.targets[0].workload=b",
    says: /rbac\.targets\[0\]\.workload: "b"/,
  },
  { when: "the nodePort is no port", set: "service.nodePort=70000", says: /\/service\/nodePort': maximum: got 70,000/ },
  {
    when: "a nodePort has no NodePort Service",
    set: "service.type=ClusterIP",
    says: /service\.nodePort: needs service\.type NodePort/,
  },
  { when: "an ingress has no host", set: "ingress.enabled=true", says: /ingress\.host: set the host/ },
  {
    when: "an ingress has a foreign path",
    set: "ingress.enabled=true,ingress.host=a.b,ingress.path=/x",
    says: /ingress\.path: "\/x"/,
  },
  {
    when: "publicUrl is no URL",
    set: "publicUrl=hooks.example.com",
    says: /publicUrl: "hooks\.example\.com" is not like https:/,
  },
  { when: "publicUrl ends in /hooks", set: "publicUrl=https://a.example.com/hooks", says: /leave \/hooks out/ },
  { when: "mail lacks a server", set: "mail.from=a@example.com", says: /mail\.smtpServer: set it/ },
  {
    when: "mail has two passwords",
    set: "mail.password=a,mail.passwordBase64=YQ==",
    says: /mail: set one of password, passwordBase64/,
  },
  {
    when: "a base64 password is none",
    set: "mail.passwordBase64=pass word!",
    says: /mail\.passwordBase64: is not base64/,
  },
  { when: "a CA is no PEM", set: "mail.caCert=x", says: /mail\.caCert: holds no PEM certificate/ },
  {
    when: "extraEnv sets a variable of the chart",
    set: "extraEnv[0].name=PORT,extraEnv[0].value=1",
    says: /extraEnv: PORT is set by the chart/,
  },
  { when: "no account is made or named", set: "serviceAccount.create=false", says: /serviceAccount\.name: set it/ },
];

describe("values that cannot work", () => {
  for (const { when, set, says } of refusals) {
    it(`are refused when ${when}`, async () => {
      await assert.rejects(render({ values: ["node-port"], args: ["--set", set] }), says);
    });
  }

  it("are refused when two hooks of a list have one id", async () => {
    const args = ["--set", "hooks[0].id=twice,hooks[1].id=twice"];
    await assert.rejects(render({ values: ["list"], args }), /hooks: two hooks have the id "twice"/);
  });

  it("are all named in one error", async () => {
    const set = `${website}.token=short,image.repository=,publicUrl=x`;
    const rendering = render({ values: ["node-port"], args: ["--set", set] });
    await assert.rejects(rendering, /image\.repository[^]*hooks\.cnrancher_website\.token[^]*publicUrl/);
  });

  it("are refused without printing the token", async () => {
    const args = ["--set", `${website}.token=canary token short`];
    const error: unknown = await render({ values: ["node-port"], args }).catch((caught: unknown) => caught);
    assert(error instanceof Error);
    const [, message = ""] = error.message.split("Error: ");
    assert.match(message, /token/);
    assert.doesNotMatch(message, /canary/);
  });
});

describe("values that Rancher and parent charts add", () => {
  it("pass under global", async () => {
    const args = [
      "--set",
      "global.cattle.clusterName=local,global.cattle.url=https://rancher.example.com,global.fleet.x=y",
    ];
    const manifests = await render({ values: ["map"], args });
    assert.equal(at(containerOf(manifests), "image"), "registry.example.com/team/imagehook:0.1.0");
  });

  it("pass with a condition, as a dependency", async () => {
    const manifests = await renderUnderParent({
      global: { imageRegistry: "global.example.com", cattle: { clusterName: "local" } },
      imagehook: { enabled: true, image: { repository: "team/imagehook" } },
    });
    assert.deepEqual(hooksOf(manifests), []);
    assert.equal(at(containerOf(manifests), "image"), "global.example.com/team/imagehook:0.1.0");
    assert.equal(find(manifests, "Deployment", "ih-imagehook").metadata.namespace, "hooks");
  });

  it("switch the whole chart off", async () => {
    assert.deepEqual(await renderUnderParent({ imagehook: { enabled: false } }), []);
  });
});

describe("helm lint", () => {
  for (const values of ["map", "list", "existing-config-map", "mail-plain", "node-port", "ingress"]) {
    it(`finds no fault (${values})`, async () => {
      const { stdout } = await helm(["lint", "--strict", chart, "-f", valuesFile(values)]);
      assert.match(stdout, /1 chart\(s\) linted, 0 chart\(s\) failed/);
    });
  }
});
