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
};

export function exportMetrics(facts: Facts): string {
  return renderPrometheus(allFamilies(facts));
}

export function allFamilies({ tally, status, ignoredCommands }: Facts): Family[] {
  const ignored: Family = {
    name: 'nanoclaw_health_channel_ignored_total',
    type: 'counter',
    help: 'Commands in the health channel by people who are not listed.',
    samples: [{ value: ignoredCommands }],
  };
  return [...tallyFamilies(tally), ...statusFamilies(status), ignored];
}
