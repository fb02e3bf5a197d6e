import assert from "node:assert/strict";
import { parseAddressRanges } from "../../../../src/core/hook/address-range.ts";
import { clientAddress } from "../../../../src/core/hook/client-address.ts";
import { sourceNetwork } from "../../../../src/core/hook/source-network.ts";

const PEER = "10.0.0.1:40000";

describe("clientAddress(peer, forwardedFor, proxies)", () => {
  const cases: readonly {
    when: string;
    peer?: string;
    lines: readonly string[];
    proxies?: string;
    client: string;
  }[] = [
    { when: "no header", lines: [], client: PEER },
    { when: "one address", lines: ["198.51.100.7"], client: "198.51.100.7:0" },
    { when: "a peer that is no proxy", peer: "192.0.2.1:1", lines: ["198.51.100.7"], client: "192.0.2.1:1" },
    { when: "no proxies at all", proxies: "", lines: ["198.51.100.7"], client: PEER },
    { when: "what the client wrote before", lines: ["203.0.113.9, 198.51.100.7"], client: "198.51.100.7:0" },
    { when: "a proxy's address that the client wrote", lines: ["10.0.0.9, 198.51.100.7"], client: "198.51.100.7:0" },
    { when: "two proxies", lines: ["198.51.100.7, 10.0.0.2,10.0.0.3"], client: "198.51.100.7:0" },
    { when: "several lines", lines: ["203.0.113.9", "198.51.100.7", "10.0.0.2"], client: "198.51.100.7:0" },
    { when: "proxies alone", lines: ["10.0.0.2, 10.0.0.3"], client: PEER },
    { when: "garbage", lines: ["unknown"], client: PEER },
    { when: "an empty line", lines: [""], client: PEER },
    { when: "an address before garbage", lines: ["198.51.100.7, unknown"], client: PEER },
    { when: "an address before garbage and a proxy", lines: ["198.51.100.7, _hidden, 10.0.0.2"], client: PEER },
    { when: "garbage that the client wrote", lines: ["'; DROP, 198.51.100.7"], client: "198.51.100.7:0" },
    { when: "an address with a port", lines: ["198.51.100.7:4711"], client: "198.51.100.7:0" },
    { when: "IPv6", lines: ["2001:DB8::7"], client: "[2001:db8::7]:0" },
    { when: "IPv6 in brackets", lines: ["[2001:db8::7]"], client: "[2001:db8::7]:0" },
    { when: "IPv6 with a port", lines: ["[2001:db8::7]:4711"], client: "[2001:db8::7]:0" },
    { when: "IPv4 in IPv6", lines: ["::ffff:198.51.100.7"], client: "198.51.100.7:0" },
    { when: "a proxy by IPv4 in IPv6", lines: ["198.51.100.7, ::ffff:10.0.0.2"], client: "198.51.100.7:0" },
    { when: "a number, which some take for an address", lines: ["3325256711"], client: PEER },
    { when: "octal numbers", lines: ["0306.063.0144.7"], client: PEER },
    { when: "three parts", lines: ["198.51.100"], client: PEER },
    { when: "a CIDR", lines: ["198.51.100.0/24"], client: PEER },
    { when: "a text of 10,000 characters", lines: ["x".repeat(10_000)], client: PEER },
    { when: "twenty proxies before an address", lines: [`198.51.100.7${",10.0.0.2".repeat(20)}`], client: PEER },
    { when: "nineteen proxies", lines: [`198.51.100.7${",10.0.0.2".repeat(19)}`], client: "198.51.100.7:0" },
    { when: "a peer by IPv6", peer: "[2001:db8:f::1]:1", lines: ["198.51.100.7"], client: "198.51.100.7:0" },
  ];
  for (const { when, peer = PEER, lines, proxies = "10.0.0.0/8 2001:db8:f::/48", client } of cases) {
    it(`finds ${client} with ${when}`, () => {
      assert.equal(clientAddress(peer, lines, parseAddressRanges(proxies).ranges), client);
    });
  }
});

describe("sourceNetwork(remoteAddress)", () => {
  const cases = [
    ["192.0.2.7:40000", "192.0.2.7"],
    ["192.0.2.7:1", "192.0.2.7"],
    ["[::ffff:192.0.2.7]:1", "192.0.2.7"],
    ["[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::ffff]:2", "2001:db8:1:2::/64"],
    ["[2001:db8:1:3::]:2", "2001:db8:1:3::/64"],
    ["[::1]:2", "0:0:0:0::/64"],
    [":0", ""],
    ["somewhere:1", "somewhere"],
  ] as const;
  for (const [address, source] of cases) {
    it(`names ${address} ${source}`, () => {
      assert.equal(sourceNetwork(address), source);
    });
  }
});
