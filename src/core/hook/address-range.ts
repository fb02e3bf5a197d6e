import ipaddr from "ipaddr.js";
import { clip } from "../clip.ts";

/** A range of IP addresses. */
export interface AddressRange {
  /** True for a client of the range, given as `address:port` or `[address]:port`. */
  readonly holds: (remoteAddress: string) => boolean;
}

/** The ranges of a list up to the first word that is none, and what is wrong with that word; null when each is one. */
export interface AddressList {
  readonly ranges: readonly AddressRange[];
  readonly fault: string | null;
}

/**
 * Reads addresses and CIDR ranges separated by white space. A single address is that one alone, of IPv6 too
 * (adnanh/webhook takes it as /32, which lets millions of networks in).
 */
export function parseAddressRanges(text: string): AddressList {
  const ranges: AddressRange[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const range = parseRange(word);
    if (range === null) return { ranges, fault: `"${clip(word)}" is no address or range` };
    ranges.push(range);
  }
  return { ranges, fault: null };
}

/** The address of `address:port` or `[address]:port`. */
export const hostOf = (remoteAddress: string): string =>
  remoteAddress.slice(0, remoteAddress.lastIndexOf(":")).replace(/^\[|\]$/g, "");

function parseRange(word: string): AddressRange | null {
  const [address = "", bits, ...rest] = word.split("/");
  if (!ipaddr.isValid(address) || rest.length > 0) return null;
  const network = ipaddr.process(address);
  const most = network.kind() === "ipv4" ? 32 : 128;
  const length = bits === undefined ? most : Number(/^\d{1,3}$/.test(bits) ? bits : Number.NaN);
  return length <= most ? rangeOf(network, length) : null;
}

function rangeOf(network: ipaddr.IPv4 | ipaddr.IPv6, length: number): AddressRange {
  return {
    holds: (remoteAddress) => {
      const address = hostOf(remoteAddress);
      const client = ipaddr.isValid(address) ? ipaddr.process(address) : null;
      return client?.kind() === network.kind() && client.match(network, length);
    },
  };
}
