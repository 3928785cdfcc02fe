/** The renewals of sign-ins as `nanoclaw tasks list --system` shows them: when each one comes next. */
import type { SystemJobRecord } from '../../contracts/tasks.ts';
import type { RefreshJob } from './refresh-timer.ts';

/** @returns nothing where there is nothing to renew; how the last one went is the health's and `auth status`'s to say */
export function viewRenewals(jobs: Readonly<Record<string, Pick<RefreshJob, 'nextAt'>>>): SystemJobRecord[] {
  return Object.entries(jobs).flatMap(([name, job]) => {
    const at = job.nextAt();
    if (at === null) return [];
    const nextRun = new Date(at).toISOString();
    return [{ name, schedule: 'before it ends', nextRun, lastRun: null, lastResult: null, detail: null }];
  });
}
