/** Builds the router out of the settings: off unless a proxy is named, and when the operator says so. */
import type { Logger } from 'pino';
import type { HomePaths } from '../../contracts/paths.ts';
import type { MetricsWriter } from '../../metrics/record.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import { LightModel } from './light/light-model.ts';
import { Router } from './router.ts';
import { RoutingRecords } from './routing-record.ts';

export type RouterParts = {
  settings: Pick<
    Settings,
    'ROUTER_MODE' | 'COPILOT_API_URL' | 'COPILOT_API_KEY' | 'COPILOT_MODEL' | 'ASSISTANT_NAME'
  >;
  paths: Pick<HomePaths, 'logs'>;
  metrics: Pick<MetricsWriter, 'record'>;
  clock: Clock;
  log: Logger;
};

/** Claude Code chooses the agent's model itself. */
const AGENT_MODEL = 'claude';

export function buildRouter({ settings, paths, metrics, clock, log }: RouterParts): Router {
  const { ROUTER_MODE: mode, COPILOT_API_URL: baseUrl } = settings;
  const isOff = mode === 'claude-only' || baseUrl === undefined;
  const { COPILOT_API_KEY: apiKey, COPILOT_MODEL: model, ASSISTANT_NAME: assistantName } = settings;
  const lines = new RoutingRecords(paths.logs, clock.now);
  return new Router({
    light: isOff ? null : new LightModel({ baseUrl, apiKey, model, clock }),
    offReason: mode === 'claude-only' ? 'ROUTER_MODE=claude-only' : 'COPILOT_API_URL is not set',
    assistantName,
    agentModel: AGENT_MODEL,
    records: {
      write(record) {
        lines.write(record);
        const { tier: result, latency: duration, group, handover } = record;
        metrics.record({ metric: 'route', result, duration, group, ...(handover ? { handover } : {}) });
      },
      close: () => lines.close(),
    },
    clock,
    log,
  });
}
