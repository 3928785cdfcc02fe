/**
 * Prometheus' text format (version 0.0.4): the tally of the records as counters. One list of families, so that
 * what is exported can be read in one place.
 */
import type { Tally } from './tally.ts';

export type Sample = { labels?: Record<string, string>; value: number };
export type Family = { name: string; type: 'counter' | 'gauge'; help: string; samples: Sample[] };

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Families without a sample are left out: absent means unknown. */
export function renderPrometheus(families: readonly Family[]): string {
  const lines = families.flatMap(({ name, type, help, samples }) =>
    samples.length === 0
      ? []
      : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((one) => line(name, one))],
  );
  return `${lines.join('\n')}\n`;
}

function line(name: string, { labels = {}, value }: Sample): string {
  const inside = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${inside.length === 0 ? '' : `{${inside.join(',')}}`} ${value}`;
}

/** Prometheus: backslash, quote and newline are the only characters that need it. */
function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

export function tallyFamilies({ records, recoveries, mttd, mttr }: Tally): Family[] {
  const series = Object.values(records).map(({ metric, result, count, seconds }) => ({
    labels: { metric, result },
    count,
    seconds,
  }));
  const healed = Object.values(recoveries).map(({ count, ...labels }) => ({ labels, value: count }));
  return [
    counter('nanoclaw_records_total', 'Metric records by metric and result.', series.map(byCount)),
    counter('nanoclaw_record_seconds_total', 'Sum of the durations of metric records.', series.map(bySum)),
    counter('nanoclaw_recoveries_total', 'Ended incidents by result, tier and cause.', healed),
    counter('nanoclaw_mttd_seconds_sum', 'Seconds from fault to detection, summed.', [one(mttd.seconds)]),
    counter('nanoclaw_mttd_seconds_count', 'Incidents in nanoclaw_mttd_seconds_sum.', [one(mttd.count)]),
    counter('nanoclaw_mttr_seconds_sum', 'Seconds from fault to recovery, summed.', [one(mttr.seconds)]),
    counter('nanoclaw_mttr_seconds_count', 'Incidents in nanoclaw_mttr_seconds_sum.', [one(mttr.count)]),
  ];
}

type Series = { labels: Record<string, string>; count: number; seconds: number };

const byCount = ({ labels, count }: Series): Sample => ({ labels, value: count });
/** Durations have whole milliseconds; a sum of many has more digits than it knows. */
const bySum = ({ labels, seconds }: Series): Sample => ({ labels, value: toMilli(seconds) });
const one = (value: number): Sample => ({ value: toMilli(value) });

function toMilli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function counter(name: string, help: string, samples: Sample[]): Family {
  return { name, type: 'counter', help, samples };
}
