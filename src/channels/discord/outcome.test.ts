import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { isUnauthorized, NEVER, readRefusal } from './outcome.ts';

const apiError = (status: number, code: number, message = 'text') =>
  new DiscordAPIError({ code, message }, code, status, 'POST', 'http://x', {});
const limited = new RateLimitError({
  ...{
    timeToReset: 1500,
    retryAfter: 1500,
    limit: 5,
    method: 'POST',
    hash: 'h',
    url: 'http://x',
    route: '/x',
  },
  ...{ majorParameter: '1', global: false, sublimitTimeout: 0, scope: 'user' as const },
});

describe('a refusal by Discord', () => {
  it.each(Object.entries(NEVER))('with code %s can never succeed', (code, { reason, chat }) => {
    expect(readRefusal(apiError(403, Number(code)))).toEqual({
      ...{ kind: 'never', chat },
      reason: `${reason} (${code})`,
    });
  });

  it.each([
    [10_003, 'gone'],
    [50_001, 'gone'],
    [50_007, 'gone'],
    [50_013, 'gone'],
    [40_005, 'reachable'],
    [50_035, 'reachable'],
    [200_000, 'reachable'],
  ])('with code %i leaves the chat %s', (code, chat) => {
    expect(NEVER[code]?.chat).toBe(chat);
  });

  it.each([
    ['429', limited, { kind: 'later', afterMs: 1500 }],
    ['401', apiError(401, 0), { kind: 'later', afterMs: 60_000 }],
    ['an unknown 400', apiError(400, 12), { kind: 'never', chat: 'reachable' }],
    ['413', new HTTPError(413, 'Too Large', 'POST', 'http://x', {}), { kind: 'never', chat: 'reachable' }],
    ['a 403 with a reason nobody knows', apiError(403, 240_000), { kind: 'never', chat: 'reachable' }],
    ['a 404 with a reason nobody knows', apiError(404, 10_099), { kind: 'never', chat: 'reachable' }],
    ['a 403 of the network in front of Discord', apiError(403, 40_333), { kind: 'later', afterMs: null }],
    ['an unknown 403', apiError(403, 0), { kind: 'later', afterMs: null }],
    ['an unknown 404', apiError(404, 0), { kind: 'later', afterMs: null }],
    ['503', new HTTPError(503, 'Unavailable', 'POST', 'http://x', {}), { kind: 'unclear' }],
    ['a reset connection', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), { kind: 'unclear' }],
    ['a timeout', new DOMException('This operation was aborted', 'AbortError'), { kind: 'unclear' }],
    ['something thrown that is no error', 'what?', { kind: 'unclear', reason: 'what?' }],
  ])('of %s is understood', (_what, error, refusal) => {
    expect(readRefusal(error)).toMatchObject(refusal);
  });

  it('names a refused token apart', () => {
    expect([apiError(401, 0), apiError(403, 0), new Error('x')].map(isUnauthorized)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
