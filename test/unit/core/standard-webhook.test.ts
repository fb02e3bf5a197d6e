import assert from "node:assert/strict";
import { keyOfSecret, signWebhook } from "../../../src/core/standard-webhook.ts";

describe("signWebhook(key, webhook)", () => {
  it("signs the example that the libraries of Standard Webhooks are tested with", () => {
    const key = keyOfSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert.ok(key);
    const webhook = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: '{"test": 2432232314}' };
    assert.equal(signWebhook(key, webhook), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });
});

describe("keyOfSecret(secret)", () => {
  it("reads base64 with and without whsec_, and nothing else", () => {
    assert.deepEqual(keyOfSecret("whsec_AAEC"), Buffer.from([0, 1, 2]));
    assert.deepEqual(keyOfSecret("AAEC"), Buffer.from([0, 1, 2]));
    for (const text of ["", "whsec_", "no base64", "AAE"]) assert.equal(keyOfSecret(text), null);
  });
});
