import { readHarborHook } from "./harbor.ts";
import type { EventReading } from "./push-event.ts";
import type { RegistryMessage } from "./registry-message.ts";

/** Reads the trigger of Huawei's SoftWare Repository, enterprise edition: Harbor 2's `PUSH_ARTIFACT`, its only event. */
export const readSwr = (message: RegistryMessage): EventReading => readHarborHook(message);
