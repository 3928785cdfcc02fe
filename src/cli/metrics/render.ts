/** The metrics' summary for people. Pure. */
import type { Spread, Summary } from '../../../metrics/summary.ts';
import { formatDuration, formatTable, formatTime } from '../format.ts';
import type { Texts } from '../texts/index.ts';

export function renderSummary(summary: Summary, { metrics: t }: Texts): string[] {
  const { from, to, recoveries } = summary;
  const span = from === null || to === null ? '–' : `${formatTime(from * 1000)} – ${formatTime(to * 1000)}`;
  return formatTable([
    [t.span, span],
    [t.uptime, summary.uptime === null ? '–' : t.checks(percent(summary.uptime), summary.checks)],
    [t.mttd, spreadText(summary.mttd)],
    [t.mttr, spreadText(summary.mttr)],
    [t.recoveries, countsText(recoveries.byResult, recoveries.total)],
    ...rateRows(t.byTier, recoveries.byTier, recoveries.successByTier, t),
    ...rateRows(t.byCause, recoveries.byCause, recoveries.successByCause, t),
    [t.pages, String(summary.pages)],
  ]);
}

/** Never rounds up to 100 %: one missed check in a million must show. */
export function percent(share: number): string {
  if (share === 1) return '100 %';
  return `${(Math.floor(share * 100_000) / 1000).toFixed(3)} %`;
}

function spreadText(spread: Spread | null): string {
  if (spread === null) return '–';
  const { mean, p50, p90 } = spread;
  return `∅ ${formatDuration(mean)} · p50 ${formatDuration(p50)} · p90 ${formatDuration(p90)}`;
}

/** One line for each tier or cause: how often, and how often without a person. */
function rateRows(
  title: string,
  counts: Record<string, number>,
  shares: Record<string, number>,
  t: Texts['metrics'],
): string[][] {
  const rows = Object.entries(counts).map(([name, count], index) => [
    index === 0 ? title : '',
    `${name} ${count} · ${t.healed(percent(shares[name] ?? 0))}`,
  ]);
  return rows.length === 0 ? [[title, '–']] : rows;
}

function countsText(counts: Record<string, number>, total: number): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? '0' : `${total}: ${parts.join(' · ')}`;
}
