import { useCluster } from "../support/cluster.ts";
import { nameOf, startStories, type Stories, type Story } from "./people-kit.ts";

const kinds = ["deployment", "statefulset", "daemonset"] as const;
const ways = ["apply", "apply-ssa", "helm", "helm-ssa"] as const;
const stories: readonly Story[] = [
  ...kinds.flatMap((kind) =>
    ways.flatMap((way): readonly Story[] => [
      { kind, way, moment: "middle" },
      { kind, way, moment: "after" },
    ]),
  ),
  ...ways.map((way): Story => ({ kind: "deployment", way, moment: "paused" })),
  ...kinds.map((kind): Story => ({ kind, way: "apply", moment: "at-once" })),
];

describe("a person sets the image before again, by kubectl apply or a Helm upgrade, merged here or in the server", function () {
  this.timeout(180_000);
  const cluster = useCluster();
  let running: Stories;

  before(async () => {
    running = await startStories(cluster(), stories);
  });
  after(() => running.remove());

  for (const story of stories)
    it(`holds the push, tells its owners once and lets a newer one go on: ${nameOf(story)}`, () => running.end(story));

  it("has patched no workload, and written no mail, beyond one for each accepted push", () =>
    running.assertNothingMore());
});
