import assert from "node:assert/strict";
import type { CallerEntry } from "../../../../../src/core/hook/callers/caller-entry.ts";
import { explainCallers } from "../../../../../src/core/hook/callers/explain-callers.ts";
import { tryCallers } from "../../../../../src/core/hook/callers/try-callers.ts";
import { aContext } from "../requests.ts";
import { readServed, typedHook } from "../hooks-files.ts";
import { aRawRequest, FILE, SECRET } from "./requests.ts";

const file = { file: FILE };
const entriesOf = (...callers: readonly object[]): readonly CallerEntry[] =>
  readServed(typedHook({ callers })).upgrade.callers;
const context = aContext((path) => (path === FILE ? [SECRET] : []));
const linesOf = (entries: readonly CallerEntry[], given: Parameters<typeof aRawRequest>[0]): readonly string[] =>
  explainCallers(entries, tryCallers(entries, aRawRequest(given), context)).map(
    ({ depth, what, verdict, came, problem }) => {
      assert.equal(came, null);
      return `${String(depth)} ${verdict}: ${what}${problem === null ? "" : ` (${problem})`}`;
    },
  );

describe("tryCallers(entries, request, surroundings), explainCallers(entries, trials)", () => {
  it("stops at the first entry that proves the caller", () => {
    const entries = entriesOf({ github: file }, { token: file }, { networks: ["198.51.100.7"] });
    assert.deepEqual(linesOf(entries, { query: { token: SECRET } }), [
      "0 holds: callers: one of these",
      `1 does not hold: github: header "X-Hub-Signature-256" is the body's HMAC-SHA256, or "X-Hub-Signature" is the body's HMAC-SHA1 with a secret of ${FILE} (header "X-Hub-Signature-256" is not in the request)`,
      `1 holds: token: url "token" is a token of ${FILE}`,
      "1 not looked at: networks: the client's address is in one of them",
    ]);
  });

  it("says of each why it does not prove the caller, and no value", () => {
    const entries = entriesOf(
      { bearer: file },
      { basic: file },
      { header: { ...file, name: "X-Token" } },
      { jfrog: file },
      { "standard-webhooks": { file: "/elsewhere" } },
    );
    const headers = {
      authorization: "Bearer wrong-value",
      "x-token": "wrong-value",
      "x-jfrog-event-auth": "wrong-value",
    };
    const lines = linesOf(entries, { headers });
    assert.deepEqual(lines, [
      "0 does not hold: callers: one of these",
      `1 does not hold: bearer: Authorization is Bearer and a token of ${FILE} (what came is none of the secrets)`,
      `1 does not hold: basic: Authorization is Basic and a user:password of ${FILE} (header "Authorization" is not Basic)`,
      `1 does not hold: header: header "X-Token" is a line of ${FILE} (what came is none of the secrets)`,
      `1 does not hold: jfrog: header "X-JFrog-Event-Auth" is the body's HMAC-SHA256 with a secret, or the secret itself, of ${FILE} (header "X-JFrog-Event-Auth" is not the body's signature)`,
      "1 does not hold: standard-webhooks: webhook-signature is that of id, time and body with a secret of /elsewhere (/elsewhere is not here, or holds no secret)",
    ]);
    assert.equal(/wrong-value|a secret of the registry/.test(lines.join()), false);
  });

  it("says of what takes the network what was found out before, or that it was not looked at", () => {
    const oidc = { issuer: "https://id.example.com", audience: "website", email: "a@example.com" };
    const entries = entriesOf({ oidc });
    const what = "oidc: Authorization is Bearer and a token of https://id.example.com for website, of a@example.com";
    const [entry] = entries;
    assert.ok(entry !== undefined);
    const lineWith = (beforehand?: ReadonlyMap<CallerEntry, string | null>): string | undefined => {
      const trials = tryCallers(entries, aRawRequest(), {
        ...context,
        ...(beforehand !== undefined && { beforehand }),
      });
      const step = explainCallers(entries, trials)[1];
      return `${String(step?.verdict)}: ${String(step?.what)} (${String(step?.problem)})`;
    };
    const notAsked = "not looked at: what proves it comes over the network";
    assert.equal(lineWith(), `does not hold: ${what} (${notAsked})`);
    assert.equal(lineWith(new Map()), `does not hold: ${what} (${notAsked})`);
    assert.equal(lineWith(new Map([[entry, "it is wrong"]])), `does not hold: ${what} (it is wrong)`);
    assert.equal(lineWith(new Map([[entry, null]])), `holds: ${what} (null)`);
  });

  it("says that nothing was looked at where the request was refused before", () => {
    const entries = entriesOf({ token: file });
    const verdicts = explainCallers(entries, []).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts, ["not looked at", "not looked at"]);
  });

  it("says nothing of a hook without callers", () => {
    assert.deepEqual(explainCallers([], []), []);
  });
});
