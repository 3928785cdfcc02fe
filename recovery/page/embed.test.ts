import { expect, test } from 'vitest';
import type { PageNotice } from '../../contracts/action.ts';
import { buildMessage, type EmbedContext, elapsed, truncate } from './embed.ts';

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
    { tier: 3, state: 'unavailable' },
  ],
};
const CONTEXT: EmbedContext = {
  language: 'en',
  timeZone: 'Asia/Seoul',
  mention: '<@123456789012345678>',
  recordPath: '/srv/nanoclaw/supervisor/incidents/x.jsonl',
  maybeRepeated: false,
};

type Message = {
  content: string;
  allowed_mentions: object;
  embeds: [{ title: string; description: string; fields: { name: string; value: string }[] }];
};
const build = (notice: Partial<PageNotice>, context: Partial<EmbedContext> = {}) =>
  JSON.parse(JSON.stringify(buildMessage({ ...NOTICE, ...notice }, { ...CONTEXT, ...context }))) as Message;

test('a page says what, since when, how long, which tiers, where the record is and what to type', () => {
  const text = JSON.stringify(build({}));
  for (const part of [
    'keeps crashing',
    '19:15',
    '5m 30s',
    '❌ 1',
    CONTEXT.recordPath,
    'journalctl -u nanoclaw -n 100',
  ])
    expect(text).toContain(part);
  expect(text).toContain(`nanoclaw incidents show ${NOTICE.incident}`);
});

test('a Korean page is Korean', () => {
  expect(build({}, { language: 'ko' }).embeds[0].title).toContain('멈췄습니다');
});

test.each([
  ['<@123456789012345678>', { parse: [], users: ['123456789012345678'] }],
  ['<@&123456789012345678>', { parse: [], roles: ['123456789012345678'] }],
  [null, { parse: [] }],
  ['@everyone', { parse: [] }],
])('the mention %s allows exactly that', (mention, allowed) => {
  expect(build({}, { mention }).allowed_mentions).toEqual(allowed);
});

test('quotes, newlines, emoji and @everyone in the detail stay harmless text', () => {
  const description = build({ detail: '"a"\n\\ 🙂 @everyone' }).embeds[0].description;
  expect(description).toContain('"a"\n\\ 🙂');
  expect(description).not.toContain('@everyone');
});

test('ten thousand characters are cut to the limit without splitting an emoji', () => {
  const description = build({ detail: '🙂'.repeat(5000) }).embeds[0].description;
  expect(description.length).toBeLessThanOrEqual(4096);
  expect(isWhole(description)).toBe(true);
  for (const limit of [9, 10]) expect(isWhole(truncate('🙂'.repeat(9), limit))).toBe(true);
});

test.each([
  [45_000, '45s'],
  [725_000, '12m 5s'],
  [11_220_000, '3h 7m'],
])('%i ms are shown as %s', (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});

/** No half of a surrogate pair: only such halves are replaced when the text is encoded. */
function isWhole(text: string): boolean {
  return !Buffer.from(text, 'utf8').toString('utf8').includes('\ufffd');
}
