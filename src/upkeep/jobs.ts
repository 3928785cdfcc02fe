/** The jobs, their times and their limits. A further one is one more entry. */
import type { HomePaths } from '../../contracts/paths.ts';
import { checkpoint } from '../store/open.ts';
import { type PrunedTable, pruneSome } from '../store/pruning.ts';
import type { Store } from '../store/store.ts';
import { removeOldFiles } from './old-files.ts';
import type { UpkeepJob } from './upkeep.ts';

export type JobDeps = {
  paths: HomePaths;
  store: Store;
  now(): number;
  /** Frees what builds left in the engine; null where there is no Docker. */
  pruneBuildCache: ((signal: AbortSignal) => Promise<string>) | null;
};

const DAY_MS = 86_400_000;

/** Files in `logs/` and `groups/*\/logs/` are kept this long, days. */
export const FILES_KEPT_DAYS = 14;

/** How long rows are kept that nobody waits for any more, days. */
export const ROWS_KEPT_DAYS: Record<PrunedTable, number> = {
  messages: 180,
  outbox: 30,
  light_history: 30,
  turns: 90,
  tool_calls: 30,
  task_run_logs: 90,
};

/** @param more jobs of other parts, for example a backup */
export function upkeepJobs(deps: JobDeps, more: readonly UpkeepJob[] = []): UpkeepJob[] {
  const { paths, store, now, pruneBuildCache } = deps;
  const jobs: UpkeepJob[] = [
    {
      name: 'old-files',
      schedule: '0 3 * * *',
      run: (signal) => removeOldFiles(paths, now() - FILES_KEPT_DAYS * DAY_MS, signal),
    },
    { name: 'store-pruning', schedule: '10 3 * * *', run: (signal) => pruneStore(store, now(), signal) },
    { name: 'wal-checkpoint', schedule: '20 3 * * *', run: async () => checkpoint(store.db) },
    ...more,
  ];
  if (pruneBuildCache) jobs.push({ name: 'build-cache', schedule: '0 4 * * 0', run: pruneBuildCache });
  return jobs;
}

/** In small writes, so that messages hardly wait. */
async function pruneStore(store: Store, now: number, signal: AbortSignal): Promise<string> {
  const removed: string[] = [];
  for (const [table, days] of Object.entries(ROWS_KEPT_DAYS) as [PrunedTable, number][]) {
    let count = 0;
    let last = 0;
    do {
      signal.throwIfAborted();
      last = await store.write((db) => pruneSome(db, table, now - days * DAY_MS));
      count += last;
    } while (last > 0);
    removed.push(`${table} ${count}`);
  }
  return `rows removed: ${removed.join(', ')}`;
}
