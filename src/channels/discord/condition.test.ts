import { describe, expect, it } from 'vitest';
import { type Condition, describeCondition, diagnose, readCloseCode } from './condition.ts';

describe('a failed login', () => {
  it.each([
    [
      Object.assign(new Error('An invalid token was provided.'), { code: 'TokenInvalid' }),
      'refused',
      'token',
    ],
    [new Error('Authentication failed'), 'refused', 'DISCORD_BOT_TOKEN'],
    [new Error('Used disallowed intents'), 'refused', 'Message Content Intent'],
    [new Error('Not enough sessions remaining to spawn 1 shards; only 0 remaining'), 'again', 'today'],
    [new Error('connect ECONNREFUSED'), 'silent', 'ECONNREFUSED'],
    ['odd', 'silent', 'odd'],
  ])('by %s', (error, kind, reason) => {
    expect(diagnose(error)).toEqual({ kind, reason: expect.stringContaining(reason) });
  });
});

it.each([
  [4004, 'token'],
  [4014, 'Message Content Intent'],
])('close code %i needs a person and says what for', (code, reason) => {
  expect(readCloseCode(code)).toContain(reason);
});

it.each([1000, 1006, 4000, 4007, 4009])('close code %i needs nobody', (code) => {
  expect(readCloseCode(code)).toBeNull();
});

it.each<[Condition, string, string]>([
  [{ kind: 'connecting' }, 'starting', 'connecting'],
  [{ kind: 'connected', as: '나노봇' }, 'ok', '나노봇'],
  [{ kind: 'interrupted' }, 'degraded', 'broke'],
  [{ kind: 'deaf', silentMs: 82_500 }, 'degraded', 'nothing heard from Discord for 83 s'],
  [
    { kind: 'waiting', reason: 'no network', retryMs: 4200, isSilent: true },
    'failed',
    'no network; next try in 5 s',
  ],
  [{ kind: 'refused', reason: 'do this' }, 'failed', 'do this'],
  [{ kind: 'stopped' }, 'off', 'stopped'],
])('%j is shown as %s', (condition, state, reason) => {
  const health = { name: 'channel:discord', state, required: false, reason: expect.stringContaining(reason) };
  expect(describeCondition(condition, [])).toMatchObject(health);
});

it.each<[Condition, string | undefined]>([
  [{ kind: 'refused', reason: 'do this' }, 'channel_refused'],
  [{ kind: 'interrupted' }, 'platform_down'],
  [{ kind: 'waiting', reason: 'nobody answers', retryMs: 5000, isSilent: true }, 'platform_down'],
  [{ kind: 'waiting', reason: 'few starts', retryMs: 5000, isSilent: false }, undefined],
  [{ kind: 'deaf', silentMs: 82_500 }, 'channel_deaf'],
  [{ kind: 'connected', as: '나노봇' }, undefined],
])('what is wrong with %j is %s', (condition, signal) => {
  expect(describeCondition(condition, []).signal).toBe(signal);
});

it('what a person may want to know besides is part of the reason, and changes no state', () => {
  expect(describeCondition({ kind: 'connected', as: '나노봇' }, ['one', 'two'])).toMatchObject({
    state: 'ok',
    reason: 'connected as 나노봇; one; two',
  });
});
