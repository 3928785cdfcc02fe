/** The metrics' summary for people. Pure. */
import type { RoutingSummary } from '../../../metrics/routing.ts';
import type { Summary } from '../../../metrics/summary.ts';
import { formatTable, formatTime } from '../format.ts';
import type { Texts } from '../texts/index.ts';
import { countsText, percent, spreadText } from './figures.ts';
import { routingRows } from './render-routing.ts';

export function renderSummary(summary: Summary, routing: RoutingSummary | null, texts: Texts): string[] {
  const { metrics: t } = texts;
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
    ...(routing === null ? [] : routingRows(routing, texts)),
  ]);
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
