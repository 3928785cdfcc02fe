/**
 * What goes wrong on the platforms, and when: drawn from the seed before the run begins. Each platform has troubles of
 * its own about once a minute and a half, and is gone for as long as its outage lasts while people keep writing.
 *
 * Left out is what nobody could notice or mend by itself: an event that is lost on a connection that stays, and a
 * revoked token.
 */
import type { Chance } from '../simulation/chance.ts';
import type { Place } from './town.ts';

type Platform = Place['platform'];
/** All times in milliseconds from the start, on the fast clock. */
export type Span = { from: number; to: number };
export type Trouble = { at: number; platform: Platform; fault: Record<string, unknown> };

export type WeatherPlan = {
  troubles: Trouble[];
  /** When a platform tells its events in another order than they came about. */
  mixUps: Record<Platform, Span[]>;
};

/** Between two troubles of one platform, on average, milliseconds. */
const TROUBLE_EVERY_MS = 90_000;
/** What was held back or turned round is through after this, milliseconds: events are more frequent. */
const MIX_UP_MS = 30_000;

export function planWeather(chance: Chance, lengthMs: number, outages: Record<Platform, Span>): WeatherPlan {
  const plan: WeatherPlan = { troubles: [], mixUps: { slack: [], discord: [] } };
  for (const platform of ['slack', 'discord'] as const) {
    const { from, to } = outages[platform];
    plan.troubles.push({ at: from, platform, fault: { kind: 'outage', forMs: to - from } });
    for (let at = 0; at < lengthMs; at += chance.between(0.2, 1.8) * TROUBLE_EVERY_MS) {
      if (at >= from && at <= to) continue;
      const fault = troubleFor(platform, chance);
      plan.troubles.push({ at, platform, fault });
      if (mixesUp(fault)) plan.mixUps[platform].push({ from: at, to: at + MIX_UP_MS });
    }
  }
  plan.troubles.sort((a, b) => a.at - b.at);
  return plan;
}

export function troubleFor(platform: Platform, chance: Chance): Trouble['fault'] {
  return platform === 'slack' ? slackTrouble(chance) : discordTrouble(chance);
}

/** Whether events come in another order than what they tell of came about. */
export function mixesUp({ kind }: Trouble['fault']): boolean {
  return kind === 'event_delay' || kind === 'event_reorder';
}

function slackTrouble(chance: Chance): Trouble['fault'] {
  return chance.pick([
    { kind: 'half_open' },
    { kind: 'drop' },
    { kind: 'disconnect', reason: chance.pick(['warning', 'refresh_requested', 'link_disabled']) },
    ...requestTroubles(chance, 'chat.postMessage'),
    ...requestTroubles(chance, 'chat.postMessage'),
    { ...chance.pick(requestTroubles(chance, 'conversations.')) },
    ...eventTroubles(chance),
  ]);
}

function discordTrouble(chance: Chance): Trouble['fault'] {
  return chance.pick([
    { kind: 'half_open' },
    { kind: 'drop' },
    { kind: 'reconnect' },
    { kind: 'invalid_session', resumable: chance.is(0.5) },
    { kind: 'close', code: chance.pick([1001, 4000, 4007, 4008, 4009]) },
    { kind: 'forget_sessions' },
    ...requestTroubles(chance, 'POST /channels/'),
    ...requestTroubles(chance, 'POST /channels/'),
    { ...chance.pick(requestTroubles(chance, 'GET /channels/')) },
    ...eventTroubles(chance),
  ]);
}

/** @param on part of the requests' names */
function requestTroubles(chance: Chance, on: string): Trouble['fault'][] {
  const times = 1 + Math.floor(chance.between(0, 4));
  const close = chance.pick(['reset', 'fin']);
  return [
    { kind: 'rate_limit', retryAfterSeconds: Math.ceil(chance.between(0, 8)), times, on },
    { kind: 'status', status: chance.pick([500, 502, 503, 504]), times, on },
    { kind: 'reset', close, times, on },
    { kind: 'lost', close, times, on },
    { kind: 'hang', taken: chance.is(0.5), times: 1, on },
    { kind: 'slow', ms: Math.ceil(chance.between(500, 20_000)), times, on },
  ];
}

function eventTroubles(chance: Chance): Trouble['fault'][] {
  const times = 2 + Math.floor(chance.between(0, 5));
  return [
    { kind: 'event_duplicate', times },
    { kind: 'event_delay', ms: Math.ceil(chance.between(500, 8000)), times },
    { kind: 'event_reorder', times },
    { kind: 'equal_timestamps', times },
  ];
}
