import ipaddr from "ipaddr.js";
import { hostOf } from "./address-range.ts";

const FOUR_PARTS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Names the source of a request, given its `address:port`: an IPv4 address, or the /64 of an IPv6 one, since whoever
 * has one address of such a network has all of them.
 */
export function sourceNetwork(remoteAddress: string): string {
  const host = hostOf(remoteAddress);
  // Most are so, and a guesser sends many.
  if (FOUR_PARTS.test(host)) return host;
  if (!ipaddr.isValid(host)) return host;
  const address = ipaddr.process(host);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
