import assert from "node:assert/strict";
import type { ContainerFacts, EventFacts, Exit } from "../../../../src/core/diagnosis/facts.ts";
import { explained, facts, IMAGE, pod, waiting, warning } from "./evidence-kit.ts";

interface Case {
  readonly when: string;
  readonly container: ContainerFacts;
  readonly events?: readonly EventFacts[];
  readonly expected: string;
}

const NOT_FOUND = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`;
const exit = (over: Partial<Exit>): Exit => ({ exitCode: 1, signal: 0, reason: "Error", message: "", ...over });
const ended = (over: Partial<Exit>, rest: Partial<ContainerFacts> = {}): ContainerFacts =>
  facts({ isReady: false, state: { kind: "terminated", ...exit(over) }, ...rest });
const crashing = (over: Partial<Exit>, restarts = 3): ContainerFacts =>
  waiting("CrashLoopBackOff", "back-off 40s restarting failed container", { restarts, lastExit: exit(over) });
const unready = facts({ isReady: false });

const images: readonly Case[] = [
  {
    when: "the registry does not have the image",
    container: waiting(
      "ImagePullBackOff",
      `Back-off pulling image "${IMAGE}": ErrImagePull: rpc error: code = NotFound desc = ${NOT_FOUND}`,
    ),
    expected: `the container web cannot pull the image ${IMAGE}: ${NOT_FOUND}`,
  },
  {
    when: "the first try failed",
    container: waiting("ErrImagePull", `rpc error: code = Unknown desc = unauthorized: access denied`),
    expected: `the container web cannot pull the image ${IMAGE}: unauthorized: access denied`,
  },
  {
    when: "an older kubelet leaves the registry's message to an Event",
    container: waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}"`),
    events: [
      warning("Failed", "Error: ImagePullBackOff"),
      warning("Failed", 'Failed to pull image "a": no such host', { container: "other" }),
      warning("Failed", `Failed to pull image "${IMAGE}": rpc error: code = Unknown desc = denied: no pull access`),
    ],
    expected: `the container web cannot pull the image ${IMAGE}: denied: no pull access`,
  },
  {
    when: "nothing says why",
    container: waiting("ImagePullBackOff", `Back-off pulling image "${IMAGE}"`),
    expected: `the container web cannot pull the image ${IMAGE}`,
  },
  {
    when: "the name cannot be read",
    container: waiting("InvalidImageName", "couldn't parse image name: invalid reference format"),
    expected: `the container web cannot pull an image of this name: ${IMAGE}: couldn't parse image name: invalid reference format`,
  },
  {
    when: "it may not be pulled",
    container: waiting("ErrImageNeverPull", "not present with pull policy of Never"),
    expected: `the container web may not pull the image, and the node does not have it: ${IMAGE}: not present with pull policy of Never`,
  },
  {
    when: "the message holds a signed address and a login",
    container: waiting("ErrImagePull", 'Get "https://me:pw@s.example.com/blob?X-Signature=secret&b=1": EOF'),
    expected: `the container web cannot pull the image ${IMAGE}: Get "https://s.example.com/blob": EOF`,
  },
];

const crashes: readonly Case[] = [
  {
    when: "it exits with a code",
    container: crashing({}),
    expected: "the container web keeps crashing: exit code 1, 3 restarts",
  },
  {
    when: "it exits as if all were done",
    container: crashing({ exitCode: 0, reason: "Completed" }, 1),
    expected: "the container web keeps crashing: exit code 0, 1 restart",
  },
  {
    when: "it uses too much memory",
    container: crashing({ exitCode: 137, reason: "OOMKilled" }),
    expected:
      "the container web keeps crashing: out of memory, killed at its memory limit (OOMKilled, exit code 137), 3 restarts",
  },
  {
    when: "a signal ended it, by the code",
    container: crashing({ exitCode: 139 }),
    expected: "the container web keeps crashing: ended by SIGSEGV (exit code 139), 3 restarts",
  },
  {
    when: "a signal ended it, by its own field",
    container: crashing({ exitCode: 255, signal: 31, reason: "Strange" }),
    expected: "the container web keeps crashing: Strange, ended by signal 31 (exit code 255), 3 restarts",
  },
  {
    when: "its code is no signal's",
    container: crashing({ exitCode: 255 }),
    expected: "the container web keeps crashing: exit code 255, 3 restarts",
  },
  {
    when: "its liveness probe had it killed",
    container: crashing({ exitCode: 143 }),
    events: [
      warning("Unhealthy", "Readiness probe failed: no"),
      warning("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500"),
    ],
    expected:
      "the container web keeps crashing: ended by SIGTERM (exit code 143), 3 restarts; Liveness probe failed: HTTP probe failed with statuscode: 500",
  },
  {
    when: "nobody says how it ended",
    container: waiting("CrashLoopBackOff", "back-off 40s"),
    expected: "the container web keeps crashing: back-off 40s",
  },
  {
    when: "it has just ended for the first time, and left a message of its own",
    container: ended({ exitCode: 2, message: "password=hunter2" }),
    expected: "the container web ended: exit code 2",
  },
  {
    when: "it has just ended again",
    container: ended({ exitCode: 2 }, { restarts: 2 }),
    expected: "the container web keeps crashing: exit code 2, 2 restarts",
  },
  {
    when: "its command is not in the image",
    container: crashing({ exitCode: 128, reason: "StartError", message: 'exec: "serve": executable file not found' }),
    expected: 'the container web cannot be started: exec: "serve": executable file not found',
  },
  {
    when: "its init container failed",
    container: ended({ exitCode: 3 }, { role: "init", name: "migrate" }),
    expected: "the init container migrate ended: exit code 3",
  },
];

const others: readonly Case[] = [
  {
    when: "a Secret is missing",
    container: waiting("CreateContainerConfigError", 'secret "login" not found'),
    expected: 'the container web cannot be created (CreateContainerConfigError): secret "login" not found',
  },
  {
    when: "the runtime cannot start it",
    container: waiting("RunContainerError", "no such device"),
    expected: "the container web cannot be started (RunContainerError): no such device",
  },
  {
    when: "its readiness probe fails",
    container: unready,
    events: [warning("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")],
    expected: "the container web runs and is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503",
  },
  {
    when: "it has a readiness probe and nobody says what it answers",
    container: { ...unready, hasReadinessProbe: true },
    events: [warning("Unhealthy", "Readiness probe failed: other", { uid: "pod-2" })],
    expected: "the container web runs and is not ready: its readiness probe does not pass",
  },
  {
    when: "it has not started yet",
    container: { ...unready, hasStarted: false, hasStartupProbe: true, hasReadinessProbe: true },
    expected: "the container web runs and is not ready: its startup probe has not passed",
  },
  { when: "nothing says why", container: unready, expected: "the container web runs and is not ready" },
  {
    when: "a sidecar is not ready",
    container: { ...unready, role: "sidecar", name: "proxy" },
    expected: "the sidecar container proxy runs and is not ready",
  },
  {
    when: "an init container goes on",
    container: { ...unready, role: "init", name: "migrate" },
    expected: "the init container migrate has not finished",
  },
];

for (const [what, cases] of Object.entries({ images, crashes, others })) {
  describe(`diagnose(evidence) of a container, ${what}`, () => {
    for (const { when, container, events = [], expected } of cases) {
      it(`tells when ${when}`, () => {
        assert.equal(explained({ pods: [pod([container])], events }), `pod website-1: ${expected}`);
      });
    }
  });
}

describe("diagnose(evidence) of a container that has no fault", () => {
  for (const [when, container] of [
    ["is ready", facts()],
    ["is an init container that is done", ended({ exitCode: 0, reason: "Completed" }, { role: "init" })],
    ["waits for its turn", waiting("PodInitializing")],
  ] as const)
    it(`tells nothing of one that ${when}`, () => {
      assert.equal(explained({ pods: [pod([container])] }), "");
    });
});
