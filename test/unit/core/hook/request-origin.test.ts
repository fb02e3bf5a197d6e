import assert from "node:assert/strict";
import { asksForConsent, readOrigin } from "../../../../src/core/hook/request-origin.ts";
import { readServed, typedHook } from "./hooks-files.ts";
import { aRequest } from "./requests.ts";

const hook = readServed(typedHook({ registry: "azure", callers: [{ token: { file: "/tokens/website" } }] }));
const headers = { "webhook-request-origin": "eventgrid.azure.net" };
const options = { ...aRequest({ headers }), method: "OPTIONS" };

describe("asksForConsent(hook, request), readOrigin(request)", () => {
  it("takes OPTIONS with the header, and neither without the other", () => {
    assert.equal(asksForConsent(hook, options), true);
    assert.equal(asksForConsent(hook, { ...options, method: "POST" }), false);
    assert.equal(asksForConsent(hook, { ...options, headers: new Map() }), false);
  });

  it("reads the name of the one host that asks", () => {
    assert.deepEqual(readOrigin(options), { kind: "ok", value: "eventgrid.azure.net" });
    const error = { field: "WebHook-Request-Origin", reason: "is not the name of one host" };
    for (const values of [undefined, [], ["*"], ["a", "a"]]) {
      const given = values === undefined ? [] : [["webhook-request-origin", values] as const];
      assert.deepEqual(readOrigin({ ...options, headers: new Map(given) }), { kind: "error", error });
    }
  });
});
