/** Hand-made fakes for the page's unit tests. */
import type { Readiness } from '../contracts/health.ts';
import type { LocalMessage } from '../contracts/local-chat.ts';
import type { ServiceState, SystemStatus } from '../contracts/status.ts';
import type { Timers } from './stream.ts';

/** A clock that stands still until it is moved. */
export class FakeTimers implements Timers {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  pass(ms: number): void {
    this.#now += ms;
    const ripe = this.#due.filter((entry) => entry.at <= this.#now);
    this.#due = this.#due.filter((entry) => entry.at > this.#now);
    for (const { callback } of ripe) callback();
  }
}

/** Lets everything that is already resolved run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function statusOf(state: ServiceState, now = 1_000_000): SystemStatus {
  return {
    now,
    supervisor: { pid: 1, version: '0', startedAt: 0, manager: 'child' },
    service: {
      state,
      since: now,
      reason: '',
      pid: 2,
      startId: 'a',
      uptimeSeconds: 1,
      restarts: 0,
      heartbeat: { ageMs: 1, loopDelayMs: 2, rssBytes: 3 },
      readiness: null,
    },
    activeTier: null,
    next: null,
    budgets: [],
    pause: null,
    signals: [],
    incidents: [],
    emergencySandbox: { kind: 'bubblewrap', reason: '' },
    pager: { configured: false, reason: '' },
  };
}

export function readinessOf(components: Readiness['components']): Readiness {
  return {
    status: 'ok',
    phase: 'ready',
    pid: 2,
    startId: 'a',
    uptimeSeconds: 1,
    version: '0',
    oldestUnansweredMs: null,
    groupCount: 0,
    activeTurns: 0,
    components,
  };
}

export function messageOf(seq: number, change: Partial<LocalMessage> = {}): LocalMessage {
  const base = { seq, chat: 'main', id: `m${seq}`, answers: [], sender: 'me', text: `text ${seq}`, at: seq };
  return { ...base, direction: 'in', ...change };
}
