import type { PayloadObject } from "../hook/payload.ts";
import type { Result } from "../result.ts";
import { dialectNamed, dialectOf, registryTypeOf, type Dialect } from "./dialects.ts";
import { rejected, type EventReading } from "./push-event.ts";
import type { RegistryMessage } from "./registry-message.ts";

/** A request as it came: a body that is no JSON is one as well. */
export interface SentMessage extends Omit<RegistryMessage, "body"> {
  readonly body: Result<PayloadObject, string>;
}

/** What a request says, and how the one who sent it takes a refusal. */
export interface MessageReading {
  /** The registry type, null where none was found. */
  readonly type: string | null;
  readonly sends: Dialect["sends"];
  readonly reading: EventReading | { readonly kind: "unsupported"; readonly reason: string };
}

/** Reads a request by the dialect of a registry type, or by the one that its shape tells. */
export function readMessage(name: string, { body, ...message }: SentMessage): MessageReading {
  if (body.kind === "error") return by(dialectNamed(registryTypeOf(name) ?? ""), rejected("body", body.error));
  const sent = { ...message, body: body.value };
  const dialect = dialectOf(name, sent);
  if (dialect.kind === "ok") return by(dialect.value, dialect.value.read(sent));
  const { kind, reason } = dialect.error;
  return by(undefined, kind === "undecided" ? rejected("body", reason) : { kind, reason });
}

const by = (dialect: Dialect | undefined, reading: MessageReading["reading"]): MessageReading => ({
  type: dialect?.type ?? null,
  sends: dialect?.sends ?? "one repository",
  reading,
});
