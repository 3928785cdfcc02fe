import { expect, test } from 'vitest';
import type { PageNotice, PageProgress } from '../../contracts/action.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { judge, type PostResult } from './post.ts';
import { WebhookPager } from './webhook-pager.ts';

const notice = (kind: PageNotice['kind'], number = 1, incident = 'inc-1'): PageNotice => ({
  ...{ kind, incident, number, cause: 'crash', detail: 'exit code 1', faultAt: 0, at: 0, tiers: [] },
});
const progress = (detail: string, incident = 'inc-1'): PageProgress => ({
  ...{ incident, cause: 'crash', detail, at: 0, tiers: [] },
});

/** A pager whose far ends answer as told, on a clock that a test moves. */
class World {
  disk: string | null = null;
  answers: PostResult[] = [];
  sent: { to: string; text: string }[] = [];
  edits: string[] = [];
  editAnswers: PostResult[] = [];
  reports: Report[] = [];
  waits: { at: number; run: () => void }[] = [];
  mono = 0;
  webhooks: Record<'webhook' | 'webhookFallback' | 'slackWebhook', string | null> = {
    webhook: 'one',
    webhookFallback: null,
    slackWebhook: null,
  };
  pager = this.restart();

  restart(): WebhookPager {
    this.waits = [];
    const context = {
      ...({ language: 'en', timeZone: 'UTC', mention: null, recordPath: '/x', logFolder: '/y' } as const),
      ...{ health: null, isListening: false, redact: (text: string) => text },
    };
    this.pager = new WebhookPager({
      webhooks: () => this.webhooks,
      context: () => context,
      webhook: {
        post: async (to, message) => {
          this.sent.push({ to, text: JSON.stringify(message) });
          return this.answers.shift() ?? { kind: 'delivered', messageId: String(this.sent.length) };
        },
        edit: async (_to, id, change) => {
          this.edits.push(`${id} ${JSON.stringify(change)}`);
          return this.editAnswers.shift() ?? { kind: 'delivered', messageId: id };
        },
      },
      clock: {
        now: () => ({ mono: this.mono, wall: this.mono }),
        after: (ms, run) => {
          const wait = { at: this.mono + ms, run };
          this.waits.push(wait);
          return () => {
            this.waits = this.waits.filter((other) => other !== wait);
          };
        },
      },
      file: {
        read: () => this.disk,
        write: (text) => {
          this.disk = text;
        },
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      report: (event) => this.reports.push(event),
    });
    return this.pager;
  }

  /** Lets the next timer fire at its time; gives how long it took. */
  async next(): Promise<number> {
    await settle();
    const [first] = this.waits.sort((a, b) => a.at - b.at);
    if (first === undefined) throw new Error('nothing waits');
    const waited = first.at - this.mono;
    this.mono = first.at;
    this.waits = this.waits.filter((other) => other !== first);
    first.run();
    await settle();
    return waited;
  }

  get to(): string[] {
    return this.sent.map(({ to }) => to);
  }
}

const later = (reason = 'HTTP 500', afterMs: number | null = null, unclear = false): PostResult => ({
  ...{ kind: 'retry', reason, afterMs, unclear },
});
const REFUSED: PostResult = { kind: 'refused', reason: 'HTTP 404' };

function world(change: Partial<World['webhooks']> = {}, answers: PostResult[] = []): World {
  const w = new World();
  w.webhooks = { ...w.webhooks, ...change };
  w.answers = answers;
  return w;
}

test('a page is delivered once, however often it is asked for', async () => {
  const w = world();
  w.pager.send(notice('page'));
  w.pager.send(notice('page'));
  await settle();
  w.pager.send(notice('page'));
  await settle();
  expect(w.sent).toHaveLength(1);
  expect(w.reports).toMatchObject([{ kind: 'page_result', ok: true }]);
});

test('one webhook alone is tried again with growing waits, and Retry-After is honoured', async () => {
  const w = world({}, [later(), later(), later('HTTP 429', 7000)]);
  w.pager.send(notice('page'));
  expect([await w.next(), await w.next(), await w.next()]).toEqual([1000, 2000, 7000]);
  expect(w.sent).toHaveLength(4);
});

test.each([
  ['404', REFUSED],
  ['500', later()],
  ['429', later('HTTP 429', 60_000)],
  ['no network', later('ENOTFOUND')],
])('%s on the first webhook: the page goes to the second at once', async (_what, answer) => {
  const w = world({ webhookFallback: 'two', slackWebhook: 'slack' }, [answer]);
  w.pager.send(notice('page'));
  await settle();
  expect(w.to).toEqual(['one', 'two']);
  expect(w.reports).toMatchObject([{ ok: true, detail: 'delivered to the second Discord webhook' }]);
});

test('Slack is the last way, and what follows in the incident goes the way its page went', async () => {
  const w = world({ webhookFallback: 'two', slackWebhook: 'slack' }, [REFUSED, later()]);
  w.pager.send(notice('page'));
  await settle();
  w.pager.send(notice('resolved', 2));
  await settle();
  expect(w.to).toEqual(['one', 'two', 'slack', 'slack']);
});

test('when all fail, all are tried again, but none before its Retry-After', async () => {
  const w = world({ webhookFallback: 'two' }, [later('HTTP 429', 5000), later('HTTP 429', 2000), later()]);
  w.pager.send(notice('page'));
  expect(await w.next()).toBe(2000);
  expect(w.to).toEqual(['one', 'two', 'two']);
  await w.next();
  expect(w.to.slice(3)).toEqual(['one']);
});

test('when all refuse for good, the page is given up with the reasons', async () => {
  const w = world({ slackWebhook: 'slack' }, [REFUSED, REFUSED]);
  w.pager.send(notice('page'));
  await settle();
  expect(w.reports).toMatchObject([{ ok: false, detail: 'refused (discord: HTTP 404, slack: HTTP 404)' }]);
  expect(w.waits).toEqual([]);
});

test('a delivery whose end is unknown is repeated with a note, one that surely failed without', async () => {
  for (const unclear of [true, false]) {
    const w = world({ webhookFallback: 'two' }, [later('ECONNRESET', null, unclear)]);
    w.pager.send(notice('page'));
    await settle();
    expect(w.sent.map(({ text }) => text.includes('may be a repeat'))).toEqual([false, unclear]);
  }
});

test('a new supervisor delivers what the former one left, marked as a possible repeat', async () => {
  const w = world({}, [later('no answer in time', null, true)]);
  w.pager.send(notice('page'));
  await settle();
  w.pager.stop();
  w.restart().start();
  await settle();
  expect(w.sent).toHaveLength(2);
  expect(w.sent[1]?.text).toContain('may be a repeat');
});

test('notices leave in the order they came', async () => {
  const w = world({}, [later()]);
  w.pager.send(notice('notice', 1, 'inc-0'));
  w.pager.send(notice('page'));
  w.pager.send(notice('repage', 2));
  await w.next();
  expect(w.sent.map(({ text }) => /reports|needs you|still down/.exec(text)?.[0])).toEqual([
    'reports',
    'reports',
    'needs you',
    'still down',
  ]);
});

test('re-pages that pile up without a network become one', async () => {
  const w = world({}, [later()]);
  for (const [number, kind] of (['page', 'repage', 'repage', 'repage'] as const).entries())
    w.pager.send(notice(kind, number + 1));
  await w.next();
  expect(w.sent).toHaveLength(3);
});

test.each([
  ['a page that went out', [], 2],
  ['a page that may have arrived', [later('ECONNRESET', null, true)], 3],
  ['a page that never went out', [later()], 1],
])('a resolved notice after %s', async (_what, answers, requests) => {
  const w = world({}, answers);
  w.pager.send(notice('page'));
  await settle();
  w.pager.send(notice('resolved', 2));
  w.pager.send(notice('resolved', 2));
  await settle();
  if (w.waits.length > 0) await w.next();
  expect(w.sent).toHaveLength(requests);
});

test('a notice alone brings no resolved one', async () => {
  const w = world();
  w.pager.send(notice('notice'));
  w.pager.send(notice('resolved', 2));
  await settle();
  expect(w.sent).toHaveLength(1);
});

test('the first message is edited with the newest progress, with a pause between edits', async () => {
  const w = world();
  w.pager.send(notice('notice'));
  w.pager.progress(progress('before it is sent'));
  await settle();
  w.pager.send(notice('page', 2));
  w.pager.progress(progress('second'));
  w.pager.progress(progress('third'));
  await settle();
  expect(await w.next()).toBe(2000);
  expect(w.edits.map((edit) => edit.slice(0, 2))).toEqual(['1 ', '1 ']);
  expect(w.edits[0]).toContain('before it is sent');
  expect(w.edits[1]).toContain('third');
});

test('an edit that fails is tried a few times and never holds up a page', async () => {
  const w = world();
  w.pager.send(notice('notice'));
  await settle();
  w.editAnswers = Array.from({ length: 9 }, () => later());
  w.pager.progress(progress('x'));
  await settle();
  w.pager.send(notice('page', 2));
  await settle();
  expect(w.sent).toHaveLength(2);
  while (w.waits.length > 0) await w.next();
  expect(w.edits).toHaveLength(5);
});

test('without a webhook the page fails with the reason', () => {
  const w = world({ webhook: null });
  w.pager.send(notice('page'));
  expect(w.reports).toMatchObject([{ ok: false, detail: expect.stringContaining('no pager configured') }]);
});

test.each([
  [204, {}, 'delivered', null],
  [429, { 'retry-after': '2' }, 'retry', false],
  [500, {}, 'retry', false],
  [504, {}, 'retry', true],
  [404, {}, 'refused', null],
  [401, {}, 'refused', null],
] as const)('HTTP %i with %o means %s, unclear %s', (status, headers, kind, unclear) => {
  const result = judge({ status, headers, body: '{"id":"1"}' });
  expect(result.kind).toBe(kind);
  expect(result.kind === 'retry' ? result.unclear : null).toBe(unclear);
});
