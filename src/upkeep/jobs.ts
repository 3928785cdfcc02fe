/** The jobs, their times and their limits. A further one is one more entry. */
import type { HomePaths } from '../../contracts/paths.ts';
import { checkpoint } from '../store/open.ts';
import { type PrunedTable, pruneSome } from '../store/pruning.ts';
import type { Store } from '../store/store.ts';
import { rotateLogs } from './log-rotation.ts';
import { removeOldFiles } from './old-files.ts';
import type { UpkeepJob } from './upkeep.ts';

export type JobDeps = {
  paths: HomePaths;
  store: Store;
  now(): number;
  /** Makes the day's backup. */
  backUp(signal: AbortSignal): Promise<string>;
  /** Frees what builds left in the engine; null where there is no Docker. */
  pruneBuildCache: ((signal: AbortSignal) => Promise<string>) | null;
};

const DAY_MS = 86_400_000;

/** How long rows are kept that nobody waits for any more, days. */
export const ROWS_KEPT_DAYS: Record<PrunedTable, number> = {
  messages: 180,
  outbox: 30,
  light_history: 30,
  turns: 90,
  tool_calls: 30,
  task_run_logs: 90,
};

/** At night, when people sleep; the backup comes after what makes the installation smaller. */
export function upkeepJobs(deps: JobDeps): UpkeepJob[] {
  const { paths, store, now, backUp, pruneBuildCache } = deps;
  const oldFiles = () => ({ paths, now: now(), liveSessions: store.turns.liveSessions() });
  const jobs: UpkeepJob[] = [
    { name: 'log-rotation', schedule: '0 1 * * *', run: (signal) => rotateLogs(paths, now(), signal) },
    { name: 'old-files', schedule: '0 3 * * *', run: (signal) => removeOldFiles(oldFiles(), signal) },
    { name: 'store-pruning', schedule: '10 3 * * *', run: (signal) => pruneStore(store, now(), signal) },
    { name: 'wal-checkpoint', schedule: '20 3 * * *', run: async () => checkpoint(store.db) },
    { name: 'backup', schedule: '30 3 * * *', run: backUp },
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
