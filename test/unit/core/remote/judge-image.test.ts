import assert from "node:assert/strict";
import type { Platform } from "../../../../src/core/remote/manifest.ts";
import { digestRefusal, platformRefusal } from "../../../../src/core/remote/judge-image.ts";
import { digest } from "../../../support/builders.ts";

describe("digestRefusal(pushed, found)", () => {
  it("lets in what the push says, and what it says nothing of", () => {
    assert.equal(digestRefusal(digest("b"), digest("b")), null);
    assert.equal(digestRefusal(null, digest("b")), null);
  });

  it("names both digests where they differ", () => {
    const why = `it is ${digest("c")} at its registry, and the push says ${digest("b")}`;
    assert.equal(digestRefusal(digest("b"), digest("c")), why);
  });
});

describe("platformRefusal(image, nodes)", () => {
  const platform = (text: string): Platform => {
    const [os = "", architecture = ""] = text.split("/");
    return { os, architecture };
  };
  const judge = (image: readonly string[], nodes: readonly string[]): string | null =>
    platformRefusal(image.map(platform), nodes.map(platform));

  it("lets in an image that a node can run", () => {
    assert.equal(judge(["linux/amd64"], ["linux/amd64"]), null);
    assert.equal(judge(["linux/amd64", "linux/arm64"], ["windows/amd64", "linux/arm64"]), null);
  });

  const refused: readonly (readonly [image: readonly string[], nodes: readonly string[], said: string])[] = [
    [["linux/arm64"], ["linux/amd64"], "it is for linux/arm64, and the nodes of the cluster are linux/amd64"],
    [["windows/amd64"], ["linux/amd64"], "it is for windows/amd64, and the nodes of the cluster are linux/amd64"],
    [[], ["linux/amd64"], "it is for no platform, and the nodes of the cluster are linux/amd64"],
    [["a/b", "a/b"], ["c/d", "c/d"], "it is for a/b, and the nodes of the cluster are c/d"],
  ];
  for (const [image, nodes, said] of refused) {
    it(`says of ${image.join(" and ") || "nothing"} on ${nodes.join(" and ")} that it does not fit`, () => {
      assert.equal(judge(image, nodes), said);
    });
  }

  it("names no more than ten platforms", () => {
    const many = Array.from({ length: 50 }, (_, index) => `linux/a${String(index)}`);
    assert.match(judge(many, ["linux/amd64"]) ?? "", /^it is for (?:linux\/a\d, ){9}linux\/a9, and/);
  });
});
