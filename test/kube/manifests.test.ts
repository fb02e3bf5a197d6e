import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { manifestsFor, printManifests } from "../../src/core/admission/manifests.ts";
import { patched, allowed } from "../../src/core/admission/response.ts";
import { mutating, validating } from "../../src/flow/admission/handler.ts";
import { makeAuthority } from "../support/certificate.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";

const rules = [
  { apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"], operations: ["CREATE"], scope: "Namespaced" },
] as const;

const registrations = [
  {
    path: "/mutating",
    handler: mutating(() => patched("labelled")),
    options: {
      rules,
      reinvocationPolicy: "IfNeeded",
      matchConditions: [{ name: "not-root", expression: "request.userInfo.username != 'root'" }],
      namespaceSelector: { matchExpressions: [{ key: "checked", operator: "Exists" }] },
      objectSelector: { matchLabels: { checked: "yes" } },
    },
  },
  {
    path: "/validating",
    handler: validating(() => allowed(), {
      handles: { kind: { group: "apps", version: "v1", kind: "Deployment" }, operations: ["UPDATE", "DELETE"] },
    }),
    options: {},
  },
] as const;

describe("manifestsFor(server, options), on the real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();

  for (const secret of ["self-managed", "mounted"])
    it(`makes what it takes, with a certificate that is ${secret}`, async () => {
      const namespace = await freshNamespace(cluster(), "manifests");
      const manifests = manifestsFor(
        { registrations },
        {
          name: `labels-${randomBytes(4).toString("hex")}`,
          namespace,
          image: "registry.example.com/web/labels:1",
          caBundle: Buffer.from(makeAuthority().cert).toString("base64"),
          certificates: { secret: "labels-tls", selfManaged: secret === "self-managed" },
          lease: "labels",
        },
      );
      const said = await cluster().kubectl(
        ["apply", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"],
        printManifests(manifests),
      );
      assert.deepEqual(
        said
          .trim()
          .split("\n")
          .map((line) => line.split(/[./]/)[0]),
        manifests.map(({ kind }) => String(kind).toLowerCase()),
      );
    });
});
