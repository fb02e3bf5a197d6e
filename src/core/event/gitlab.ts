import { readDistribution } from "./distribution.ts";
import type { EventReading } from "./push-event.ts";
import type { RegistryMessage } from "./registry-message.ts";

/**
 * Reads the notifications of GitLab's container registry. They are CNCF distribution's, with actions of their own
 * (`rename`), which are no pushes, and come for every layer: one of about twenty for a push names its tag.
 */
export const readGitLab = (message: RegistryMessage): EventReading => readDistribution(message);
