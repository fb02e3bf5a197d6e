import assert from "node:assert/strict";
import { candidateOf, isSameImage, withDigest, type Candidate } from "../../../../src/core/rollout/candidate.ts";
import { aContainer, anEvent, aPush, aTag, digest, repository } from "../../../support/builders.ts";

const SITE = repository("registry.example.com/shop/website");
const candidate: Candidate = { repository: SITE, tag: aTag("2.0"), digest: digest("b") };

describe("candidateOf(plan)", () => {
  const change = (after: string, said = candidate.digest) =>
    candidateOf({ kind: "change", container: aContainer(), push: aPush({ after, digest: said }), redeploys: false });

  it("is the image that a change sets, with what the push says of its digest", () => {
    assert.deepEqual(change(`${SITE}:2.0`), candidate);
    assert.deepEqual(change(`${SITE}:2.0@${digest("b")}`), candidate);
    assert.deepEqual(change(`${SITE}:2.0`, null), { ...candidate, digest: null });
    assert.equal(change("website:2.0")?.repository, "docker.io/library/website");
  });

  it("is the image that lacks a digest", () => {
    const plan = { kind: "no-digest", pushed: anEvent(), image: `${SITE}:2.0` } as const;
    assert.deepEqual(candidateOf(plan), { ...candidate, digest: null });
  });

  it("is none where nothing is set, or what is set has no tag", () => {
    assert.equal(candidateOf({ kind: "skip", reason: "duplicate", container: aContainer() }), null);
    assert.equal(change("not an image"), null);
    assert.equal(change(`${SITE}@${digest("b")}`), null);
  });
});

describe("withDigest(events, pushed, digest)", () => {
  it("gives the digest to the one event", () => {
    const [one, other] = [anEvent("1", { digest: null }), anEvent("2", { digest: null })];
    assert.deepEqual(withDigest([one, other], other, digest("c")), [one, { ...other, digest: digest("c") }]);
    assert.deepEqual(withDigest([one, other], one, digest("c")), [{ ...one, digest: digest("c") }, other]);
  });
});

describe("isSameImage(one, other)", () => {
  it("looks at repository and tag", () => {
    assert.equal(isSameImage(candidate, { ...candidate, digest: null }), true);
    assert.equal(isSameImage(candidate, { ...candidate, tag: aTag("2.1") }), false);
    assert.equal(isSameImage(candidate, { ...candidate, repository: repository("nginx") }), false);
    assert.equal(isSameImage(null, candidate), false);
    assert.equal(isSameImage(candidate, null), false);
  });
});
