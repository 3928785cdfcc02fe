import { expect, test } from 'vitest';
import type { PageNotice } from '../../contracts/action.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import { judge, type PostResult } from './post.ts';
import { WebhookPager } from './webhook-pager.ts';

const notice = (kind: PageNotice['kind'], number = 1): PageNotice => ({
  kind,
  incident: 'inc-1',
  number,
  cause: 'crash',
  detail: 'exit code 1',
  faultAt: 0,
  at: 0,
  tiers: [],
});

/** A pager whose far end answers as told, on a clock that a test moves. */
class World {
  disk: string | null = null;
  answers: PostResult[] = [];
  posted: string[] = [];
  reports: Report[] = [];
  waits: { ms: number; run: () => void }[] = [];
  webhook: string | null = 'http://127.0.0.1/hook';
  pager = this.restart();

  restart(): WebhookPager {
    this.pager = new WebhookPager({
      settings: () => ({ webhook: this.webhook, language: 'en', timeZone: 'UTC', mention: null }),
      recordPath: (id) => `/incidents/${id}`,
      post: (_url, message) => {
        this.posted.push(JSON.stringify(message));
        return Promise.resolve(this.answers.shift() ?? { kind: 'delivered', messageId: 'm1' });
      },
      clock: {
        now: () => ({ mono: 0, wall: 0 }),
        after: (ms, run) => {
          this.waits.push({ ms, run });
          return () => undefined;
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

  settle = () => new Promise((resolve) => setImmediate(resolve));
}

const LATER: PostResult = { kind: 'retry', afterMs: null, unclear: false, reason: 'HTTP 500' };

test('a page is delivered once, however often it is asked for', async () => {
  const w = new World();
  w.pager.send(notice('page'));
  w.pager.send(notice('page'));
  await w.settle();
  w.pager.send(notice('page'));
  await w.settle();
  expect(w.posted).toHaveLength(1);
  expect(w.reports).toMatchObject([{ kind: 'page_result', ok: true }]);
});

test('a failing webhook is tried again with growing waits, and Retry-After is honoured', async () => {
  const w = new World();
  w.answers = [LATER, LATER, { kind: 'retry', afterMs: 7000, unclear: false, reason: 'HTTP 429' }];
  w.pager.send(notice('page'));
  for (let round = 0; round < 3; round += 1) {
    await w.settle();
    w.waits[round]?.run();
  }
  await w.settle();
  expect(w.waits.map(({ ms }) => ms)).toEqual([1000, 2000, 7000]);
  expect(w.posted).toHaveLength(4);
});

test('a new supervisor delivers what the former one left, marked as a possible repeat', async () => {
  const w = new World();
  w.answers = [{ ...LATER, unclear: true }];
  w.pager.send(notice('page'));
  await w.settle();
  w.pager.stop();
  w.restart().start();
  await w.settle();
  expect(w.posted).toHaveLength(2);
  expect(w.posted[1]).toContain('may be a repeat');
});

test('a resolved notice follows only a page that went out', async () => {
  const sent = new World();
  sent.pager.send(notice('page'));
  await sent.settle();
  sent.pager.send(notice('resolved', 2));
  await sent.settle();
  expect(sent.posted).toHaveLength(2);

  const unsent = new World();
  unsent.answers = [LATER];
  unsent.pager.send(notice('page'));
  await unsent.settle();
  unsent.pager.send(notice('resolved', 2));
  unsent.waits[0]?.run();
  await unsent.settle();
  expect(unsent.posted).toHaveLength(1);
});

test('without a webhook the page fails with the reason', () => {
  const w = new World();
  w.webhook = null;
  w.pager.send(notice('page'));
  expect(w.reports).toMatchObject([{ ok: false, detail: expect.stringContaining('no pager configured') }]);
});

test.each([
  [204, undefined, 'delivered'],
  [429, '2', 'retry'],
  [500, undefined, 'retry'],
  [404, undefined, 'refused'],
] as const)('HTTP %i (Retry-After %s) means %s', (status, retryAfter, kind) => {
  expect(judge(status, retryAfter, '{"id":"1"}').kind).toBe(kind);
});
