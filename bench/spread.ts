/** A list of samples in four numbers. Pure. */

export type Spread = { n: number; p50: number; p90: number; p99: number };
export type Rank = 'p50' | 'p90' | 'p99';

/** Nearest rank: every percentile is a sample that was seen. Throws without samples: there is nothing to tell. */
export function spreadOf(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new Error('nothing was measured');
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, p50: rank(0.5), p90: rank(0.9), p99: rank(0.99) };
}
