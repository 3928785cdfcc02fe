/** Puts the scheduler's and the upkeep's parts together. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Sandbox } from '../../container/sandbox.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Group } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import { newTurnId } from '../turns/turn-log.ts';
import { backupInChild } from '../upkeep/backup-child.ts';
import { upkeepJobs } from '../upkeep/jobs.ts';
import { Upkeep } from '../upkeep/upkeep.ts';
import { TaskDesk } from './desk.ts';
import { CATCH_UP } from './due.ts';
import { Scheduler } from './scheduler.ts';

export type BuildTasksDeps = {
  /** Where `dist/` lies. */
  checkout: string;
  settings: Pick<Settings, 'TZ' | 'NANOCLAW_LANG'>;
  paths: HomePaths;
  store: Store;
  sandbox: Pick<Sandbox, 'kind'>;
  metrics: MetricsWriter;
  groupOf(jid: string): Group | undefined;
  /** A run of this group waits. */
  onQueued(folder: string): void;
  deliver(jid: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

export type Timekeeping = { desk: TaskDesk; scheduler: Scheduler; upkeep: Upkeep };

export function buildTasks(deps: BuildTasksDeps): Timekeeping {
  const { settings, store, metrics, groupOf, onQueued, deliver, clock, log } = deps;
  const timeZone = settings.TZ;
  const newTaskId = () => randomBytes(4).toString('hex');
  const desk = new TaskDesk({ store, groupOf, newTaskId, timeZone, now: clock.now });
  const scheduler = new Scheduler({
    ...{ store, groupOf, onQueued, deliver, newTurnId, timeZone, clock, log },
    catchUp: CATCH_UP,
    language: settings.NANOCLAW_LANG,
    onRecord: ({ result, seconds, ...labels }) =>
      metrics.record({ metric: 'task', result, duration: seconds, ...labels }),
  });
  return { desk, scheduler, upkeep: buildUpkeep(deps) };
}

function buildUpkeep(deps: BuildTasksDeps): Upkeep {
  const { checkout, settings, paths, store, sandbox, metrics, clock, log } = deps;
  const pruneBuildCache = async (signal: AbortSignal) => {
    const engine = await import('../../container/build-cache.ts');
    return engine.pruneBuildCache(signal);
  };
  return new Upkeep({
    jobs: upkeepJobs({
      ...{ paths, store, now: clock.now, backUp: backupInChild(checkout, paths.home) },
      pruneBuildCache: sandbox.kind === 'docker' ? pruneBuildCache : null,
    }),
    ...{ store, timeZone: settings.TZ, clock, log },
    onRecord: ({ job, result, seconds, reason }) =>
      metrics.record({ metric: 'upkeep', result, duration: seconds, job, reason }),
  });
}
