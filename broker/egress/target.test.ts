import { describe, expect, it } from 'vitest';
import { isProxyRequest, plainTarget, tunnelTarget } from './target.ts';

describe('the target of a tunnel', () => {
  it.each([
    ['example.com:443', 'example.com', 443],
    ['EXAMPLE.com.:443', 'example.com', 443],
    ['예시.한국:443', 'xn--vv4b11d.xn--3e0b707e', 443],
    ['[2606:4700::1111]:443', '2606:4700::1111', 443],
    ['[::ffff:127.0.0.1]:80', '::ffff:7f00:1', 80],
    // Spellings that the system would take for 127.0.0.1 become just that, before anybody judges them.
    ['2130706433:80', '127.0.0.1', 80],
    ['0x7f.1:80', '127.0.0.1', 80],
    ['017700000001:80', '127.0.0.1', 80],
    ['１２７.0.0.1:80', '127.0.0.1', 80],
  ])('%s is %s port %i', (authority, host, port) => {
    expect(tunnelTarget(authority)).toEqual({ host, port });
  });

  it.each([
    ...[
      '',
      'example.com',
      'example.com:0',
      'example.com:65536',
      'example.com:http',
      ':443',
      '[::1]',
      '/path',
    ],
    ...[
      'user@example.com:443',
      'a b:443',
      'example.com:443/x',
      '999.1.1.1:80',
      '[fe80::1%eth0]:80',
      '%00:80',
    ],
  ])('“%s” is none', (authority) => {
    expect(() => tunnelTarget(authority)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

describe('the target of a plain request', () => {
  it.each([
    ['http://example.com', { host: 'example.com', port: 80, path: '/', authority: 'example.com' }],
    ['http://a.example:8080/x?y=1#z', { port: 8080, path: '/x?y=1', authority: 'a.example:8080' }],
    ['http://user:password@127.1/', { host: '127.0.0.1', authority: '127.0.0.1' }],
    ['http://[::1]/', { host: '::1', authority: '[::1]' }],
  ])('%s', (url, target) => expect(plainTarget(url)).toMatchObject(target));

  it.each([
    'https://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'http://',
    'http://[fe80::1%25a]/',
  ])('%s is none', (url) =>
    expect(() => plainTarget(url)).toThrow(expect.objectContaining({ code: 'bad_request' })),
  );
});

describe('a request that takes us for a proxy', () => {
  it.each([
    ['http://example.com/', true],
    ['HTTPS://example.com/', true],
    ['/anthropic/v1/messages', false],
    ['//example.com/', false],
    ['*', false],
  ])('%s: %s', (target, is) => expect(isProxyRequest(target)).toBe(is));
});
