import { readHarborHook } from "./harbor.ts";
import type { EventReading } from "./push-event.ts";
import type { RegistryMessage } from "./registry-message.ts";

/**
 * Reads the trigger of Tencent Container Registry, enterprise edition: Harbor 1's `pushImage`. Its other triggers are
 * `deleteImage`, `uploadChart` and `deleteChart`.
 */
export const readTcr = (message: RegistryMessage): EventReading => readHarborHook(message);
