/** A budget, and how a figure stands to it. Pure. */
import type { Rank, Spread } from './spread.ts';

export type Limit = {
  at: Rank;
  most?: number;
  least?: number;
  /** How the number came about, where it follows from a baseline: `1.3 × baseline`. */
  from?: string;
};

export type Verdict = { kind: 'no_budget' } | { kind: 'ok' } | { kind: 'missed'; by: string };

/** @param unit of the figure; a miss is told in it and as a share of the budget */
export function judge(figure: Spread, limits: readonly Limit[], unit: string): Verdict {
  if (limits.length === 0) return { kind: 'no_budget' };
  const missed = limits.flatMap((limit) => {
    const excess = excessOf(figure, limit);
    return excess > 0 ? [`${limit.at} by ${amount(excess)} ${unit}${shareOf(excess, limit)}`] : [];
  });
  return missed.length === 0 ? { kind: 'ok' } : { kind: 'missed', by: missed.join(', ') };
}

export function describeLimit({ at, most, least, from }: Limit, unit: string): string {
  const bound = most === undefined ? `≥ ${amount(least ?? 0)}` : `≤ ${amount(most)}`;
  return `${at} ${bound} ${unit}${from ? ` (${from})` : ''}`;
}

/** Three digits that count, never in powers of ten. */
export function amount(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

function excessOf(figure: Spread, { at, most, least }: Limit): number {
  if (most !== undefined) return figure[at] - most;
  return (least ?? 0) - figure[at];
}

function shareOf(excess: number, { most, least }: Limit): string {
  const budget = most ?? least ?? 0;
  return budget > 0 ? ` (${Math.round((100 * excess) / budget)} %)` : '';
}
