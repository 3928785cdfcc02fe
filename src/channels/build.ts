/** Which channels there are, by the settings. A platform without a token is off, and says so; nothing else changes. */
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { createDiscordChannel } from './discord/discord-channel.ts';
import { LocalChannel } from './local/local-channel.ts';
import { createSlackChannel } from './slack/slack-channel.ts';

export type BuiltChannels = { local: LocalChannel; all: Channel[]; off: ComponentHealth[] };

export function buildChannels(deps: {
  settings: Settings;
  store: Store;
  clock: Clock;
  log: Logger;
}): BuiltChannels {
  const { settings, store, clock, log } = deps;
  const assistantName = settings.ASSISTANT_NAME;
  const local = new LocalChannel(store, clock, assistantName);
  const all: Channel[] = [local];
  const off: ComponentHealth[] = [];
  const { DISCORD_BOT_TOKEN: botToken, DISCORD_API_URL: apiUrl } = settings;
  if (botToken) all.push(createDiscordChannel({ botToken, apiUrl, assistantName, clock, log }));
  else off.push(isOff('channel:discord', 'set DISCORD_BOT_TOKEN in .env'));
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL } = settings;
  if (SLACK_BOT_TOKEN && SLACK_APP_TOKEN) {
    const tokens = { botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN, apiUrl: SLACK_API_URL };
    const language = settings.NANOCLAW_LANG;
    all.push(createSlackChannel({ ...tokens, assistantName, language, clock, log }));
  } else if (SLACK_BOT_TOKEN || SLACK_APP_TOKEN) {
    const missing = SLACK_BOT_TOKEN ? 'SLACK_APP_TOKEN (xapp-…)' : 'SLACK_BOT_TOKEN (xoxb-…)';
    off.push({ ...isOff('channel:slack', `it also needs ${missing} in .env`), state: 'failed' });
  } else off.push(isOff('channel:slack', 'set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in .env'));
  return { local, all, off };
}

function isOff(name: string, how: string): ComponentHealth {
  return { name, state: 'off', reason: `off: ${how}`, required: false };
}
