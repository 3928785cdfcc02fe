import { expect, test } from 'vitest';
import type { PageNotice } from '../../contracts/action.ts';
import { createRedact } from '../../contracts/redact.ts';
import { checkWebhookMessage } from '../../tests/world/webhook-limits.ts';
import { elapsed, truncate } from './bulletin.ts';
import type { Route } from './routes.ts';
import { type MessageContext, writeEdit, writeMessage } from './write-message.ts';

const NOTICE: PageNotice = {
  kind: 'page',
  incident: 'inc-20260301T101500-3fa2',
  number: 1,
  cause: 'crash',
  detail: 'exit code 1',
  faultAt: Date.UTC(2026, 2, 1, 10, 15),
  at: Date.UTC(2026, 2, 1, 10, 20, 30),
  tiers: [
    { tier: 1, state: 'failed' },
    { tier: 2, state: 'active' },
    { tier: 3, state: 'unavailable' },
  ],
};
const CONTEXT: MessageContext = {
  language: 'en',
  timeZone: 'Asia/Seoul',
  mention: '<@123456789012345678>',
  recordPath: '/srv/nanoclaw/supervisor/incidents/x.jsonl',
  logFolder: '/srv/nanoclaw/logs',
  health: 'HTTP 503 · store: cannot write',
  isListening: true,
  maybeRepeated: false,
  redact: createRedact(['planted-secret']),
};
const DISCORD: Route = { name: 'discord', platform: 'discord', address: 'http://127.0.0.1/' };
const SLACK: Route = { name: 'slack', platform: 'slack', address: 'http://127.0.0.1/' };

type Embed = { title: string; description: string; fields: { name: string; value: string }[] };
type Message = { content: string; allowed_mentions: object; embeds: [Embed] };
const text = (route: Route, notice: Partial<PageNotice>, context: Partial<MessageContext> = {}) =>
  JSON.stringify(writeMessage({ ...NOTICE, ...notice }, route, { ...CONTEXT, ...context }));
const discord = (notice: Partial<PageNotice>, context: Partial<MessageContext> = {}) =>
  JSON.parse(text(DISCORD, notice, context)) as Message;

test.each([DISCORD, SLACK])(
  'a page on $platform says what, since when, how long, which tiers, what a session found, the health, where to look, what to type',
  (route) => {
    const page = text(route, { session: '1 fixes tried, none kept; CAUSE: a bad disk' });
    for (const part of [
      'keeps crashing',
      'exit code 1',
      '19:15',
      '5m 30s',
      '❌ 1',
      '⏳ 2',
      'HTTP 503',
      'Emergency session',
      'CAUSE: a bad disk',
      CONTEXT.recordPath,
      CONTEXT.logFolder,
      'journalctl -u nanoclaw -n 100',
      `nanoclaw incidents show ${NOTICE.incident}`,
      'pause 30m',
    ])
      expect(page).toContain(part);
  },
);

test('a Korean page is Korean, commands to answer with included', () => {
  const page = text(DISCORD, {}, { language: 'ko' });
  for (const part of ['멈췄습니다', '비정상 종료', '단계', '일시정지 30분']) expect(page).toContain(part);
});

test('without a channel that is listened to, no answer is offered', () => {
  expect(text(DISCORD, {}, { isListening: false })).not.toContain('pause 30m');
});

test.each([
  ['page', true],
  ['repage', true],
  ['resolved', true],
  ['notice', false],
] as const)('a %s rings the configured person: %s', (kind, rings) => {
  const { content, allowed_mentions } = discord({ kind });
  expect(content).toBe(rings ? CONTEXT.mention : '');
  expect(allowed_mentions).toEqual(rings ? { parse: [], users: ['123456789012345678'] } : { parse: [] });
});

test.each([
  ['<@&123456789012345678>', { parse: [], roles: ['123456789012345678'] }],
  ['<@11111> <@&22222> <@U0123>', { parse: [], users: ['11111'], roles: ['22222'] }],
  [null, { parse: [] }],
  ['@everyone', { parse: [] }],
])('the mention %s allows exactly that', (mention, allowed) => {
  expect(discord({}, { mention }).allowed_mentions).toEqual(allowed);
});

test('Slack rings its own kind of mention and shows everything else as text', () => {
  const message = text(SLACK, { detail: '<!everyone> & <@U9>' }, { mention: '<@11111> <@U0123>' });
  expect(JSON.parse(message).text).toMatch(/^<@U0123> \*/);
  expect(message).not.toContain('<!everyone>');
  expect(message).not.toContain('<@U9>');
});

test('progress is an edit that rings nobody and keeps the title', () => {
  const progress = { ...NOTICE, detail: 'second try', at: NOTICE.at + 60_000 };
  const edit = JSON.parse(JSON.stringify(writeEdit(NOTICE, progress, CONTEXT))) as Message;
  expect(edit.content).toBeUndefined();
  expect(edit.allowed_mentions).toEqual({ parse: [] });
  expect(edit.embeds[0]).toMatchObject({
    title: '🚨 nanoclaw is down and needs you',
    description: expect.stringContaining('second try'),
  });
  expect(JSON.stringify(edit)).toContain('6m 30s');
});

const NASTY: [string, string][] = [
  ['quotes and newlines', '"a"\n\\ \' ` \u0000 \u2028'],
  ['emoji', '🙂👩‍👩‍👧‍👦'.repeat(700)],
  ['mentions', '@everyone @here <@&1> <!channel>'],
  ['ten kilobytes of log', 'ERROR {"a":"b & <c>"}\n'.repeat(500)],
  ['fences', '```js\n```'.repeat(600)],
  ['nothing', ''],
];

test.each(NASTY)('%s leave a message that the platforms take', (_what, detail) => {
  const nasty = { health: detail, recordPath: `/${'x'.repeat(3000)}`, logFolder: `/${'y'.repeat(900)}` };
  for (const kind of ['page', 'resolved'] as const) {
    const message = text(DISCORD, { kind, detail }, nasty);
    expect(checkWebhookMessage(message, 'message')).toMatchObject({ ok: true });
    expect(message).not.toContain('@everyone');
    expect(Buffer.from(message).toString()).not.toContain('\ufffd');
  }
  const { blocks } = JSON.parse(text(SLACK, { detail }, nasty)) as { blocks: { text: { text: string } }[] };
  for (const block of blocks) expect(block.text.text.length).toBeLessThanOrEqual(3000);
});

test('secrets are hidden wherever they stand, and before a cut could leave a part of one', () => {
  const key = 'sk-ant-api03-AAAAAAAAAAAAAAAA';
  const detail = `${'x'.repeat(4060)}planted-secret ${key}`;
  for (const route of [DISCORD, SLACK]) {
    const message = text(route, { detail }, { health: `Bearer abcdefgh ${key}` });
    expect(message).not.toMatch(/plante|sk-ant|abcdefgh/);
  }
});

test('a repeat that may be one says so', () => {
  expect(text(DISCORD, {}, { maybeRepeated: true })).toContain('may be a repeat');
});

test.each([
  [45_000, '45s'],
  [725_000, '12m 5s'],
  [11_220_000, '3h 7m'],
])('%i ms are shown as %s', (ms, shown) => {
  expect(elapsed(ms)).toBe(shown);
});

test('a cut never splits an emoji', () => {
  for (const limit of [9, 10]) {
    expect(Buffer.from(truncate('🙂'.repeat(9), limit)).toString()).not.toContain('\ufffd');
  }
});
