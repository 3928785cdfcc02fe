/** Everything `/metrics` tells: what was recorded, what is now, and what only the supervisor counts. */
import type { SystemStatus } from '../contracts/status.ts';
import { type Family, renderPrometheus, tallyFamilies } from './prometheus.ts';
import { statusFamilies } from './status-families.ts';
import type { Tally } from './tally.ts';

export type Facts = {
  tally: Tally;
  status: SystemStatus;
  /** Commands in #health by people who are not listed, since the supervisor started. */
  ignoredCommands: number;
  /** Records that the supervisor could not write, since it started. */
  lostRecords: number;
};

export function exportMetrics(facts: Facts): string {
  return renderPrometheus(allFamilies(facts));
}

export function allFamilies({ tally, status, ignoredCommands, lostRecords }: Facts): Family[] {
  return [
    ...tallyFamilies(tally),
    ...statusFamilies(status),
    counter(
      'nanoclaw_health_channel_ignored_total',
      'Commands in the health channel by people who are not listed.',
      ignoredCommands,
    ),
    counter('nanoclaw_records_lost_total', 'Metric records that the disk refused.', lostRecords),
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name, type: 'counter', help, samples: [{ value }] };
}
