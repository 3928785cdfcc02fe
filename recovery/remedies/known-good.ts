/**
 * Keeps a copy of the `.env` that the service has been healthy with for a while: what `restore_config` puts back.
 *
 * Invariant: only what the running process has truly read is kept. A file that was written or moved into place after
 * the process began waits for the next start.
 */
import { readFileSync, statSync } from 'node:fs';
import { parseEnvFile } from '../../contracts/env-file.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';
import { reasonOf } from './outcome.ts';

/** Long enough for every channel to have signed in with its token, milliseconds. */
export const PROVEN_AFTER_MS = 120_000;

export type KnownGoodParts = {
  paths: HomePaths;
  clock: Clock;
  log: Log;
  /** The copy, `paths.lastKnownGoodEnv`. */
  copy: DurableFile;
};

/** A healthy life of the orchestrator; `startedAt` is wall clock, milliseconds since the epoch. */
export type HealthyLife = { pid: number; startedAt: number };

export class KnownGoodEnv {
  #life: HealthyLife | null = null;
  #cancel: () => void = () => undefined;

  constructor(readonly parts: KnownGoodParts) {}

  /** To be told as often as one likes: the healthy process, or null while there is none. */
  see(life: HealthyLife | null): void {
    if (life?.pid === this.#life?.pid) return;
    this.#cancel();
    this.#life = life;
    if (life === null) return;
    this.#cancel = this.parts.clock.after(PROVEN_AFTER_MS, () => this.#keep(life));
  }

  stop(): void {
    this.#cancel();
    this.#life = null;
  }

  #keep({ startedAt }: HealthyLife): void {
    const { paths, copy, log } = this.parts;
    try {
      const { mtimeMs, ctimeMs } = statSync(paths.env);
      if (Math.max(mtimeMs, ctimeMs) >= startedAt) return;
      const text = readFileSync(paths.env, 'utf8');
      if (parseEnvFile(text).problems.length > 0 || text === copy.read()) return;
      copy.write(text);
      log.info('this .env works: a copy of it is kept');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // works without one: nothing to keep
      log.warn(`no copy of .env could be kept: ${reasonOf(error)}`);
    }
  }
}
