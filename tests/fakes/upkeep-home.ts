/** A home with its store and the upkeep jobs that work on them. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { homePaths } from '../../contracts/paths.ts';
import { createStore } from '../../src/store/store.ts';
import { upkeepJobs } from '../../src/upkeep/jobs.ts';

export const NOW = Date.parse('2026-06-01T00:00:00Z');
export const DAY_MS = 86_400_000;

export class UpkeepHome {
  readonly home = mkdtempSync(join(tmpdir(), 'upkeep-'));
  readonly paths = homePaths(this.home);
  readonly store = createStore(this.paths.database);
  readonly #jobs = upkeepJobs({
    paths: this.paths,
    store: this.store,
    now: () => NOW,
    backUp: async () => 'made',
    pruneBuildCache: null,
  });

  run(name: string): Promise<string> {
    const job = this.#jobs.find((candidate) => candidate.name === name);
    if (!job) throw new Error(`there is no job ${name}`);
    return job.run(new AbortController().signal);
  }

  /** Writes one of that age. */
  file(path: string, days: number): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    const at = (NOW - days * DAY_MS) / 1000;
    utimesSync(path, at, at);
    return path;
  }

  close(): void {
    this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
