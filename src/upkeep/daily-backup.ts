/**
 * Makes each day's backup, in a process of its own, so that no message waits for it. A machine that was off at the
 * hour makes up for it as soon as it is on: what counts is whether today's backup is there.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import { backupDate, databaseBackup } from './backup-files.ts';

/** A start has better things to do, milliseconds. */
const FIRST_LOOK_MS = 10 * 60_000;
const LOOK_EVERY_MS = 30 * 60_000;
/** From this hour of the local day on: people sleep, and the day's date no longer changes. */
const HOUR = 3;
/** Longer than the command gives itself, milliseconds. */
const LIMIT_MS = 35 * 60_000;

/** Null when it went well, else why not. */
export type MakeBackup = () => Promise<string | null>;

export type DailyBackupParts = {
  paths: HomePaths;
  make: MakeBackup;
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn'>;
};

export class DailyBackup {
  #cancel: () => void = () => undefined;
  #failure: string | null = null;
  #stopped = false;

  constructor(readonly parts: DailyBackupParts) {}

  start(): void {
    this.#next(FIRST_LOOK_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  health(): ComponentHealth {
    const state = this.#failure === null ? 'ok' : 'degraded';
    return { name: 'backup', state, reason: this.#failure ?? 'made every day', required: false };
  }

  #next(ms: number): void {
    if (!this.#stopped) this.#cancel = this.parts.clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { paths, clock } = this.parts;
    const isMade = existsSync(databaseBackup(paths.backups, backupDate(clock.now())));
    if (!isMade && new Date(clock.now()).getHours() >= HOUR) await this.#make();
    this.#next(LOOK_EVERY_MS);
  }

  async #make(): Promise<void> {
    const { make, metrics, clock, log } = this.parts;
    const begun = clock.monotonic();
    this.#failure = await make();
    const duration = (clock.monotonic() - begun) / 1000;
    metrics.record({ metric: 'backup', result: this.#failure === null ? 'success' : 'failed', duration });
    if (this.#failure === null) log.info({ seconds: duration }, 'the daily backup is made');
    else log.warn({ reason: this.#failure }, 'the daily backup could not be made');
  }
}

/** Runs `nanoclaw backup`. @param program path of the built command line */
export function backupCommand(program: string, home: string): MakeBackup {
  const env = { ...process.env, NANOCLAW_HOME: home };
  return () =>
    new Promise((resolve) => {
      execFile(process.execPath, [program, 'backup'], { env, timeout: LIMIT_MS }, (error, _out, stderr) => {
        resolve(error === null ? null : stderr.trim().split('\n').at(-1) || error.message);
      });
    });
}
