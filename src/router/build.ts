/** Builds the router out of the settings: off unless a proxy is named, and when the operator says so. */
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import { LightModel } from './light/light-model.ts';
import { Router } from './router.ts';
import type { RoutingRecord } from './routing-record.ts';

export type RouterParts = {
  settings: Pick<
    Settings,
    'ROUTER_MODE' | 'COPILOT_API_URL' | 'COPILOT_API_KEY' | 'COPILOT_MODEL' | 'ASSISTANT_NAME'
  >;
  write(record: RoutingRecord): void;
  clock: Clock;
};

/** Claude Code chooses the agent's model itself. */
const AGENT_MODEL = 'claude';

export function buildRouter({ settings, write, clock }: RouterParts): Router {
  const { ROUTER_MODE: mode, COPILOT_API_URL: baseUrl } = settings;
  const isOff = mode === 'claude-only' || baseUrl === undefined;
  const { COPILOT_API_KEY: apiKey, COPILOT_MODEL: model, ASSISTANT_NAME: assistantName } = settings;
  return new Router({
    light: isOff ? null : new LightModel({ baseUrl, apiKey, model, clock }),
    offReason: mode === 'claude-only' ? 'ROUTER_MODE=claude-only' : 'COPILOT_API_URL is not set',
    assistantName,
    agentModel: AGENT_MODEL,
    write,
    clock,
  });
}
