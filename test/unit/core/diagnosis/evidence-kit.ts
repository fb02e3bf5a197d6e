import type { ContainerFacts, EventFacts, Evidence, PodFacts } from "../../../../src/core/diagnosis/facts.ts";
import { diagnose, printFinding } from "../../../../src/core/diagnosis/diagnose.ts";
import { aContainer, aWorkload, deploymentFacts } from "../../../support/builders.ts";

export const IMAGE = "registry.example.com/shop/website:2.0";

/** A container of the new image that runs and is ready. */
export const facts = (over: Partial<ContainerFacts> = {}): ContainerFacts => ({
  name: "web",
  image: IMAGE,
  role: "main",
  isReady: true,
  hasStarted: true,
  hasStartupProbe: false,
  hasReadinessProbe: false,
  restarts: 0,
  state: { kind: "running" },
  lastExit: null,
  ...over,
});

/** A container that waits. */
export const waiting = (reason: string, message = "", over: Partial<ContainerFacts> = {}): ContainerFacts =>
  facts({ isReady: false, hasStarted: false, state: { kind: "waiting", reason, message }, ...over });

/** A pod of the new image. */
export const pod = (containers: readonly ContainerFacts[], over: Partial<PodFacts> = {}): PodFacts => ({
  name: "website-1",
  uid: "pod-1",
  isDeleted: false,
  redeployedAt: null,
  phase: "Running",
  reason: "",
  message: "",
  unscheduled: "",
  unmetGate: "",
  images: new Map([["web", IMAGE]]),
  containers,
  ...over,
});

/** A warning about the pod's container. */
export const warning = (reason: string, message: string, over: Partial<EventFacts> = {}): EventFacts => ({
  uid: "pod-1",
  container: "web",
  reason,
  message,
  at: "2026-11-22T10:00:00Z",
  ...over,
});

/** What there is of a deployment that was given the new image. */
export const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  workload: aWorkload({
    uid: "workload-1",
    containers: [aContainer({ name: "web", image: IMAGE })],
    redeployedAt: null,
  }),
  rollout: deploymentFacts({ available: 0 }),
  pods: [],
  events: [],
  ...over,
});

/** The sentence that is made of it. */
export const explained = (over: Partial<Evidence>): string => printFinding(diagnose(evidence(over)));
