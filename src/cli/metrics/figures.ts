/** Figures of the metrics as text. Pure. */
import type { Spread } from '../../../metrics/summary.ts';
import { formatDuration } from '../format.ts';

/** Never rounds up to 100 %: one missed check in a million must show. */
export function percent(share: number): string {
  if (share === 1) return '100 %';
  return `${(Math.floor(share * 100_000) / 1000).toFixed(3)} %`;
}

export function spreadText(spread: Spread | null): string {
  if (spread === null) return '–';
  const { mean, p50, p90 } = spread;
  return `∅ ${formatDuration(mean)} · p50 ${formatDuration(p50)} · p90 ${formatDuration(p90)}`;
}

export function countsText(counts: Record<string, number>, total: number): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? '0' : `${total}: ${parts.join(' · ')}`;
}
