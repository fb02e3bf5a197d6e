import assert from "node:assert/strict";
import { render, renderNotes } from "./helm.ts";

const match = { resources: ["deployments.apps"] };
const field = { name: "replicas", match, path: "/spec/replicas", max: 20 };
const image = { name: "own", allow: ["registry.example.com/*"] };
const fallback = { name: "who", match, set: { "/metadata/labels/who": "a" } };
const fields = (...rules: object[]): object => ({ fields: { rules } });
const images = (...rules: object[]): object => ({ images: { rules } });
const defaults = (...rules: object[]): object => ({ defaults: { rules } });
const setting = (set: object): object => defaults({ ...fallback, set });
const on = (...resources: string[]): object => fields({ ...field, match: { resources } });
const certificates = (values: object): object => ({ certificates: values });
const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

const refusals: readonly { readonly when: string; readonly values: object; readonly says: RegExp }[] = [
  {
    when: "a name is misspelt",
    values: { hook: {} },
    says: /at '\/admission': additional properties 'hook' not allowed/,
  },
  {
    when: "a webhook's setting is misspelt",
    values: { images: { rule: [] } },
    says: /at '\/admission\/images': additional properties 'rule' not allowed/,
  },
  {
    when: "a rule's key is misspelt",
    values: images({ ...image, forbidTag: ["latest"] }),
    says: /at '\/admission\/images\/rules\/0': additional properties 'forbidTag' not allowed/,
  },
  {
    when: "a rule has no name",
    values: fields({ match, path: "/spec/replicas", max: 20 }),
    says: /at '\/admission\/fields\/rules\/0': missing property 'name'/,
  },
  {
    when: "a rule names no resources",
    values: defaults({ ...fallback, match: { namespaces: ["web"] } }),
    says: /at '\/admission\/defaults\/rules\/0\/match': missing property 'resources'/,
  },
  {
    when: "something is to be set at a deletion",
    values: defaults({ ...fallback, match: { ...match, operations: ["DELETE"] } }),
    says: /operations\/0': value must be one of 'CREATE', 'UPDATE'/,
  },
  {
    when: "a timeout is longer than the API server allows",
    values: { hooks: { timeoutSeconds: 31 } },
    says: /\/admission\/hooks\/timeoutSeconds': maximum: got 31, want 30/,
  },
  {
    when: "nothing is to be done",
    values: { hooks: { enabled: false } },
    says: /admission: is enabled, but nothing is to be done: set hooks\.enabled, images\.rules/,
  },
  {
    when: "two rules have one name",
    values: fields(field, field),
    says: /admission\.fields\.rules: two rules have the name "replicas"/,
  },
  ...["*", "*/*", "*.apps", "pods/*", "Deployment", "apps/v1/deployments", ""].map((resource) => ({
    when: `a resource is ${resource === "" ? "empty" : resource}`,
    values: on(resource),
    says:
      resource === "" ? /minLength: got 0/ : /fields\.rules\[0\]\.match\.resources: ".*" is no resource: name each as/,
  })),
  ...["leases.coordination.k8s.io", "events", "pods./status", "tokenreviews", "subjectaccessreviews.a.b"].map(
    (resource) => ({
      when: `rules are for ${resource}`,
      values: on("pods.", resource),
      says: /match\.resources: ".*": the cluster itself lives by these, so no webhook may stand in their way/,
    }),
  ),
  {
    when: "images are looked for where there are none",
    values: images({ ...image, match: { resources: ["pods.", "configmaps"] } }),
    says: /images\.rules\[0\]\.match\.resources: "configmaps" runs no images that are looked at: use pods\./,
  },
  ...["hooks", "kube-system", "kube-node-lease"].map((namespace) => ({
    when: `a rule is for ${namespace}`,
    values: images({ ...image, match: { namespaces: ["web", namespace] } }),
    says: /images\.rules\[0\]\.match\.namespaces: ".*" is never asked about, so that the cluster can always be repaired/,
  })),
  {
    when: "a rule of images forbids nothing",
    values: images({ name: "idle", action: "deny", requireDigest: false }),
    says: /images\.rules\[0\]: forbids nothing: set allow, forbidTags or requireDigest/,
  },
  {
    when: "a rule of fields asks for nothing",
    values: fields({ name: "idle", match, path: "/spec/replicas", required: false }),
    says: /fields\.rules\[0\]: asks for nothing: set type, min, max/,
  },
  {
    when: "nothing lies between the bounds",
    values: fields({ ...field, min: 21 }),
    says: /fields\.rules\[0\]: min is larger than max, so nothing could pass/,
  },
  {
    when: "a bound is no quantity",
    values: fields({ ...field, max: "2 GB" }),
    says: /\/fields\/rules\/0\/max': '2 GB' does not match pattern/,
  },
  {
    when: "a pattern is broken",
    values: fields({ ...field, pattern: "a(" }),
    says: /fields\.rules\[0\]\.pattern: "a\(" is no regular expression of RE2/,
  },
  {
    when: "a pattern looks back, which RE2 does not",
    values: fields({ ...field, pattern: "(?<=a)b" }),
    says: /fields\.rules\[0\]\.pattern: ".*" is no regular expression of RE2/,
  },
  ...["spec.replicas", "/spec/a~b", "", "spec/replicas"].map((path) => ({
    when: `a path is ${path === "" ? "empty" : path}`,
    values: fields({ ...field, path }),
    says: /fields\.rules\[0\]\.path: ".*" is no JSON Pointer: write \/spec\/replicas/,
  })),
  {
    when: "what is set has no JSON Pointer",
    values: setting({ "metadata.labels.who": "a" }),
    says: /defaults\.rules\[0\]\.set: "metadata\.labels\.who" is no JSON Pointer/,
  },
  ...["/metadata/name", "/status/phase", "/kind", "/metadata/managedFields/0"].map((pointer) => ({
    when: `${pointer} is set`,
    values: setting({ [pointer]: "a" }),
    says: /defaults\.rules\[0\]\.set: ".*" is the API server's own, and cannot be set/,
  })),
  ...["${usr}", "$user", "a$", "${user"].map((value) => ({
    when: `a template is ${value}`,
    values: setting({ "/metadata/labels/who": value }),
    says: /defaults\.rules\[0\]\.set\.\/metadata\/labels\/who: ".*": a template is \$\{user\}, .* \$\$ stands for \$/,
  })),
  {
    when: "a condition has the name of the chart's own",
    values: {
      ...fields(field),
      fields: { rules: [field], matchConditions: [{ name: "not-a-node", expression: "true" }] },
    },
    says: /fields\.matchConditions: two conditions have the name "not-a-node"; not-a-node and not-a-cleanup are the chart's/,
  },
  {
    when: "cert-manager is not there",
    values: certificates({ mode: "certManager" }),
    says: /certificates\.mode: certManager needs cert-manager, .* helm template is told of it by --api-versions cert-man/,
  },
  {
    when: "a certificate that is provided is not named",
    values: certificates({ mode: "provided", caBundle: pem }),
    says: /existingSecret: set it, mode is provided: a Secret with tls\.crt and tls\.key for ih-imagehook-admission\.hooks\.svc/,
  },
  {
    when: "the authority of a provided certificate is missing",
    values: certificates({ mode: "provided", existingSecret: "mine" }),
    says: /certificates\.caBundle: set it, mode is provided: the certificate \(PEM/,
  },
  {
    when: "a certificate is provided besides",
    values: certificates({ existingSecret: "mine" }),
    says: /admission\.certificates: existingSecret and caBundle are read in mode provided only/,
  },
  {
    when: "an issuer is named besides",
    values: certificates({ issuerRef: { name: "own" } }),
    says: /certificates\.issuerRef: is read in mode certManager only/,
  },
  {
    when: "a certificate outlives its authority",
    values: certificates({ validity: "87601h" }),
    says: /certificates\.validity: is longer than caValidity/,
  },
  {
    when: "a certificate is valid for no time",
    values: certificates({ validity: "1s" }),
    says: /certificates\.validity: "1s" is no duration from 2s to 876000h/,
  },
  {
    when: "the authority of callers is no certificate",
    values: { clientCa: "mine" },
    says: /admission\.clientCa: holds no PEM certificate/,
  },
];

function rendering(admission: object, ...more: readonly string[]): { values: string[]; args: string[] } {
  const own = JSON.stringify({ enabled: true, ...admission });
  return { values: ["map"], args: ["--set-json", `admission=${own}`, ...more] };
}

describe("values of admission that cannot work", () => {
  for (const { when, values, says } of refusals) {
    it(`are refused when ${when}`, async () => {
      await assert.rejects(render(rendering(values)), says);
    });
  }

  it("are refused when the cluster is too old for conditions", async () => {
    const matchConditions = [{ name: "not-me", expression: "true" }];
    const old = rendering({ fields: { rules: [field], matchConditions } }, "--kube-version", "1.27.3");
    await assert.rejects(render(old), /fields\.matchConditions: Kubernetes v?1\.27\.3 knows none: 1\.28 does/);
  });

  it("do no harm while admission is off", async () => {
    const idle = rendering({ enabled: false, ...images({ name: "idle" }), ...certificates({ mode: "certManager" }) });
    assert.doesNotMatch(JSON.stringify(await render(idle)), /admission/);
  });

  it("are no others: templates, quantities and resources in every spelling pass", async () => {
    const set = { "/metadata/labels/a~1b": "${user}-${namespace}-${name}-${operation}-${kind}-$$", "/spec/x": [1] };
    const resources = ["pods.", "deployments", "widgets.stable.example.com/scale"];
    const more = { ...field, name: "more", match: { resources }, min: "500m", max: "2Gi", pattern: "(?<a>x)|y" };
    const manifests = await render(rendering({ ...setting(set), ...fields(field, more), ...images(image) }));
    assert.match(JSON.stringify(manifests), /images\.imagehook\.dev/);
  });
});

describe("the notes about admission", () => {
  const warnings = (notes: string): string[] =>
    notes.split("\n").filter((line) => line.startsWith("WARNING: admission"));

  it("name the webhooks, and the command that switches them off", async () => {
    const notes = await renderNotes(rendering({ ...fields(field), ...images(image) }));
    for (const name of ["hooks", "fields", "images"]) {
      assert(notes.includes(`\n  ${name}.imagehook.dev: Ignore (after 5s without an answer)\n`), notes);
    }
    const off =
      "kubectl delete validatingwebhookconfigurations,mutatingwebhookconfigurations ih-imagehook-admission-a9fa9fda --ignore-not-found";
    assert(notes.includes(`\n  ${off}\n`), notes);
    assert.deepEqual(warnings(notes), []);
  });

  it("warn of what Fail means, the more so with one replica", async () => {
    const closed = { fields: { rules: [field], failurePolicy: "Fail" } };
    const warning =
      "WARNING: admission.fields.failurePolicy is Fail: while imagehook does not answer, every change that fields.imagehook.dev is asked about is refused";
    assert.deepEqual(warnings(await renderNotes(rendering(closed))), [
      `${warning}, and one replica cannot answer while it moves: set replicas to 2 or more.`,
    ]);
    assert.deepEqual(warnings(await renderNotes(rendering(closed, "--set", "replicas=2"))), [`${warning}.`]);
  });

  it("are none without it", async () => {
    assert.doesNotMatch(await renderNotes({ values: ["map"] }), /admission|webhookconfiguration/);
  });
});
