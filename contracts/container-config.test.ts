import { describe, expect, it } from 'vitest';
import { readContainerConfig, splitAddress } from './container-config.ts';

describe("a group's configuration", () => {
  it.each([null, '{}', '{"egress":{}}'])(
    '%s is the default: public hosts, ports 80 and 443, no budget',
    (text) => {
      expect(readContainerConfig(text)).toMatchObject({
        ok: true,
        config: {
          egress: { policy: 'public', hosts: [], ports: [80, 443], private: [] },
          ...{ model: null, effort: null, memoryMb: null, additionalMounts: [] },
          budget: { usdPerDay: null, tokensPerDay: null },
        },
      });
    },
  );

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'object'],
    ['{"egres":{}}', 'egres'],
    ['{"egress":{"policy":"open"}}', 'egress.policy'],
    ['{"egress":{"policy":"allowlist"}}', 'egress.hosts: the policy "allowlist" needs hosts'],
    ['{"egress":{"hosts":["example.com"]}}', 'hosts count only with'],
    ['{"egress":{"policy":"allowlist","hosts":["https://example.com"]}}', 'egress.hosts.0: is no host'],
    ['{"egress":{"policy":"allowlist","hosts":["*"]}}', 'is no host'],
    ['{"egress":{"private":["nas.local:80"]}}', 'egress.private.0: is no address'],
    ['{"egress":{"ports":[0]}}', 'egress.ports.0'],
    ['{"model":"x; rm -rf /"}', 'model: is no name of a model'],
    ['{"effort":"extreme"}', 'effort'],
    ['{"memoryMb":10}', 'memoryMb'],
    ['{"budget":{"usdPerDay":0}}', 'budget.usdPerDay'],
    ['{"additionalMounts":[{"hostPath":"projects"}]}', 'additionalMounts.0.hostPath: is no absolute path'],
    ['{"additionalMounts":[{"hostPath":"/a","name":"../b"}]}', 'additionalMounts.0.name'],
  ])('%s is refused and says where: %s', (text, problem) => {
    expect(readContainerConfig(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});

describe('an address with its port', () => {
  it.each([
    ['192.168.1.9:8080', { address: '192.168.1.9', port: 8080 }],
    ['[fd12::1]:80', { address: 'fd12::1', port: 80 }],
    ['fd12::1:80', null],
    ['192.168.1.9', null],
    ['192.168.1.900:80', null],
    ['192.168.1.9:0', null],
    ['192.168.1.9:65536', null],
  ])('%s', (text, found) => expect(splitAddress(text)).toEqual(found));
});
