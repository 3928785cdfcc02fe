import { expect, test } from 'vitest';
import { type Asked, refuse } from './guard.ts';

const LOOPBACK = { token: 'right-token', bind: '127.0.0.1', port: 8788 };
const asked = (change: Partial<Asked>): Asked => ({
  method: 'GET',
  path: '/api/status',
  host: '127.0.0.1:8788',
  origin: undefined,
  authorization: undefined,
  ...change,
});
const POST = { method: 'POST', path: '/api/restart' };
const RIGHT = { authorization: 'Bearer right-token' };

test.each([
  ['reading on loopback needs no token', {}, null],
  ['a foreign host name is refused', { host: 'evil.example:8788' }, 'host_not_allowed'],
  ['no host is refused', { host: undefined }, 'host_not_allowed'],
  ['localhost is ours', { host: 'localhost:8788' }, null],
  ['the figures on loopback need no token', { path: '/metrics' }, null],
  [
    'the figures under a foreign host name are refused',
    { path: '/metrics', host: 'evil.example' },
    'host_not_allowed',
  ],
  ['a POST needs the token', POST, 'token_needed'],
  ['a wrong token is refused', { ...POST, authorization: 'Bearer wrong' }, 'token_needed'],
  ['a POST with the token goes on', { ...POST, ...RIGHT }, null],
  [
    'a POST from another origin is refused',
    { ...POST, ...RIGHT, origin: 'https://evil.example' },
    'origin_not_allowed',
  ],
  ['a POST from the page goes on', { ...POST, ...RIGHT, origin: 'http://127.0.0.1:8788' }, null],
  ['reading the chat needs the token', { path: '/api/chat/events' }, 'token_needed'],
])('%s', (_title, change, code) => {
  expect(refuse(asked(change), LOOPBACK)?.code ?? null).toBe(code);
});

test('on an open bind reading needs the token too, and the page itself does not', () => {
  const open = { ...LOOPBACK, bind: '0.0.0.0' };
  const host = '192.0.2.7:8788';
  expect(refuse(asked({ host }), open)?.code).toBe('token_needed');
  expect(refuse(asked({ host, path: '/metrics' }), open)?.code).toBe('token_needed');
  expect(refuse(asked({ host, path: '/metrics', ...RIGHT }), open)).toBeNull();
  expect(refuse(asked({ host, path: '/' }), open)).toBeNull();
});
