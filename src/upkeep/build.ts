/** Puts the daily backup together: it is a command of our own CLI in a process of its own. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import { backupCommand, DailyBackup } from './daily-backup.ts';

export type BuildBackupDeps = {
  /** Where `dist/` lies. */
  checkout: string;
  paths: HomePaths;
  metrics: MetricsWriter;
  clock: Clock;
  log: Logger;
};

export function buildBackup({ checkout, paths, metrics, clock, log }: BuildBackupDeps): DailyBackup {
  const program = join(checkout, 'dist', 'cli.js');
  return new DailyBackup({ paths, make: backupCommand(program, paths.home), metrics, clock, log });
}
