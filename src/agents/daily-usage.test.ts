import { describe, expect, it } from 'vitest';
import { DailyUsage, whySpent } from './daily-usage.ts';

/** 2026-03-01 23:59:59 in Seoul. */
const EVENING = Date.parse('2026-03-01T14:59:59Z');

function ledger(rows = new Map<string, string>()) {
  let now = EVENING;
  const usage = new DailyUsage({
    rows: { get: (folder) => rows.get(folder) ?? null, put: (folder, text) => void rows.set(folder, text) },
    now: () => now,
    timeZone: 'Asia/Seoul',
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { usage, rows, pass };
}

describe('the usage of a day', () => {
  it('adds up for each group by itself', () => {
    const { usage } = ledger();
    usage.add('a', { usd: 1, tokens: 10 });
    usage.add('a', { usd: 0.5, bytes: 7 });
    expect([usage.today('a'), usage.today('b')]).toMatchObject([
      { usd: 1.5, tokens: 10, bytes: 7 },
      { usd: 0, tokens: 0, bytes: 0 },
    ]);
  });

  it('is known after a restart, and begins anew at local midnight', () => {
    const { usage, rows } = ledger();
    usage.add('a', { usd: 1, tokens: 10, bytes: 3 });
    usage.save('a');
    const next = ledger(rows);
    expect(next.usage.today('a')).toMatchObject({ usd: 1, tokens: 10, bytes: 3 });
    next.pass(1000);
    expect(next.usage.today('a')).toMatchObject({ usd: 0, tokens: 0, bytes: 0 });
  });

  it.each(['', 'null', '[]', '{"day":1}', '{"day":"2026-03-01","usd":"much","tokens":-4}'])(
    'is nothing when its row is %s',
    (text) => {
      const { usage } = ledger(new Map([['a', text]]));
      expect(usage.today('a')).toMatchObject({ usd: 0, tokens: 0, bytes: 0 });
    },
  );
});

describe('a budget', () => {
  it.each([
    [{ usdPerDay: null, tokensPerDay: null }, null],
    [{ usdPerDay: 2.01, tokensPerDay: 101 }, null],
    [{ usdPerDay: 2, tokensPerDay: null }, '$2'],
    [{ usdPerDay: null, tokensPerDay: 100 }, '100 tokens'],
  ])('%o of a group that used $2 and 100 tokens: %s', (budget, limit) => {
    const reason = whySpent({ usd: 2, tokens: 100, bytes: 0 }, budget);
    if (limit === null) expect(reason).toBeNull();
    else expect(reason).toContain(limit);
  });
});
