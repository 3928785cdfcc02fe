import { describe, expect, it } from 'vitest';
import { judgeHealth } from './health.ts';

const good = { broken: null, refusal: null, connection: { kind: 'connected' } as const, missingScopes: [] };
const waiting = (code: string, needed: string | null = null) => ({
  ...good,
  connection: { kind: 'waiting', failure: { kind: 'refused', code, needed } } as const,
});

describe('the Slack channel', () => {
  it.each([
    ['is well when it is connected', good, 'ok', /connected/],
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
      {
        ...good,
        connection: { kind: 'waiting', failure: { kind: 'unreachable', reason: 'ENOTFOUND' } } as const,
      },
      'failed',
      /ENOTFOUND.*trying again/,
    ],
    ['names scopes that cost messages', { ...good, missingScopes: ['im:history'] }, 'degraded', /im:history/],
    [
      'is well without a sign while working',
      { ...good, missingScopes: ['reactions:write'] },
      'ok',
      /reactions:write/,
    ],
    ['says that its library is not there', { ...good, broken: 'Bolt cannot be loaded' }, 'failed', /npm ci/],
  ])('%s', (_title, condition, state, reason) => {
    const health = judgeHealth(condition);
    expect(health).toMatchObject({ name: 'channel:slack', state, required: false });
    expect(health.reason).toMatch(reason);
  });
});
