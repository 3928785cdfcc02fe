import { describe, expect, it } from 'vitest';
import type { Failure } from './failure.ts';
import { judgeHealth, type SlackCondition } from './health.ts';

const connected = { kind: 'connected' } as const;
const good = { broken: null, refusal: null, connection: connected, missingScopes: [], behind: 0 };
const failed = (failure: Failure) => ({ ...good, connection: { kind: 'waiting', failure } as const });
const waiting = (code: string, needed: string | null = null) => failed({ kind: 'refused', code, needed });
const deaf = { ...good, connection: { kind: 'deaf', ms: 7400 } as const };

describe('the Slack channel', () => {
  it.each([
    ['is well when it is connected', good, 'ok', /connected/],
    [
      'says how many chats it still reads',
      { ...good, behind: 2 },
      'ok',
      /reading missed messages \(chats: 2\)/,
    ],
    [
      'starts while it connects',
      { ...good, connection: { kind: 'connecting' } as const },
      'starting',
      /connecting/,
    ],
    [
      'names the bot token when that is refused',
      { ...good, refusal: 'invalid_auth' },
      'failed',
      /SLACK_BOT_TOKEN/,
    ],
    ['names the app token when that is refused', waiting('invalid_auth'), 'failed', /SLACK_APP_TOKEN/],
    [
      'names the scope the app token lacks',
      waiting('missing_scope', 'connections:write'),
      'failed',
      /missing_scope: connections:write/,
    ],
    [
      'says that Slack cannot be reached',
      failed({ kind: 'unreachable', reason: 'ENOTFOUND' }),
      'failed',
      /ENOTFOUND.*trying again/,
    ],
    ['says that it hears nothing', deaf, 'degraded', /nothing heard from Slack for 7 s/],
    ['is well without files', { ...good, missingScopes: ['files:read', 'files:write'] }, 'ok', /files:read/],
    ['names scopes that cost messages', { ...good, missingScopes: ['im:history'] }, 'degraded', /im:history/],
    [
      'is well without a sign while working',
      { ...good, missingScopes: ['reactions:write'] },
      'ok',
      /reactions:write/,
    ],
    ['says that its library is not there', { ...good, broken: 'Bolt cannot be loaded' }, 'failed', /npm ci/],
  ])('%s', (_title, condition: SlackCondition, state, reason) => {
    const health = judgeHealth(condition);
    expect(health).toMatchObject({ name: 'channel:slack', state, required: false });
    expect(health.reason).toMatch(reason);
  });

  it.each([
    ['the bot token', { ...good, refusal: 'invalid_auth' }, 'channel_refused'],
    ['the app token', waiting('invalid_auth'), 'channel_refused'],
    ['its connection by giving no answer', failed({ kind: 'lost', reason: 'HTTP 503' }), 'platform_down'],
    ['it by not being there', failed({ kind: 'unreachable', reason: 'ECONNREFUSED' }), 'platform_down'],
    ['too many tries', failed({ kind: 'rate_limited', afterMs: 5000 }), undefined],
    ['nothing, and sends nothing', deaf, 'channel_deaf'],
    ['nothing', good, undefined],
  ])('says what is wrong when Slack refuses %s', (_title, condition: SlackCondition, signal) => {
    expect(judgeHealth(condition).signal).toBe(signal);
  });
});
