import { toPushEvent, type EventReading, type PushedImage } from "../core/event/push-event.ts";
import { printable } from "../core/notice/printable.ts";

/** What a body says, as programs read it. */
export function toJson(reading: EventReading): object {
  switch (reading.kind) {
    case "push":
      return { outcome: "push", images: reading.images.map(imageOf) };
    case "ignored":
      return { outcome: "ignore", reason: reading.reason };
    case "handshake":
      return { outcome: "ignore", reason: HANDSHAKE };
    case "rejected":
      return { outcome: "reject", reason: reading.reason, field: reading.field };
  }
}

const HANDSHAKE = "Event Grid's validation of the address: a hook answers it, once the caller is proved";

const imageOf = ({ registry, repository, tag, digest, pushedAt, delivery }: PushedImage): object => ({
  registry,
  repository,
  tag,
  digest,
  ...(pushedAt !== null && { pushedAt }),
  ...(delivery !== null && { delivery }),
});

/** Prints what a body says for a person; the type is null where none was found, and told where nobody named it. */
export function printMessage(reading: EventReading, type: string | null, isTold: boolean): string {
  const by = type === null ? "" : `, read as ${type}${isTold ? " (told by its headers and its shape)" : ""}`;
  switch (reading.kind) {
    case "push":
      return [`✓ push${by}`, ...reading.images.map((image) => printFacts(factsOf(image)))].join("\n");
    case "ignored":
      return `– ignored${by}\n${printFacts([["reason", reading.reason]])}`;
    case "handshake":
      return `– ignored${by}\n${printFacts([["reason", HANDSHAKE]])}`;
    case "rejected":
      return `✗ rejected${by}\n${printFacts([
        ["field", reading.field],
        ["reason", reading.reason],
      ])}`;
  }
}

type Fact = readonly [name: string, value: string];

const NOT_GIVEN = "not given";

function factsOf(image: PushedImage): readonly Fact[] {
  const event = toPushEvent(image);
  return [
    ["registry", image.registry],
    ["repository", image.repository],
    ["tag", image.tag],
    ["digest", image.digest ?? NOT_GIVEN],
    ["pushed at", image.pushedAt ?? NOT_GIVEN],
    ["delivery", image.delivery ?? NOT_GIVEN],
    ...(image.isHostImplied
      ? [["remark", "the body names no host: any of Aliyun's in that region is meant"] as const]
      : []),
    ...(event.kind === "error" ? [["remark", `no container can run it: ${event.error}`] as const] : []),
  ];
}

// Bodies are anyone's, and terminals obey control characters.
function printFacts(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${`${name}:`.padEnd(width + 1)} ${printable(value)}`).join("\n");
}
