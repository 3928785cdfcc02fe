/**
 * Which addresses are of the public internet. What is not known to be public is not: of IPv6 only what is handed
 * out (2000::/3), so that mapped, translated (NAT64), unique-local and link-local ones need no list to be complete.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** [network, prefix length, what it is]; the IANA special-purpose address registries, as of 2025. */
const NOT_PUBLIC_4 = [
  ['0.0.0.0', 8, 'this host'],
  ['10.0.0.0', 8, 'a private network'],
  ['100.64.0.0', 10, 'a carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, where clouds keep their metadata'],
  ['172.16.0.0', 12, 'a private network'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved for documentation'],
  ['192.88.99.0', 24, 'a 6to4 relay'],
  ['192.168.0.0', 16, 'a private network'],
  ['198.18.0.0', 15, 'reserved for benchmarks'],
  ['198.51.100.0', 24, 'reserved for documentation'],
  ['203.0.113.0', 24, 'reserved for documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
  // Public by number, but answered by the machine's own cloud: Azure's metadata and agent service.
  ['168.63.129.16', 32, 'a cloud’s metadata service'],
] as const;

/** Within 2000::/3; those that carry an IPv4 address inside could stand for any of the above. */
const NOT_PUBLIC_6 = [
  ['2001::', 23, 'reserved or a tunnel (Teredo)'],
  ['2001:db8::', 32, 'reserved for documentation'],
  ['2002::', 16, 'a tunnel (6to4)'],
  ['3fff::', 20, 'reserved for documentation'],
] as const;

type Range = { holds(address: string): boolean; what: string };

const RANGES_4: readonly Range[] = NOT_PUBLIC_4.map(([net, prefix, what]) =>
  rangeOf(net, prefix, 'ipv4', what),
);
const RANGES_6: readonly Range[] = NOT_PUBLIC_6.map(([net, prefix, what]) =>
  rangeOf(net, prefix, 'ipv6', what),
);
const GLOBAL_6 = rangeOf('2000::', 3, 'ipv6', '');
const LINK_LOCAL: readonly Range[] = [
  rangeOf('169.254.0.0', 16, 'ipv4', ''),
  rangeOf('fe80::', 10, 'ipv6', ''),
];
/** `::ffff:a.b.c.d`, also in hexadecimal: the system connects to a.b.c.d. */
const MAPPED = rangeOf('::ffff:0:0', 96, 'ipv6', '');

/** What kind of address it is, when it is not a public one; null for a public one. */
export function whyNotPublic(address: string): string | null {
  if (isIP(address) === 0) return 'no address';
  if (isIPv6(address) && !GLOBAL_6.holds(address)) return kindOf6(address);
  const ranges = isIPv6(address) ? RANGES_6 : RANGES_4;
  return ranges.find((range) => range.holds(address))?.what ?? null;
}

/** Where clouds hand out credentials to whoever asks: opened for nobody, whatever is configured. */
export function isLinkLocal(address: string): boolean {
  return LINK_LOCAL.some((range) => range.holds(address)) || address.toLowerCase() === 'fd00:ec2::254';
}

function kindOf6(address: string): string {
  if (address === '::1') return 'loopback';
  if (MAPPED.holds(address)) return 'an IPv4 address in IPv6 form';
  if (/^f[cd]/i.test(address)) return 'a private network';
  if (/^fe[89ab]/i.test(address)) return 'link-local';
  if (/^ff/i.test(address)) return 'multicast';
  if (/^64:ff9b:/i.test(address)) return 'a translated IPv4 address (NAT64)';
  return 'reserved';
}

function rangeOf(net: string, prefix: number, family: 'ipv4' | 'ipv6', what: string): Range {
  const list = new BlockList();
  list.addSubnet(net, prefix, family);
  // Node's list takes a mapped address for the IPv4 one, which must not match an IPv6 range by chance.
  return { holds: (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'), what };
}
