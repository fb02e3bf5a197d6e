import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { allowed } from "../../../../src/core/admission/response.ts";
import { manifestsFor, printManifests } from "../../../../src/core/admission/manifests.ts";
import { mutating, validating } from "../../../../src/flow/admission/handler.ts";
import { kindsOf, oneOf, place, rules, serverOf, size, validator, webhooksOf } from "./manifests-kit.ts";

describe("manifestsFor(server, { name, namespace })", () => {
  it("makes an account without rights, a Service from 443 to 8443 and the configuration of its list", () => {
    const metadata = { ...place, labels: { "app.kubernetes.io/name": "team-labels" } };
    assert.deepEqual(manifestsFor(serverOf(["/validating", validating(() => allowed()), { rules }]), place), [
      { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: metadata.labels, ports: [{ name: "https", port: 443, targetPort: 8443 }] },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "team-labels", labels: metadata.labels },
        webhooks: [
          {
            name: "validating.team-labels.web.svc",
            clientConfig: { service: { ...place, path: "/validating", port: 443 } },
            rules,
            failurePolicy: "Ignore",
            timeoutSeconds: 5,
            sideEffects: "None",
            matchPolicy: "Equivalent",
            admissionReviewVersions: ["v1", "v1beta1"],
            namespaceSelector: {
              matchExpressions: [
                { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "web"] },
              ],
            },
          },
        ],
      },
    ]);
  });

  it("puts what may change objects into the other configuration, and both are made where both are needed", () => {
    const objects = manifestsFor(
      serverOf(["/mutating", mutating(() => allowed()), { rules }], ["/validating", validator]),
      place,
    );
    assert.deepEqual(kindsOf(objects), [
      "ServiceAccount",
      "Service",
      "MutatingWebhookConfiguration",
      "ValidatingWebhookConfiguration",
    ]);
    const [webhook] = webhooksOf(objects, "MutatingWebhookConfiguration");
    assert.equal(webhook?.["reinvocationPolicy"], "Never");
    const [other] = webhooksOf(objects, "ValidatingWebhookConfiguration");
    assert.equal(other && "reinvocationPolicy" in other, false);
  });

  const handled: readonly (readonly [string, typeof validator, object])[] = [
    ["its kind", validator, { resources: ["sizes"] }],
    [
      "the resource that it names",
      validating(() => allowed(), {
        handles: { kind: { ...size, kind: "Policy", resource: "policies" }, operations: ["DELETE"] },
      }),
      { resources: ["policies"], operations: ["DELETE"] },
    ],
  ];
  for (const [what, handler, expected] of handled)
    it(`takes the rule of a handler by ${what}`, () => {
      const [webhook] = webhooksOf(manifestsFor(serverOf(["/v", handler]), place), "ValidatingWebhookConfiguration");
      const rule = { apiGroups: [size.group], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] };
      assert.deepEqual(webhook?.["rules"], [{ ...rule, ...expected }]);
    });

  it("prefers the rules of the registration", () => {
    const objects = manifestsFor(serverOf(["/v", validator, { rules }]), place);
    assert.deepEqual(webhooksOf(objects, "ValidatingWebhookConfiguration")[0]?.["rules"], rules);
  });

  it("says of a webhook what its registration says", () => {
    const told = {
      name: "sizes.shop.example.com",
      failurePolicy: "Fail",
      timeoutSeconds: 30,
      sideEffects: "NoneOnDryRun",
      matchPolicy: "Exact",
      objectSelector: { matchLabels: { checked: "yes" } },
      matchConditions: [{ name: "not-nodes", expression: "!('system:nodes' in request.userInfo.groups)" }],
    } as const;
    const optIn = { key: "checked", operator: "Exists" };
    const namespaceSelector = { matchLabels: { team: "web" }, matchExpressions: [optIn] };
    const options = { ...told, rules, reinvocationPolicy: "IfNeeded", namespaceSelector } as const;
    const objects = manifestsFor(serverOf(["/m", mutating(() => allowed()), options]), {
      ...place,
      caBundle: "Q0E=",
      port: 9443,
    });
    const [webhook] = webhooksOf(objects, "MutatingWebhookConfiguration");
    const exclusion = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "web"] };
    assert.deepEqual(webhook, {
      ...told,
      rules,
      clientConfig: { service: { ...place, path: "/m", port: 443 }, caBundle: "Q0E=" },
      admissionReviewVersions: ["v1", "v1beta1"],
      reinvocationPolicy: "IfNeeded",
      namespaceSelector: { matchLabels: { team: "web" }, matchExpressions: [exclusion, optIn] },
    });
    const { spec } = oneOf(objects, "Service") as { spec: { ports: readonly { targetPort: number }[] } };
    assert.equal(spec.ports[0]?.targetPort, 9443);
  });

  const names: readonly (readonly [string, string])[] = [
    ["/", "root.team-labels.web.svc"],
    ["/Validate_Sizes/v1", "validate-sizes-v1.team-labels.web.svc"],
  ];
  for (const [path, name] of names)
    it(`names the webhook at ${path} ${name}`, () => {
      const objects = manifestsFor(serverOf([path, validator]), place);
      assert.equal(webhooksOf(objects, "ValidatingWebhookConfiguration")[0]?.["name"], name);
    });

  it("names kube-system once where it is the own namespace", () => {
    const objects = manifestsFor(serverOf(["/v", validator]), { ...place, namespace: "kube-system" });
    const [webhook] = webhooksOf(objects, "ValidatingWebhookConfiguration");
    const selector = webhook?.["namespaceSelector"] as { matchExpressions: readonly { values: readonly string[] }[] };
    assert.deepEqual(selector.matchExpressions[0]?.values, ["kube-system"]);
  });

  const bare = (): { allowed: boolean } => ({ allowed: true });
  const wrong: readonly {
    readonly when: string;
    readonly server: Parameters<typeof manifestsFor>[0];
    readonly options?: Parameters<typeof manifestsFor>[1];
    readonly says: readonly RegExp[];
  }[] = [
    {
      when: "a bare handler without a list and rules",
      server: serverOf(["/a", bare], ["/b", validator], ["/c", bare]),
      says: [
        /^\/a: say which list .*mutating\(\) or validating\(\), or register it with \{ list: "validating" \}$/m,
        /^\/a: say what it is called for: .*rules: \[\{ apiGroups, apiVersions, resources, operations \}\]/m,
        /^\/c: say what/m,
      ],
    },
    { when: "an empty list of rules", server: serverOf(["/a", validator, { rules: [] }]), says: [/^\/a: say what/m] },
    {
      when: "a name of two words",
      server: serverOf(["/a", validator, { name: "sizes.shop" }]),
      says: [/^\/a: its name must be three words at least .* not "sizes\.shop"$/m],
    },
    ...[0, 31, 1.5].map((timeoutSeconds) => ({
      when: `a timeout of ${String(timeoutSeconds)} s`,
      server: serverOf(["/a", validator, { timeoutSeconds }]),
      says: [/^\/a: timeoutSeconds must be a whole number from 1 to 30$/m],
    })),
    {
      when: "two webhooks of one name",
      server: serverOf(["/a-b", validator], ["/a_b", validator]),
      says: [
        /^two webhooks are named a-b\.team-labels\.web\.svc \(validating\): give one of them another \{ name \}$/m,
      ],
    },
    { when: "nothing registered", server: serverOf(), says: [/^nothing is registered: register a handler first$/m] },
    {
      when: "names that are no names",
      server: serverOf(["/a", validator]),
      options: { name: "1st", namespace: "Web" },
      says: [/^name: must be .* not "1st"$/m, /^namespace: must be .* not "Web"$/m],
    },
  ];
  for (const { when, server, options = place, says } of wrong)
    it(`throws what to add for ${when}`, () => {
      for (const text of says) assert.throws(() => manifestsFor(server, options), { message: text });
    });

  it("takes a bare handler whose registration says its list and its rules", () => {
    const objects = manifestsFor(serverOf(["/a", bare, { list: "mutating", rules }]), place);
    assert.equal(webhooksOf(objects, "MutatingWebhookConfiguration").length, 1);
  });
});

describe("printManifests(manifests)", () => {
  it("prints a document each, which reads back as it was", () => {
    const manifests = manifestsFor(serverOf(["/v", validator]), place);
    const read = parseAllDocuments(printManifests(manifests)).map((document) => document.toJS() as unknown);
    assert.deepEqual(read, manifests);
  });
});
