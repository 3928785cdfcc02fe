/** What state the connection to Discord is in, and what an error of it means. Pure. */
import type { ComponentHealth } from '../../../contracts/health.ts';

export type Condition =
  | { kind: 'connecting' }
  | { kind: 'connected'; as: string }
  /** The connection broke; discord.js is making a new one, which takes seconds unless Discord gives none. */
  | { kind: 'interrupted' }
  /** Nothing arrived for too long; another connection is being made, or has to be heard yet. */
  | { kind: 'deaf'; silentMs: number }
  /** A login failed; there will be another. `isSilent`: Discord did not answer at all. */
  | { kind: 'waiting'; reason: string; retryMs: number; isSilent: boolean }
  /** Only a person can help; there are no further tries. */
  | { kind: 'refused'; reason: string }
  | { kind: 'stopped' };

/** `silent`: Discord could not be reached, by its REST API or its gateway. */
export type Diagnosis = { kind: 'again' | 'silent' | 'refused'; reason: string };

export const TOKEN_REFUSED =
  'Discord refuses the token: make a new one in the Developer Portal (Bot, Reset Token), set DISCORD_BOT_TOKEN, restart';
const INTENT_REFUSED =
  'switch on "Message Content Intent" in the Developer Portal (Bot, Privileged Gateway Intents), then restart';
/** Of a start that is held back so that the day's do not run out. */
export const FEW_IDENTIFIES = 'few starts of the bot are left for today (session start limit)';
const NO_IDENTIFIES = 'Discord allows no further start of the bot today (session start limit)';

/** Discord's reference: gateway close codes after which discord.js gives up. */
const FINAL_CLOSE_CODES: Readonly<Record<number, string>> = {
  4004: TOKEN_REFUSED,
  4010: 'Discord refuses the shard (4010)',
  4011: 'the bot is in too many servers for one connection (4011)',
  4012: 'Discord no longer speaks this version of the gateway (4012): update',
  4013: 'Discord refuses the intents (4013)',
  4014: INTENT_REFUSED,
};

/** Why Discord closed for good; null when discord.js connects again by itself. */
export function readCloseCode(code: number): string | null {
  return FINAL_CLOSE_CODES[code] ?? null;
}

/** What a failed login means. discord.js tells some causes by their text alone. */
export function diagnose(error: unknown): Diagnosis {
  const { message, code } =
    error instanceof Error ? { code: undefined, ...error, message: error.message } : {};
  if (code === 'TokenInvalid' || message === 'Authentication failed') {
    return { kind: 'refused', reason: TOKEN_REFUSED };
  }
  if (message === 'Used disallowed intents') return { kind: 'refused', reason: INTENT_REFUSED };
  if (message?.startsWith('Not enough sessions remaining')) return { kind: 'again', reason: NO_IDENTIFIES };
  return { kind: 'silent', reason: `Discord cannot be reached: ${message ?? String(error)}` };
}

/** @param notes what else a person may want to know while the connection is there */
export function describeCondition(condition: Condition, notes: readonly string[]): ComponentHealth {
  const say = (state: ComponentHealth['state'], reason: string) => ({
    ...{ name: 'channel:discord', state, reason, required: false },
  });
  switch (condition.kind) {
    case 'connecting':
      return say('starting', 'connecting to Discord');
    case 'connected':
      return say('ok', [`connected as ${condition.as}`, ...notes].join('; '));
    case 'interrupted':
      return {
        ...say('degraded', 'the connection to Discord broke and is being made again'),
        signal: 'platform_down',
      };
    case 'deaf': {
      const reason = `nothing heard from Discord for ${seconds(condition.silentMs)}; connecting anew`;
      return { ...say('degraded', reason), signal: 'channel_deaf' };
    }
    case 'waiting': {
      const failed = say('failed', `${condition.reason}; next try in ${seconds(condition.retryMs)}`);
      return condition.isSilent ? { ...failed, signal: 'platform_down' } : failed;
    }
    case 'refused':
      return { ...say('failed', condition.reason), signal: 'channel_refused' };
    case 'stopped':
      return say('off', 'stopped');
  }
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
