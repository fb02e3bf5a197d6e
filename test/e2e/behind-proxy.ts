import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { apply } from "../support/cluster.ts";
import type { Fault } from "../support/fault-exchange.ts";
import { startFaultProxy, type FaultProxy, type ProxiedRequest } from "../support/fault-proxy.ts";
import {
  allTold,
  APP,
  byRequest,
  deploymentsOf,
  fleet,
  hooksFor,
  recordsOf,
  rolloutMails,
  startMailPost,
  templateChanges,
  type MailPost,
} from "./fleet-kit.ts";
import { imageOf, install, type Installation } from "./kit.ts";

/** An installation that reaches the API server through a fault proxy, with a workload and a hook for each name. */
export interface BehindProxy {
  readonly installed: Installation;
  readonly proxy: FaultProxy;
  readonly mail: MailPost;
  readonly workloadPath: (name?: string) => string;
  readonly stateObjects: () => string;
  readonly statePath: (name: string) => string;
  readonly changesOf: (name: string) => Promise<number>;
  /** Waits for the ends of rollouts from tag 1 to tag 2, and holds each to one record, one change and one mail. */
  readonly assertTold: (names: readonly string[], timeoutMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Which workloads there are; the slow ones take four seconds to become ready. */
export interface Fleets {
  readonly quick: readonly string[];
  readonly slow: readonly string[];
}

/** An answer of the API server in place of what was asked for. */
export const answer = (status: number, retryAfterSeconds?: number): Fault => ({
  kind: "answer",
  status,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** True for requests that list or watch one workload. */
export const isFollowing =
  (behind: BehindProxy, name: string) =>
  ({ path, query }: ProxiedRequest): boolean =>
    path === behind.workloadPath() && query.get("fieldSelector") === `metadata.name=${name}`;

/** Installs it. */
export async function installBehindProxy(cluster: ControlPlane, { quick, slow }: Fleets): Promise<BehindProxy> {
  const mail = await startMailPost();
  const proxy = await startFaultProxy({ server: cluster.server, ca: await readFile(cluster.caFile, "utf8") });
  const close = async (): Promise<void> => {
    await mail.sink.close();
    await proxy.close();
  };
  const installed = await install(cluster, {
    api: proxy.access,
    values: (web) => ({ ...mail.values, hooks: hooksFor(web, [...quick, ...slow]) }),
    prepare: async ({ web }) => {
      if (quick.length > 0) await apply(cluster, fleet(web, quick));
      if (slow.length > 0) await apply(cluster, fleet(web, slow, { "imagehook.test/ready-after": "4s" }));
    },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { namespace, web } = installed;
  const workloadPath = (name = ""): string =>
    `/apis/apps/v1/namespaces/${web}/deployments${name === "" ? "" : `/${name}`}`;
  const stateObjects = (): string => `/api/v1/namespaces/${namespace}/configmaps`;
  return {
    installed,
    proxy,
    mail,
    workloadPath,
    stateObjects,
    statePath: (name) => `${stateObjects()}/${stateObjectName({ kind: "deployment", namespace: web, name })}`,
    changesOf: async (name) => {
      const live = (await deploymentsOf(installed)).get(name);
      assert.ok(live !== undefined);
      return templateChanges(live);
    },
    assertTold: (names, timeoutMs) => assertTold({ installed, mail }, names, timeoutMs),
    close: async () => {
      await installed.remove();
      await close();
    },
  };
}

async function assertTold(
  { installed, mail }: Pick<BehindProxy, "installed" | "mail">,
  names: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const states = await allTold(installed, names, timeoutMs);
  const mails = byRequest(await rolloutMails(mail.sink.mails));
  const live = await deploymentsOf(installed);
  for (const name of names) {
    const records = recordsOf(states.get(name));
    const shown = `${name}: ${inspect(records)}`;
    assert.deepEqual(
      records.map(({ phase, after }) => [phase, after]),
      [["complete", `${APP}:2`]],
      shown,
    );
    const deployment = live.get(name);
    assert.ok(deployment !== undefined);
    assert.deepEqual([imageOf(deployment), templateChanges(deployment)], [`${APP}:2`, 1], shown);
    assert.equal(mails.get(records[0]?.request ?? "")?.length, 1, shown);
  }
}
