import ipaddr from "ipaddr.js";
import type { AddressRange } from "./address-range.ts";

// A chain of proxies is short; what is beyond was written by the client.
const MAX_HOPS = 20;

/**
 * Tells the client's `address:port` from that of the connection and from X-Forwarded-For, whose lines count only when
 * a trusted proxy sent them: the rightmost address that is no trusted proxy. Where there is none, or something else
 * than an address stands before it, the connection's address counts. A forwarded one has the port 0.
 */
export function clientAddress(peer: string, forwardedFor: readonly string[], proxies: readonly AddressRange[]): string {
  const isProxy = (address: string): boolean => proxies.some((range) => range.holds(address));
  if (!isProxy(peer)) return peer;
  const hops = forwardedFor.join(",").split(",").slice(-MAX_HOPS).reverse();
  for (const hop of hops) {
    const address = addressOf(hop.trim());
    if (address === null) return peer;
    if (!isProxy(address)) return address;
  }
  return peer;
}

// Some proxies write a port behind the address.
function addressOf(hop: string): string | null {
  const [, bracketed] = /^\[([\da-f:.]{2,45})\](?::\d{1,5})?$/i.exec(hop) ?? [];
  const [, four] = /^([\d.]{7,15})(?::\d{1,5})?$/.exec(hop) ?? [];
  const text = bracketed ?? four ?? hop;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return `${text}:0`;
  if (text.length > 45 || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.process(text);
  return address.kind() === "ipv4" ? `${address.toString()}:0` : `[${address.toString()}]:0`;
}
