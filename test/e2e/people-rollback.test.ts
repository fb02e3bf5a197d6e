import { useCluster } from "../support/cluster.ts";
import { nameOf, startStories, type Stories, type Story } from "./people-kit.ts";

const kinds = ["deployment", "statefulset", "daemonset"] as const;
const stories: readonly Story[] = [
  ...kinds.flatMap((kind) =>
    (["undo", "rancher"] as const).flatMap((way): readonly Story[] => [
      { kind, way, moment: "middle", isReleased: way === "undo" },
      { kind, way, moment: "after", isReleased: way === "rancher" },
    ]),
  ),
  // kubectl refuses to undo a paused rollout.
  { kind: "deployment", way: "rancher", moment: "paused" },
];

describe("a person goes back to the image before, by kubectl rollout undo or in Rancher", function () {
  this.timeout(120_000);
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
