/**
 * All that the page knows, and the one function that changes it. Pure: time comes in with the events.
 *
 *   contact with the supervisor:  connecting → live ⇄ lost
 *   access:                       token → refused;  none stays none (a new link reloads the page)
 *
 * The chat's part is in chat-state.ts. What was last known stays shown while the contact is lost.
 */
import type { ComponentHealth } from '../contracts/health.ts';
import type { ServiceState, SystemStatus } from '../contracts/status.ts';
import { type Chat, type ChatEvent, emptyChat, reduceChat } from './chat-state.ts';

/** How far back the small curves reach, milliseconds. */
export const HISTORY_MS = 10 * 60_000;
/** Points kept at most, so that a chatty server cannot grow the page: one a second for the whole reach. */
export const HISTORY_POINTS = 600;

/** One reading of the service's vitals; null while it sent no heartbeat. */
export type Sample = { at: number; loopDelayMs: number | null; rssBytes: number | null };

export type Contact = { kind: 'connecting' } | { kind: 'live' } | { kind: 'lost'; lastSeen: number | null };

/** `none`: opened without a token, read-only. `refused`: the server does not know the token (any more). */
export type Access = 'none' | 'token' | 'refused';

export type Page = {
  contact: Contact;
  access: Access;
  status: SystemStatus | null;
  /** The server's clock minus the browser's, milliseconds: ages are told on the server's clock. */
  skewMs: number;
  history: readonly Sample[];
  /** The components as last reported; a dead service reports none, and they stay shown as what was known. */
  components: readonly ComponentHealth[];
  chat: Chat;
};

export type PageEvent =
  | { type: 'status'; status: SystemStatus; at: number }
  /** The stream of states broke; `at` is the browser's clock. */
  | { type: 'lost'; at: number }
  | { type: 'token-refused' }
  | { type: 'chat'; event: ChatEvent };

export function initialPage(hasToken: boolean, kept: Chat['outgoing'] = []): Page {
  return {
    contact: { kind: 'connecting' },
    access: hasToken ? 'token' : 'none',
    status: null,
    skewMs: 0,
    history: [],
    components: [],
    chat: { ...emptyChat, outgoing: kept },
  };
}

export function reduce(page: Page, event: PageEvent): Page {
  switch (event.type) {
    case 'status':
      return {
        ...page,
        contact: { kind: 'live' },
        status: event.status,
        skewMs: event.status.now - event.at,
        history: remember(page.history, event.status),
        components: event.status.service.readiness?.components ?? page.components,
      };
    case 'lost':
      return { ...page, contact: loseContact(page, event.at) };
    case 'token-refused':
      return { ...page, access: 'refused' };
    case 'chat':
      return { ...page, chat: reduceChat(page.chat, event.event) };
  }
}

/** A failed attempt to come back must not move "last seen" forward. */
function loseContact(page: Page, at: number): Contact {
  switch (page.contact.kind) {
    case 'connecting':
      return { kind: 'lost', lastSeen: null };
    case 'live':
      return { kind: 'lost', lastSeen: at + page.skewMs };
    case 'lost':
      return page.contact;
  }
}

function remember(history: readonly Sample[], status: SystemStatus): readonly Sample[] {
  const beat = status.service.heartbeat;
  const sample: Sample = {
    at: status.now,
    loopDelayMs: beat?.loopDelayMs ?? null,
    rssBytes: beat?.rssBytes ?? null,
  };
  const recent = history.filter((old) => old.at > status.now - HISTORY_MS && old.at < status.now);
  return [...recent, sample].slice(-HISTORY_POINTS);
}

/** Why a written message is not on its way; null when it can be sent now. */
export type Obstacle = 'no-token' | 'no-contact' | 'restarting' | 'stopped' | 'held';

/** Whether the chat can be reached, judged from what the supervisor said last. */
export function findObstacle(page: Page): Obstacle | null {
  if (page.access !== 'token') return 'no-token';
  if (page.contact.kind !== 'live' || page.status === null) return 'no-contact';
  return stateObstacle(page.status.service.state);
}

/** An unhealthy, draining or paused service may still store a message; the attempt tells. */
function stateObstacle(state: ServiceState): Obstacle | null {
  switch (state) {
    case 'starting':
    case 'down':
      return 'restarting';
    case 'stopped':
      return 'stopped';
    case 'held':
      return 'held';
    case 'up':
    case 'unhealthy':
    case 'draining':
    case 'paused':
      return null;
  }
}
