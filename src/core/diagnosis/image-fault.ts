import type { ContainerFacts, EventFacts, Fault } from "./facts.ts";
import { behind, withQuote } from "./quote.ts";

const REFUSALS: Readonly<Record<string, string>> = {
  ErrImagePull: "cannot pull the image",
  ImagePullBackOff: "cannot pull the image",
  RegistryUnavailable: "cannot pull the image",
  ErrImageNeverPull: "may not pull the image, and the node does not have it:",
  InvalidImageName: "cannot pull an image of this name:",
  ImageInspectError: "cannot use the image",
  SignatureValidationFailed: "is refused the image for its signature:",
};

/** Says that a container's image cannot be had, with the registry's message; null for other reasons to wait. */
export function imageFault(
  { name, image, state }: ContainerFacts,
  called: string,
  events: readonly EventFacts[],
): Fault | null {
  if (state.kind !== "waiting") return null;
  const clause = Object.hasOwn(REFUSALS, state.reason) ? REFUSALS[state.reason] : undefined;
  if (clause === undefined) return null;
  const message = registryMessage(state.message) || registryMessage(pullEvent(name, events));
  // A digest and a long path leave room for the message.
  const text = withQuote(`${called} ${clause} ${image}`, message);
  return { rank: 0, key: `image ${name}`, text, crashed: null };
}

const FAILED_PULL = 'Failed to pull image "';

const pullEvent = (container: string, events: readonly EventFacts[]): string =>
  events.find((event) => event.container === container && event.message.startsWith(FAILED_PULL))?.message ?? "";

// The kubelet wraps what the runtime said, which wraps what the registry said. Some versions say no more than that
// they wait for the next try.
function registryMessage(message: string): string {
  const reported = behind(message, "ErrImagePull: ");
  const unnamed = reported.startsWith(FAILED_PULL) ? behind(reported, '": ') : reported;
  const said = unnamed.startsWith("rpc error: ") ? behind(unnamed, " desc = ") : unnamed;
  return said.startsWith("Back-off pulling image") ? "" : said;
}
