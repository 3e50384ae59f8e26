import { BlockList, isIP } from "node:net";

/**
 * Whether an address is on the public internet: neither private, loopback, link-local, shared (RFC 6598), multicast,
 * reserved, nor one that leads to any of these by another way of writing. What clouds tell their machines stands on
 * link-local and shared addresses, and Azure's on one that looks public.
 */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !NOT_PUBLIC.check(address, "ipv4");
  return version === 6 && GLOBAL.check(address, "ipv6") && !NOT_PUBLIC.check(address, "ipv6");
}

/** RFC 4291 §2.4: global unicast as it is given out. IPv4 that is mapped, translated or compatible is outside. */
const GLOBAL = listOf([["2000::", 3]], "ipv6");

const NOT_PUBLIC = listOf(
  [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["168.63.129.16", 32],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ],
  "ipv4",
);
// Within 2000::/3: protocol assignments with Teredo, 6to4, which carries an IPv4 address, and documentation.
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, "ipv6");
}

function listOf(networks: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
}
