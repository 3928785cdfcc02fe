/** The pager against webhooks that misbehave: real connections, real deadlines, waits a fiftieth as long. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PageNotice } from '../../contracts/action.ts';
import { createRedact } from '../../contracts/redact.ts';
import { createWebhook } from '../../recovery/page/post.ts';
import { WebhookPager } from '../../recovery/page/webhook-pager.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import { startWebhook, type Webhook } from '../world/webhook.ts';
import { type SlackHook, startSlackHook } from './fixtures/slack-hook.ts';
import { until } from './fixtures/supervised-home.ts';

const MENTION = '<@123456789012345678> <@U0123>';
const TIMEOUT_MS = 300;
const FASTER = 50;

let first: Webhook;
let second: Webhook;
let slack: SlackHook;
let reports: Report[];
let disk: string | null;
let pager: WebhookPager;

type Routes = { fallbacks: boolean };

function startPager({ fallbacks }: Routes): WebhookPager {
  pager = new WebhookPager({
    webhooks: () => ({
      webhook: first.webhookUrl,
      webhookFallback: fallbacks ? second.webhookUrl : null,
      slackWebhook: fallbacks ? slack.address : null,
    }),
    context: (incident) => ({
      ...{ language: 'ko', timeZone: 'Asia/Seoul', mention: MENTION, health: null, isListening: true },
      ...{
        recordPath: `/home/${incident}`,
        logFolder: '/home/logs',
        redact: createRedact(['planted-value']),
      },
    }),
    webhook: createWebhook(TIMEOUT_MS),
    clock: {
      now: () => ({ mono: performance.now() * FASTER, wall: Date.now() }),
      after: (ms, run) => {
        const timer = setTimeout(run, ms / FASTER);
        return () => clearTimeout(timer);
      },
    },
    file: {
      read: () => disk,
      write: (text) => {
        disk = text;
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    report: (event) => reports.push(event),
  });
  pager.start();
  return pager;
}

const notice = (kind: PageNotice['kind'], number = 1, detail = 'exit code 1'): PageNotice => ({
  ...{ kind, incident: 'inc-20260301T101500-3fa2', number, cause: 'crash', detail, faultAt: 0, at: 1 },
  tiers: [{ tier: 1, state: 'failed' }],
});
const delivered = (count: number) =>
  until(`${count} delivered`, async () => (reports.filter(isDelivered).length >= count ? true : null));
const isDelivered = (event: Report) => event.kind === 'page_result' && event.ok;
const shown = (webhook: Webhook) => webhook.deliveries.filter(({ kind }) => kind === 'message');
const textOf = (value: unknown) => JSON.stringify(value);

beforeEach(async () => {
  [first, second, slack] = await Promise.all([startWebhook(), startWebhook(), startSlackHook()]);
  [reports, disk] = [[], null];
});
afterEach(async () => {
  pager.stop();
  await Promise.all([first.stop(), second.stop(), slack.stop()]);
});

test.each([
  ['a rate limit', { kind: 'rate_limit', retryAfterSeconds: 1, times: 2 }],
  ['server errors', { kind: 'status', status: 500, times: 2 }],
  ['no answer', { kind: 'hang', times: 1 }],
])('%s on the only webhook: the page is repeated until it is shown, once', async (_what, fault) => {
  await first.misbehave(fault);
  startPager({ fallbacks: false }).send(notice('page'));
  await delivered(1);
  expect(shown(first)).toHaveLength(1);
});

test.each([
  ['a deleted webhook', { kind: 'unknown_webhook' }],
  ['server errors', { kind: 'status', status: 503 }],
  ['a rate limit', { kind: 'rate_limit', retryAfterSeconds: 60 }],
  ['no connection', { kind: 'refuse' }],
])('%s on the first webhook: the second shows the page, once', async (_what, fault) => {
  await first.misbehave(fault);
  startPager({ fallbacks: true }).send(notice('page'));
  await delivered(1);
  expect([shown(first).length, shown(second).length, slack.messages.length]).toEqual([0, 1, 0]);
  expect(textOf(shown(second))).not.toContain('중복일 수 있습니다');
});

test('an answer that is lost after the message was taken brings a repeat that says it may be one', async () => {
  await first.misbehave({ kind: 'hang', taken: true, times: 1 });
  startPager({ fallbacks: true }).send(notice('page'));
  await delivered(1);
  expect([shown(first).length, shown(second).length]).toEqual([1, 1]);
  expect(textOf(shown(second))).toContain('중복일 수 있습니다');
});

test('when Discord is gone altogether, Slack rings its own mention', async () => {
  await first.misbehave({ kind: 'refuse' });
  await second.misbehave({ kind: 'unknown_webhook' });
  startPager({ fallbacks: true }).send(notice('page'));
  await delivered(1);
  expect(slack.messages[0]?.text).toMatch(/^<@U0123> \*🚨/u);
  expect(textOf(slack.messages)).not.toContain('123456789012345678');
});

test('without a network pages wait, and leave in their order when it is back, over a restart of the supervisor', async () => {
  await first.misbehave({ kind: 'refuse' });
  startPager({ fallbacks: false }).send(notice('notice', 1));
  pager.send(notice('page', 2));
  await until('a failed try', async () => (reports.length > 0 ? true : null));
  pager.stop();
  startPager({ fallbacks: false }).send(notice('repage', 3));
  await first.misbehave({ kind: 'none' });
  await delivered(3);
  pager.send(notice('resolved', 4));
  await delivered(4);
  const titles = shown(first).map(({ payload }) => payload.embeds?.[0]?.title);
  expect(titles).toEqual([
    'ℹ️ nanoclaw 알림',
    '🚨 nanoclaw가 멈췄습니다. 확인이 필요합니다',
    '🚨 nanoclaw가 아직 멈춰 있습니다',
    '✅ nanoclaw가 복구되었습니다',
  ]);
});

test('the first message is edited with progress; page and end are new messages that ring exactly the configured one', async () => {
  startPager({ fallbacks: true }).send(notice('notice'));
  await delivered(1);
  const tiers: PageNotice['tiers'] = [{ tier: 2, state: 'active' }];
  const { incident, cause } = notice('page');
  pager.progress({ incident, cause, detail: 'freeing the disk', at: 2000, tiers });
  await until('the edit', async () => (first.deliveries.length > 1 ? true : null));
  pager.send(notice('page', 2));
  pager.send(notice('resolved', 3));
  await delivered(3);
  const [told, edit, ...ringing] = first.deliveries;
  expect(edit).toMatchObject({ kind: 'edit', messageId: told?.messageId });
  expect(textOf(edit)).toMatch(/freeing the disk.*⏳ 2/);
  expect(told?.payload.content).toBe('');
  expect(ringing.map(({ kind, payload }) => [kind, payload.content])).toEqual([
    ['message', '<@123456789012345678>'],
    ['message', '<@123456789012345678>'],
  ]);
  for (const { payload } of ringing) {
    expect(payload.allowed_mentions).toEqual({ parse: [], users: ['123456789012345678'] });
  }
});

test('any text is taken by the platform, and no secret leaves', async () => {
  const log =
    'ERROR "x"\n@everyone 🙂 {"accessToken":"planted-json"} sk-ant-api03-plantedkey planted-value\n';
  startPager({ fallbacks: true }).send(notice('page', 1, log.repeat(120)));
  await delivered(1);
  expect(first.attempts.map(({ status }) => status)).toEqual([200]);
  const text = textOf(first.deliveries);
  expect(text).toContain('ERROR');
  expect(text).not.toMatch(/planted|@everyone/);
});

test('a second supervisor after a crash repeats nothing that was delivered', async () => {
  startPager({ fallbacks: false }).send(notice('page'));
  await delivered(1);
  pager.stop();
  startPager({ fallbacks: false }).send(notice('page'));
  pager.send(notice('resolved', 2));
  await delivered(2);
  expect(shown(first)).toHaveLength(2);
});
