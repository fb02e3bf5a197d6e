import { plain, type Answer } from "./answer.ts";

/** How Azure's Event Grid makes sure of an address: it sends a code to have it back, or asks for itself by name. */
export type Handshake =
  { readonly kind: "code"; readonly code: string } | { readonly kind: "origin"; readonly origin: string };

// Requests a minute; registries send far fewer.
const ALLOWED_RATE = "120";

/** The answer to a handshake. The second kind is that of CloudEvents' webhooks (HTTP 1.1 Web Hooks, section 4). */
export function handshakeAnswer(handshake: Handshake): Answer {
  switch (handshake.kind) {
    case "code": {
      const body = JSON.stringify({ validationResponse: handshake.code });
      return { ...plain(200, body), headers: [{ name: "Content-Type", value: "application/json; charset=utf-8" }] };
    }
    case "origin":
      return {
        ...plain(200, ""),
        headers: [
          { name: "WebHook-Allowed-Origin", value: handshake.origin },
          { name: "WebHook-Allowed-Rate", value: ALLOWED_RATE },
        ],
      };
  }
}
