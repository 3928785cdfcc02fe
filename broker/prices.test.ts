import { expect, it } from 'vitest';
import { costUsd } from './prices.ts';

const million = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0 };

it.each([
  ['claude-haiku-4-5-20251001', 6],
  ['claude-3-5-haiku-20241022', 4.8],
  ['claude-sonnet-4-5', 18],
  ['claude-opus-4-5-20251101', 30],
  ['claude-opus-4-1-20250805', 90],
  ['something-new', 90],
  [null, 90],
])('a million tokens in and out of %s cost %d dollars', (model, dollars) => {
  expect(costUsd(million, model)).toBeCloseTo(dollars);
});

it('cache writes cost a quarter more than input, cache reads a tenth of it', () => {
  const cached = { input: 0, output: 0, cacheRead: 1_000_000, cacheWrite: 1_000_000 };
  expect(costUsd(cached, 'claude-sonnet-4-5')).toBeCloseTo(3 * 1.35);
});
