/** Builds the router and its record out of the settings: off unless a proxy is named, and when the operator says so. */
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { LightModel } from './light/light-model.ts';
import { Router } from './router.ts';
import { RoutingJournal, type RoutingJournalOptions } from './routing-journal.ts';
import { RoutingRecords } from './routing-record.ts';

export type RouterParts = {
  settings: Pick<
    Settings,
    'ROUTER_MODE' | 'COPILOT_API_URL' | 'COPILOT_API_KEY' | 'COPILOT_MODEL' | 'ASSISTANT_NAME'
  >;
  paths: Pick<HomePaths, 'logs'>;
  metrics: Pick<MetricsWriter, 'record'>;
  store: Pick<Store, 'write' | 'routingNotes'>;
  clock: Clock;
  log: Logger;
};

export type Routing = { router: Router; journal: RoutingJournal };

/** Claude Code chooses the agent's model itself. */
const AGENT_MODEL = 'claude';

export function buildRouter({ settings, paths, metrics, store, clock, log }: RouterParts): Routing {
  const { ROUTER_MODE: mode, COPILOT_API_URL: baseUrl } = settings;
  const isOff = mode === 'claude-only' || baseUrl === undefined;
  const { COPILOT_API_KEY: apiKey, COPILOT_MODEL: model, ASSISTANT_NAME: assistantName } = settings;
  const lines = new RoutingRecords(paths.logs, clock.now);
  const router = new Router({
    light: isOff ? null : new LightModel({ baseUrl, apiKey, model, clock }),
    offReason: mode === 'claude-only' ? 'ROUTER_MODE=claude-only' : 'COPILOT_API_URL is not set',
    assistantName,
    agentModel: AGENT_MODEL,
    records: lines,
    clock,
    log,
  });
  const records: RoutingJournalOptions['records'] = {
    write(record, endedAt) {
      if (!lines.write(record, endedAt)) return false;
      const { tier: result, latency: duration, group, handover } = record;
      metrics.record({ metric: 'route', result, duration, group, ...(handover ? { handover } : {}) });
      return true;
    },
  };
  const { now } = clock;
  return { router, journal: new RoutingJournal({ store, records, folder: paths.logs, now, log }) };
}
