import type { PayloadObject } from "../hook/payload.ts";
import { objectAt, textAt } from "../hook/payload-at.ts";
import { otherKind } from "./other-kind.ts";
import { rejected, type EventReading } from "./push-event.ts";
import { readImage } from "./read-image.ts";
import type { RegistryMessage } from "./registry-message.ts";
import { readRfc3339 } from "./time.ts";

const COMPONENT_EVENT = "rm:repository:component";
const ACTIONS: readonly string[] = ["CREATED", "UPDATED"];

/** Reads Sonatype Nexus' webhook of a component. It does not know the host that images are pulled from: the hook does. */
export function readNexus({ body, header, host }: RegistryMessage): EventReading {
  const event = header("x-nexus-webhook-id") || eventOf(body);
  if (event !== COMPONENT_EVENT) return otherKind("event", event);
  const other = notAPush(body);
  if (other !== null) return other;
  if (host === "") return rejected("registry-host", "is missing: Nexus names no host, so the hook has to");
  return readImage({
    host: { field: "registry-host", text: host },
    path: { field: "component.name", text: textAt(body, "component.name") },
    tag: { field: "component.version", text: textAt(body, "component.version") },
    digest: "",
    pushedAt: readRfc3339(textAt(body, "timestamp")),
    delivery: header("x-nexus-webhook-delivery"),
  });
}

const eventOf = (body: PayloadObject): string =>
  objectAt(body, "asset") === null ? COMPONENT_EVENT : "rm:repository:asset";

function notAPush(body: PayloadObject): EventReading | null {
  const [format, action] = [textAt(body, "component.format"), textAt(body, "action")];
  if (format === "") return rejected("component.format", "is missing or not a text");
  if (format !== "docker") return otherKind("format", format);
  if (action === "") return rejected("action", "is missing or not a text");
  return ACTIONS.includes(action) ? null : otherKind("action", action);
}
