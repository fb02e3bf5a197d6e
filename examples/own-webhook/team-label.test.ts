import assert from "node:assert/strict";
import { test } from "node:test";
import { warningsFor, whyNot } from "./team-label.ts";

await test("a Deployment of a known team may be stored", () => {
  assert.equal(whyNot({ metadata: { labels: { team: "search" } }, spec: {} }), null);
});

await test("one without a team, or of an unknown one, may not", () => {
  assert.match(
    whyNot({ metadata: {}, spec: {} }) ?? "",
    /^metadata\.labels\.team must be one of checkout, search, and is/,
  );
  assert.match(whyNot({ metadata: { labels: { team: "sales" } }, spec: {} }) ?? "", /, not sales$/);
});

await test("a single replica is warned of", () => {
  assert.equal(warningsFor({ metadata: {}, spec: { replicas: 1 } }).length, 1);
  assert.equal(warningsFor({ metadata: {}, spec: { replicas: 2 } }).length, 0);
});
