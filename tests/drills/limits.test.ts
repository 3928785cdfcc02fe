import { describe, expect, it } from 'vitest';
import type { Drill } from './drill.ts';
import { lateness, limitsOf } from './limits.ts';

const START_SECONDS = 1;

function drill(expected: Partial<Drill['expected']>, policy: Record<string, unknown> = {}): Drill {
  return {
    name: 'a-drill',
    rows: [1],
    about: 'something breaks',
    scene: { policy },
    expected: { causes: ['crash'], tier: 1, pages: 0, ...expected },
    run: () => Promise.resolve(),
  };
}

describe('The limits of a drill', () => {
  it.each([
    ['a crash is told by its connection', drill({}), 0.15],
    ['a hang by the limit of the policy', drill({ causes: ['hang'] }), 10.25],
    ['or of its own policy', drill({ causes: ['hang'] }, { hang: { limitSeconds: 3 } }), 3.25],
    ['a bad answer by three looks', drill({ causes: ['not_ready'] }), 1.25],
    ['no answer by three that time out', drill({ causes: ['unreachable'] }), 13.25],
    ['what a probe sees by two of its looks', drill({ causes: ['config_broken'] }), 5],
  ])('%s', (_name, one, seconds) => {
    expect(limitsOf(one, START_SECONDS).detectedAfter).toBeCloseTo(seconds);
  });

  it('let a restart take a start, the looks that follow it, and the time it must stay well', () => {
    expect(limitsOf(drill({}), 1).healedAfter).toBeCloseTo(0.15 + 1 + 1 + 2);
    expect(limitsOf(drill({}), 5).healedAfter).toBeCloseTo(0.15 + 5 + 1 + 2);
  });

  it('let the next supervisor start before it sees anything', () => {
    expect(limitsOf(drill({ seenByNext: true }), 5).detectedAfter).toBeCloseTo(0.15 + 5);
  });

  it('let a remedy take more', () => {
    expect(limitsOf(drill({ tier: 2 }), 1).healedAfter).toBeCloseTo(0.15 + 3 + 1 + 2);
  });

  it.each([
    ['without an incident', drill({ causes: [], tier: null })],
    ['when a person heals it', drill({ tier: 4 })],
    ['when there are several faults', drill({ causes: ['crash', 'crash'] })],
  ])('ask nothing of the healing %s', (_name, one) => {
    expect(limitsOf(one, START_SECONDS).healedAfter).toBeNull();
  });
});

describe('A drill is slow', () => {
  const limits = { detectedAfter: 0.1, healedAfter: 4 };

  it('when a figure is over its limit, and says which', () => {
    expect(lateness({ detectedAfter: 0.3, healedAfter: 3, limits })).toBe(
      'seen after 0.30 s, the limit is 0.10 s',
    );
    expect(lateness({ detectedAfter: 0.3, healedAfter: 9, limits })).toContain('; healed after 9.00 s');
  });

  it('neither at its limits nor where there is none', () => {
    expect(lateness({ detectedAfter: 0.1, healedAfter: 4, limits })).toBeNull();
    expect(
      lateness({ detectedAfter: null, healedAfter: 9, limits: { ...limits, healedAfter: null } }),
    ).toBeNull();
  });
});
