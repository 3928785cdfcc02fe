/**
 * Brings the messages written on the page to the service: one at a time, in order, each under one id until it is
 * accepted or refused. While the service cannot answer it waits; the moment the supervisor says it can again, it
 * sends. A failed attempt in between is repeated after a pause.
 */
import { ApiError } from './api.ts';
import { nextToSend, type Outgoing } from './chat-state.ts';
import { findObstacle } from './state.ts';
import type { Store } from './store.ts';
import type { Timers } from './stream.ts';

/** Pauses after a failed attempt, milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export type CourierPorts = {
  store: Store;
  timers: Timers;
  say(id: string, text: string): Promise<void>;
};

export class Courier {
  readonly #ports: CourierPorts;
  readonly #unsubscribe: () => void;
  #pause = FIRST_PAUSE_MS;
  #cancelRetry: (() => void) | null = null;
  #stopped = false;

  /** Starts at once. */
  constructor(ports: CourierPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.store.subscribe(() => this.#consider());
    this.#consider();
  }

  /** Sends nothing more; an attempt under way ends by its own deadline. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#forgetRetry();
  }

  #consider(): void {
    const page = this.#ports.store.get();
    if (findObstacle(page) !== null) {
      this.#forgetRetry(); // the end of the obstacle is the sign to send, whatever the pause was
      this.#pause = FIRST_PAUSE_MS;
      return;
    }
    const message = nextToSend(page.chat);
    if (message !== null && this.#cancelRetry === null) void this.#attempt(message);
  }

  async #attempt({ id, text }: Outgoing): Promise<void> {
    const { store, say } = this.#ports;
    store.dispatch({ type: 'chat', event: { type: 'sending', id } });
    try {
      await say(id, text);
      this.#pause = FIRST_PAUSE_MS;
      store.dispatch({ type: 'chat', event: { type: 'accepted', id } });
    } catch (error) {
      if (isTransient(error)) this.#retryLater();
      reportFailure(store, id, error);
    }
  }

  #retryLater(): void {
    if (this.#stopped) return;
    this.#cancelRetry = this.#ports.timers.after(this.#pause, () => {
      this.#cancelRetry = null;
      this.#consider();
    });
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #forgetRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'UNREACHABLE' || error.code === 'UNAVAILABLE');
}

function reportFailure(store: Store, id: string, error: unknown): void {
  const unauthorized = error instanceof ApiError && error.code === 'UNAUTHORIZED';
  if (unauthorized) store.dispatch({ type: 'token-refused' });
  if (unauthorized || isTransient(error)) {
    store.dispatch({ type: 'chat', event: { type: 'postponed', id } });
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  store.dispatch({ type: 'chat', event: { type: 'refused', id, reason } });
}
