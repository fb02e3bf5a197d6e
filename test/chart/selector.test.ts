import assert from "node:assert/strict";
import { render } from "./helm.ts";

const website = "hooks.cnrancher_website";
const refusals = [
  {
    when: "a hook has a workload and a selector",
    set: `${website}.selector.app=website`,
    says: /hooks\.cnrancher_website: set workload or selector, not both/,
  },
  {
    when: "a hook has neither",
    set: `${website}.workload=null`,
    says: /website\.workload: .* is not type\/name, for example deployment\/website/,
  },
  {
    when: "a hook has kinds and no selector",
    set: `${website}.kinds[0]=deployment`,
    says: /website\.kinds: needs a selector/,
  },
  {
    when: "a selector's label is none",
    set: `${website}.workload=null,${website}.selector.a b=c`,
    says: /website\.selector: "a b" is no label's name/,
  },
  {
    when: "a selector's value is an expression",
    set: `${website}.workload=null,${website}.selector.app=in (a)`,
    says: /website\.selector\.app: "in \(a\)" is no label's value; only equality is selected by/,
  },
  {
    when: "a selector looks for pods",
    set: `${website}.workload=null,${website}.selector.app=a,${website}.kinds[0]=pod`,
    says: /website\.kinds: "pod" is no type that imagehook upgrades/,
  },
  {
    when: "a target of rbac.targets has a workload and a selector",
    set: "rbac.targets[0].namespace=a,rbac.targets[0].workload=sts/b,rbac.targets[0].selector.app=a",
    says: /rbac\.targets\[0\]: set workload or selector, not both/,
  },
];

describe("a selector that cannot work", () => {
  for (const { when, set, says } of refusals) {
    it(`is refused when ${when}`, async () => {
      await assert.rejects(render({ values: ["node-port"], args: ["--set", set] }), says);
    });
  }
});
