import assert from "node:assert/strict";
import { parse } from "yaml";
import { printConversion } from "../../../../../src/core/hook/convert/print-conversion.ts";
import { SEED_VALUES, seedHook, typedHook, urlMatch } from "../hooks-files.ts";
import { convert } from "./convert-kit.ts";

function print(...hooks: readonly unknown[]): Map<string, string> {
  return new Map(printConversion(convert(...hooks), "registry-tokens").map(({ name, text }) => [name, text]));
}
const command = { id: "job", "execute-command": "/bin/true" };

describe("printConversion(conversion, secretName)", () => {
  it("prints values and a Secret for hooks that the values carry", () => {
    const files = print(seedHook());
    assert.deepEqual([...files.keys()], ["values.yaml", "secret.yaml"]);
    assert.deepEqual(parse(files.get("values.yaml") ?? ""), {
      hooks: {
        cnrancher_website: {
          namespace: "default",
          workload: "deployment/website",
          container: "web",
          repoType: "auto",
          netType: "auto",
          mailTo: ["ops@example.com"],
          mismatchStatus: 500,
          tokenSecretRef: { name: "registry-tokens", key: "cnrancher_website" },
        },
      },
      mail: { language: "zh" },
      extraEnv: [{ name: "TZ", value: "Asia/Shanghai" }],
    });
    assert.deepEqual(parse(files.get("secret.yaml") ?? ""), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "registry-tokens" },
      type: "Opaque",
      stringData: { cnrancher_website: SEED_VALUES.token },
    });
  });

  it("prints no Secret for hooks whose callers prove themselves, and says which Secrets it takes", () => {
    const caller = { github: { file: "/etc/imagehook/callers/registries/ghcr" } };
    const files = print(typedHook({ callers: [caller] }, { "trigger-rule": undefined }));
    assert.deepEqual([...files.keys()], ["values.yaml"]);
    const { hooks } = parse(files.get("values.yaml") ?? "") as { readonly hooks: object };
    assert.deepEqual(hooks, {
      website: {
        namespace: "web",
        workload: "deployment/website",
        container: "web",
        repoType: "auto",
        mismatchStatus: 200,
        callers: [{ github: { secretRef: { name: "registries", key: "ghcr" } } }],
      },
    });
    assert.match(
      files.get("values.yaml") ?? "",
      /^ {2}# callers: the Secrets that they name must be in the release's/m,
    );
  });

  it("puts no token into the values", () => {
    assert.equal(
      print(seedHook(), seedHook({ id: "b/c" }))
        .get("values.yaml")
        ?.includes(SEED_VALUES.token),
      false,
    );
  });

  it("says beside each hook where it came from and what its owner should know", () => {
    assert.match(
      print(seedHook()).get("values.yaml") ?? "",
      /^hooks:\n {2}# hooks\.json:1\n {2}# response-message is left out.*\n {2}# response-headers: .*\n {2}cnrancher_website:\n/m,
    );
  });

  it("prints a ConfigMap of the other hooks with the reasons, and names each of their workloads once", () => {
    const files = print(command, seedHook({ id: "a/b" }), seedHook({ id: "a/c" }));
    assert.deepEqual([...files.keys()], ["values.yaml", "configmap.yaml"]);
    const values = parse(files.get("values.yaml") ?? "") as Record<string, unknown>;
    assert.deepEqual(values["hooks"], {});
    assert.equal(values["existingConfigMap"], "registry-hooks");
    assert.deepEqual(values["rbac"], { targets: [{ namespace: "default", workload: "deployment/website" }] });
    const map = parse(files.get("configmap.yaml") ?? "") as { kind: string; data: Record<string, string> };
    assert.equal(map.kind, "ConfigMap");
    assert.match(map.data["hooks.yaml"] ?? "", /^# hooks\.json:1\n# it runs the command \/bin\/true: .*\n- id: job\n/);
    assert.match(map.data["hooks.yaml"] ?? "", /^# hooks\.json:1\n# its id: .*\n- id: a\/b\n/m);
  });

  it("asks for the rights that a selector needs", () => {
    const selected = { workload: undefined, selector: { app: "website" }, kinds: ["sts"] };
    const kept = print(typedHook({ ...selected, image: { tags: ["stable"] } }));
    const values = parse(kept.get("values.yaml") ?? "") as Record<string, unknown>;
    assert.deepEqual(values["rbac"], {
      targets: [{ namespace: "web", selector: { app: "website" }, kinds: ["statefulset"] }],
    });
  });

  it("carries a selector over", () => {
    const selected = { workload: undefined, selector: { app: "website" }, registry: "aliyun" };
    const inUrl = { "trigger-rule": urlMatch("token", SEED_VALUES.token) };
    const values = parse(print(typedHook(selected, inUrl)).get("values.yaml") ?? "") as Record<string, unknown>;
    assert.partialDeepStrictEqual(values["hooks"], {
      website: { namespace: "web", selector: { app: "website" }, kinds: ["deployment"], container: "web" },
    });
  });

  it("asks for no rights for commands", () => {
    assert.equal(print(command).get("values.yaml")?.includes("rbac"), false);
  });

  it("lists what cannot be served at all", () => {
    const files = print(typedHook({ container: "No\nName" }, { id: "bad" }));
    assert.deepEqual([...files.keys()], ["values.yaml"]);
    assert.match(
      files.get("values.yaml") ?? "",
      /\n# Not carried over, since it cannot be served:\n# hooks\.json:1:\d+: error: bad: container: "No\n?.*is not the name/s,
    );
  });

  it("lets no text of a hooks file out of a comment", () => {
    const odd = "x\nexistingConfigMap: evil\u2028hooks: {}\r# ";
    const files = print(
      { ...seedHook(), [odd]: 1 },
      { ...command, id: odd, "execute-command": `/bin/${odd}` },
      { id: odd },
    );
    for (const text of files.values()) {
      for (const line of text.split(/\r\n|[\n\r\u2028\u0085]/))
        assert.doesNotMatch(line, /^ *(existingConfigMap: evil|hooks: \{\})/);
    }
    const values = parse(files.get("values.yaml") ?? "") as Record<string, unknown>;
    assert.equal(values["existingConfigMap"], "registry-hooks");
    assert.match(files.get("values.yaml") ?? "", /evil/);
  });
});
