import assert from "node:assert/strict";
import { fillTemplates } from "../../../../../src/core/admission/rules/fill-template.ts";
import { aRequest } from "../../../../support/admission-rules.ts";

const request = aRequest({ userInfo: { username: "system:serviceaccount:ci:$1${name}" } });

describe("fillTemplates(value, keys, request)", () => {
  const cases: { value: unknown; keys?: string[]; filled: unknown }[] = [
    { value: "${operation} ${kind} ${namespace}/${name}", filled: "CREATE Pod web/website" },
    { value: "${user}", filled: "system:serviceaccount:ci:$1${name}" },
    { value: "$${user} $$ $", filled: "${user} $ $" },
    { value: "${other} ${USER} ${", filled: "${other} ${USER} ${" },
    { value: 7, filled: 7 },
    { value: null, filled: null },
    { value: ["${name}", { "${name}": ["${kind}"] }], filled: ["website", { "${name}": ["Pod"] }] },
    { value: "${user}", keys: ["metadata", "labels", "by"], filled: "system-serviceaccount-ci--1--name" },
    {
      value: { labels: { by: "${user}" } },
      keys: ["metadata"],
      filled: { labels: { by: "system-serviceaccount-ci--1--name" } },
    },
    { value: { by: "${user}" }, keys: ["metadata", "labels"], filled: { by: "system-serviceaccount-ci--1--name" } },
    { value: "-as it is-", keys: ["metadata", "labels", "by"], filled: "-as it is-" },
    { value: "${user}", keys: ["labels"], filled: "system:serviceaccount:ci:$1${name}" },
  ];
  for (const { value, keys = ["metadata", "annotations", "by"], filled } of cases)
    it(`makes ${JSON.stringify(filled)} of ${JSON.stringify(value)} at ${keys.join(".")}`, () => {
      assert.deepEqual(fillTemplates(value, keys, request), filled);
    });

  it("takes the name from the object, or what it will begin with, where the request has none", () => {
    const named = (metadata: unknown): unknown =>
      fillTemplates("${name}", [], aRequest({ name: "", object: { metadata } }));
    assert.deepEqual(
      [named({ name: "a", generateName: "b-" }), named({ generateName: "b-" }), named({ name: 7 }), named(null)],
      ["a", "b-", "", ""],
    );
  });
});
