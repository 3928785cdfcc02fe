import { expect, test } from 'vitest';
import { createRedact, secretsIn } from './redact.ts';

const redact = createRedact([]);

test.each([
  ['a prepaid key', 'key sk-ant-api03-AbC_d-1234567890 end', 'key [redacted] end'],
  ['a subscription token', 'sk-ant-oat01-xyzxyzxyz', '[redacted]'],
  ['Slack tokens', 'xoxb-12-34-ab xapp-1-A-2-b xoxp-9', '[redacted] [redacted] [redacted]'],
  [
    'a Discord token',
    'token MTAwMDAwMDAwMDAwMDAwMDAx.GaBcDe.abcdefghijklmnopqrstuvwxyz0123 bad',
    'token [redacted] bad',
  ],
  [
    'a Discord webhook',
    'POST https://discord.com/api/webhooks/123456/AbC-d_e failed',
    'POST https://discord.com/api/webhooks/[redacted] failed',
  ],
  ['a Slack webhook', 'https://hooks.slack.com/services/T0/B0/xYz', 'https://hooks.slack.com/[redacted]'],
  ['a JSON token', '{"accessToken":"abc def","expiresAt":5}', '{"accessToken":"[redacted]","expiresAt":5}'],
  [
    'a JSON token in a string',
    '"{\\"refresh_token\\":\\"abc\\"}"',
    '"{\\"refresh_token\\":\\"[redacted]\\"}"',
  ],
  ['a bearer', 'authorization: Bearer abc.def-123', 'authorization: Bearer [redacted]'],
  ['cookies', 'Set-Cookie: sid=abc; Path=/\nnext', 'Set-Cookie: [redacted]\nnext'],
  ['a query', 'GET /me?access_token=THAAabc&x=1', 'GET /me?access_token=[redacted]&x=1'],
  ['an assignment', 'export SLACK_BOT_TOKEN=abcdef', 'export SLACK_BOT_TOKEN=[redacted]'],
  ['a JSON web token', 'eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', '[redacted]'],
])('%s is hidden', (_what, text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  'exit code 1, pid 4711, /srv/nanoclaw/logs/nanoclaw.2026-03-01.1.log',
  'inc-20260301T101500-3fa2',
  'usage: input 100 tokens, output 20 tokens',
  '토큰이 만료되었습니다 🙂 @everyone',
])('ordinary text stays as it is: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('every secret value of .env is hidden, also inside JSON and addresses', () => {
  const values = {
    DISCORD_WEBHOOK_URL: 'http://127.0.0.1/hook?a=b&c=planted',
    NANOCLAW_TOKEN: 'pla"nted\\one',
    TZ: 'Asia/Seoul',
    LOG_LEVEL: 'info',
    SLACK_BOT_TOKEN: undefined,
  };
  const clean = createRedact(secretsIn(values));
  const text = JSON.stringify({ a: values.NANOCLAW_TOKEN, b: values.DISCORD_WEBHOOK_URL });
  expect(clean(text)).toBe('{"a":"[redacted]","b":"[redacted]"}');
  expect(clean(`x=${encodeURIComponent(values.DISCORD_WEBHOOK_URL)}`)).toBe('x=[redacted]');
  expect(clean('Asia/Seoul info')).toBe('Asia/Seoul info');
});

test('a short value is a word, not a secret, and a long one hides whole', () => {
  const clean = createRedact(['on', 'secret-1', 'secret-1-and-more']);
  expect(clean('on secret-1-and-more')).toBe('on [redacted]');
});

// What looks back for every character would take hours here; the limit only has to tell the two apart.
test.each([
  ['a', 1e6],
  ['"token":', 1e5],
  ['x-', 5e5],
  ['cookie:', 1e5],
] as const)(
  'a megabyte of “%s” without a line end is read through once',
  (text, times) => {
    expect(redact(text.repeat(times)).length).toBeGreaterThan(0);
  },
  60_000,
);
