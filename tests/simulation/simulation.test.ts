import { describe, expect, test } from 'vitest';
import { FAULTS } from './faults.ts';
import { MUTANTS } from './mutants.ts';
import { describeDay, runCut, runHealthyDays, runSeed } from './simulate.ts';

/** As many as two busy cores do in a minute; `npm run proof` runs ten thousand. */
const SEEDS = 200;
const MOST_CUTS = 15;

test(`${SEEDS} seeded days with faults break no invariant`, { timeout: 240_000 }, () => {
  const bad: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = runSeed(seed);
    if (result.violations.length > 0) bad.push(describeDay(result));
  }
  expect(bad.join('\n')).toBe('');
});

test('the same seed brings the same day', () => {
  expect(runSeed(7)).toEqual(runSeed(7));
});

test('thirty healthy days bring no needless start and no page', { timeout: 120_000 }, () => {
  const { violations, pages, incidents } = runHealthyDays(1, 30);
  expect({ violations, pages, incidents }).toEqual({ violations: [], pages: 0, incidents: 0 });
});

describe('a core that is broken on purpose is found within 100 seeds', () => {
  test.each(Object.entries(MUTANTS))('when it %s', { timeout: 240_000 }, (_name, core) => {
    const found = () => {
      for (let seed = 1; seed <= 100; seed += 1) if (runSeed(seed, core).violations.length > 0) return seed;
      return null;
    };
    expect(found()).not.toBeNull();
  });
});

describe('a supervisor killed at any step of its answer goes on without doubling anything', () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s',
    { timeout: 120_000 },
    (_name, fault) => {
      const { steps } = runCut(fault, 3, null);
      const stride = Math.max(1, Math.ceil(steps / MOST_CUTS));
      const bad: string[] = [];
      for (let cutAt = 1; cutAt <= steps; cutAt += stride) {
        const result = runCut(fault, 3, cutAt);
        if (result.violations.length > 0) bad.push(describeDay(result));
      }
      expect(bad.join('\n')).toBe('');
    },
  );
});
