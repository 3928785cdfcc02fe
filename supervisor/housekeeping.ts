/**
 * Removes what has been kept long enough of the supervisor's own. It alone deletes metric files; both processes write
 * them. The rest of the installation is the orchestrator's upkeep (src/upkeep/jobs.ts).
 */
import type { HomePaths } from '../contracts/paths.ts';
import type { SystemJobRecord } from '../contracts/tasks.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import { removeExpired } from '../metrics/retention.ts';
import { removeOldIncidents } from './old-incidents.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/records.ts';
import type { Companion } from './ports/view.ts';

/** Looked at once an hour, so that a supervisor that is restarted every night still gets to it. */
const EVERY_MS = 3_600_000;

const JOB = 'supervisor-files';
const NOTHING = 'nothing was old enough';

export type HousekeepingParts = {
  paths: Pick<HomePaths, 'logs' | 'incidents' | 'emergencySessions'>;
  /** Ids of the incidents that are open. */
  open(): string[];
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Log;
};

export class Housekeeping implements Companion {
  #cancel: () => void = () => undefined;
  #stopped = false;
  #nextAt: number | null = null;
  #last: { at: number; result: string; detail: string } | null = null;

  constructor(readonly parts: HousekeepingParts) {}

  start(): void {
    if (this.#stopped) return;
    void this.#tidy();
    this.#cancel = this.parts.clock.after(EVERY_MS, () => this.start());
    this.#nextAt = this.parts.clock.now().wall + EVERY_MS;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** As `nanoclaw tasks list --system` shows it beside the orchestrator's jobs. */
  view(): SystemJobRecord {
    const { at = null, result = null, detail = null } = this.#last ?? {};
    const times = { nextRun: isoOf(this.#nextAt), lastRun: isoOf(at) };
    return { name: JOB, schedule: 'every hour', ...times, lastResult: result, detail };
  }

  async #tidy(): Promise<void> {
    const { paths, metrics, clock, log } = this.parts;
    const begun = clock.now();
    const { result, reason } = await this.#remove(begun.wall).then(
      (words) => ({ result: 'ok', reason: words }),
      (error: Error) => ({ result: 'failed', reason: error.message }),
    );
    const duration = (clock.now().mono - begun.mono) / 1000;
    this.#last = { at: begun.wall, result, detail: reason };
    metrics.record({ metric: 'upkeep', result, duration, job: JOB, reason });
    if (result === 'failed') log.warn(`old files below ${paths.incidents} could not be removed: ${reason}`);
    else if (reason !== NOTHING) log.info(reason);
  }

  async #remove(now: number): Promise<string> {
    const { paths, open } = this.parts;
    const metrics = await removeExpired(paths.logs, now);
    const incidents = await removeOldIncidents({ paths, open: new Set(open()), now });
    if (metrics.length + incidents === 0) return NOTHING;
    return `removed ${metrics.length} old metric files and ${incidents} parts of old incidents`;
  }
}

function isoOf(wall: number | null): string | null {
  return wall === null ? null : new Date(wall).toISOString();
}
