import type { Target, WorkloadKind } from "../rollout/target.ts";

/** Where Rancher is, and what it calls this cluster. */
export interface RancherSite {
  /** Its HTTPS address, without a slash at its end. */
  readonly url: string;
  readonly cluster: string;
}

// As Rancher's dashboard names types and the tabs of their pages.
const PAGES: Readonly<Record<WorkloadKind, { readonly type: string; readonly tab: string }>> = {
  deployment: { type: "apps.deployment", tab: "pods" },
  statefulset: { type: "apps.statefulset", tab: "pods" },
  daemonset: { type: "apps.daemonset", tab: "pods" },
  cronjob: { type: "batch.cronjob", tab: "jobs" },
};

/** The workload's page in Rancher's dashboard, at the list of its pods or jobs. */
export function rancherLink({ url, cluster }: RancherSite, { kind, namespace, name }: Target): string {
  const { type, tab } = PAGES[kind];
  const path = ["dashboard", "c", cluster, "explorer", type, namespace, name].map(encodeURIComponent).join("/");
  return `${url}/${path}#${tab}`;
}
