/**
 * The real service in this process: store, turns, delivery, channels and the agents' links, with the sandbox, the clock
 * and the settings of whoever measures or tests it. It can be stopped and opened again on the same home.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LevelWithSilent, pino } from 'pino';
import type { Sandbox } from '../../container/sandbox.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import { MetricsWriter } from '../../metrics/record.ts';
import { loadInstallation } from '../../src/agents/installation.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { Life } from '../../src/lifecycle/life.ts';
import { type Service, startService } from '../../src/service.ts';
import { readSettings } from '../../src/settings/settings.ts';

export type InProcessService = Service & { life: Life };

export type ServiceOptions = {
  paths: HomePaths;
  sandbox: Sandbox;
  /** What `.env` would hold. */
  settings?: Record<string, string>;
  clock?: Clock;
  logLevel?: LevelWithSilent;
};

/** @throws StoreOpenError, SettingsError */
export async function openService(options: ServiceOptions): Promise<InProcessService> {
  const { paths, sandbox, settings = {}, clock = systemClock, logLevel = 'info' } = options;
  mkdirSync(paths.logs, { recursive: true });
  const life = new Life('in-process');
  const destination = pino.destination({ dest: join(paths.logs, 'nanoclaw.log'), sync: true });
  const service = await startService({
    ...{ paths, sandbox, life, clock, checkout: process.cwd(), userHome: paths.home },
    settings: readSettings(settings, {}, paths.home),
    installation: loadInstallation(paths.data),
    metrics: new MetricsWriter(paths.logs),
    log: pino({ level: logLevel }, destination),
  });
  return { ...service, life };
}
