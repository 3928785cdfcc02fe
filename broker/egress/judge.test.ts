import { describe, expect, it } from 'vitest';
import { egressSchema } from '../../contracts/container-config.ts';
import { judgeAddress, judgeTarget } from './judge.ts';

const open = egressSchema.parse({});
const listed = egressSchema.parse({ policy: 'allowlist', hosts: ['example.com', '*.pypi.org'] });
const none = egressSchema.parse({ policy: 'none', private: ['192.168.1.9:8080'] });
const nas = egressSchema.parse({ private: ['192.168.1.9:8080', '169.254.169.254:80', '[fd12::1]:8080'] });
const own = new Set(['93.184.216.34']);

describe("a target under the group's policy", () => {
  it.each([
    ['public', open, 'example.com', 443, null],
    ['public', open, 'example.com', 22, 'port'],
    ['public with another port', egressSchema.parse({ ports: [22] }), 'example.com', 22, null],
    ['allowlist', listed, 'example.com', 443, null],
    ['allowlist', listed, 'www.example.com', 443, 'not_in_allowlist'],
    ['allowlist', listed, 'files.pypi.org', 443, null],
    ['allowlist', listed, 'pypi.org', 443, 'not_in_allowlist'],
    ['allowlist', listed, 'evilpypi.org', 443, 'not_in_allowlist'],
    ['allowlist', listed, '1.1.1.1', 443, 'not_in_allowlist'],
    ['none', none, 'example.com', 443, 'policy_none'],
    ['none, whatever else is opened', none, '192.168.1.9', 8080, 'policy_none'],
    ['public with an opened address', nas, '192.168.1.9', 8080, null],
    ['public with an opened address, another port', nas, '192.168.1.9', 8081, 'port'],
  ])('%s: %o %s:%i → %s', (_name, config, host, port, code) => {
    expect(judgeTarget({ host, port }, config)?.code ?? null).toBe(code);
  });
});

describe('an address that a target leads to', () => {
  it.each([
    ['a public one', open, 'example.com', 443, '1.1.1.1', null],
    ['a private one', open, 'example.com', 443, '10.0.0.1', 'not_public'],
    ["this machine's public one", open, 'example.com', 443, '93.184.216.34', 'own_address'],
    ['an opened one, asked for itself', nas, '192.168.1.9', 8080, '192.168.1.9', null],
    ['an opened one in IPv6', nas, 'fd12::1', 8080, 'fd12::1', null],
    ['an opened one, reached by a name', nas, 'example.com', 8080, '192.168.1.9', 'not_public'],
    [
      'the metadata address, although somebody opened it',
      nas,
      '169.254.169.254',
      80,
      '169.254.169.254',
      'not_public',
    ],
  ])('%s', (_name, config, host, port, address, code) => {
    expect(judgeAddress(address, { host, port }, config, own)?.code ?? null).toBe(code);
  });

  it('is refused with its reason and with what an operator may change', () => {
    const refusal = judgeAddress('169.254.169.254', { host: 'a.example', port: 80 }, open, own);
    expect(refusal?.message).toMatch(
      /a\.example leads to 169\.254\.169\.254: link-local.*egress\.private.*nanoclaw groups add/,
    );
  });
});
