import { describe, expect, it } from 'vitest';
import { isLinkLocal, whyNotPublic } from './addresses.ts';

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00::1',
  ])('%s may be connected to', (address) => expect(whyNotPublic(address)).toBeNull());
});

describe('any other address', () => {
  it.each([
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'carrier-grade'],
    ['100.100.100.200', 'carrier-grade'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['192.0.0.192', 'reserved'],
    ['198.18.0.1', 'benchmarks'],
    ['224.0.0.251', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['168.63.129.16', 'metadata'],
    ['::', 'reserved'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'reserved'],
    ['::ffff:127.0.0.1', 'IPv4 address in IPv6'],
    ['::ffff:7f00:1', 'IPv4 address in IPv6'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'IPv4 address in IPv6'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::a9fe:a9fe', 'NAT64'],
    ['fd00:ec2::254', 'private'],
    ['fc00::1', 'private'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fec0::1', 'reserved'],
    ['ff02::1', 'multicast'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ])('%s is refused as %s', (address, what) => expect(whyNotPublic(address)).toContain(what));
});

describe('the link-local addresses', () => {
  it.each([
    ['169.254.169.254', true],
    ['fe80::a', true],
    ['fd00:ec2::254', true],
    ['192.168.0.1', false],
    ['127.0.0.1', false],
  ])('%s: %s', (address, is) => expect(isLinkLocal(address)).toBe(is));
});
