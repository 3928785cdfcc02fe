/**
 * How delivery gets on, and what of it is amiss: a reply that lies there with nobody at it is a fault of ours, and a
 * restart takes it up again; a channel that is connected and takes no reply is its platform's, and only time helps.
 *
 * Invariant: a wait that the platform has asked for is neither.
 */

import type { ComponentHealth } from '../../contracts/health.ts';
import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';

/** Twice what one send may take, milliseconds: whoever works on a chat has made a step by then. */
const IDLE_MS = 60_000;
/** The longest wait of our own between two tries, milliseconds: who asks for more has answered. */
export const LONGEST_WAIT_MS = 60_000;
/** A few tries have failed by then, milliseconds. */
const TAKES_NOTHING_MS = 60_000;

/** Chats of one channel with replies that are not settled. */
export type OpenChats = { jids: readonly string[]; isWaiting(jid: string): boolean };

export class Progress {
  readonly #begunAt: number;
  /** By chat: when somebody was last at it. Steady clock, as all times here. */
  readonly #stepAt = new Map<string, number>();
  /** By channel: since when it has taken nothing. */
  readonly #silence = new Map<string, { since: number; reason: string }>();

  constructor(readonly clock: Pick<Clock, 'monotonic'>) {
    this.#begunAt = clock.monotonic();
  }

  /** Somebody is at this chat's replies. */
  step(jid: string): void {
    this.#stepAt.set(jid, this.clock.monotonic());
  }

  /** What became of a send. */
  ended(channel: string, outcome: SendOutcome): void {
    switch (outcome.kind) {
      case 'sent':
      case 'undeliverable':
        return void this.#silence.delete(channel);
      case 'unclear':
        return this.#tookNothing(channel, outcome.reason);
      case 'retry':
        if (outcome.afterMs > LONGEST_WAIT_MS) return void this.#silence.delete(channel);
        return this.#tookNothing(channel, outcome.reason);
    }
  }

  healthOf(channel: Pick<Channel, 'name' | 'health'>, { jids, isWaiting }: OpenChats): ComponentHealth {
    const part = { name: `delivery:${channel.name}`, required: false } as const;
    const idleMs = Math.max(0, ...jids.filter((jid) => !isWaiting(jid)).map((jid) => this.#idleMs(jid)));
    if (idleMs > IDLE_MS) {
      const reason = `replies in ${jids.length} chats wait, and nobody was at one for ${seconds(idleMs)}`;
      return { ...part, state: 'failed', reason, signal: 'delivery_stuck' };
    }
    const silence = jids.length === 0 ? undefined : this.#silence.get(channel.name);
    const silentMs = silence ? this.clock.monotonic() - silence.since : 0;
    // A channel that is not well says so itself, and better.
    if (silence && silentMs > TAKES_NOTHING_MS && channel.health().state === 'ok') {
      const reason = `${channel.name} is connected and has taken no reply for ${seconds(silentMs)}: ${silence.reason}`;
      return { ...part, state: 'degraded', reason, signal: 'platform_down' };
    }
    return {
      ...part,
      state: 'ok',
      reason: jids.length === 0 ? 'nothing waits' : `chats with replies on their way: ${jids.length}`,
    };
  }

  #tookNothing(channel: string, reason: string): void {
    const since = this.#silence.get(channel)?.since ?? this.clock.monotonic();
    this.#silence.set(channel, { since, reason });
  }

  #idleMs(jid: string): number {
    return this.clock.monotonic() - (this.#stepAt.get(jid) ?? this.#begunAt);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
