/**
 * Whether the gateway can still be heard. Goes by what arrives on the socket, answers to heartbeats included, so a
 * quiet server is not a deaf channel: only a connection on which nothing at all arrives is.
 */
import type { Clock } from '../../clock.ts';

/** What Discord asks for in HELLO, milliseconds, until it is known. */
const USUAL_BEAT_MS = 41_250;

/** Heartbeats without an answer before the connection counts as dead; one answer may be late. */
const MISSED_BEATS = 2;

export class Pulse {
  #beatMs = USUAL_BEAT_MS;
  #heardAt = 0;
  #cancel: (() => void) | null = null;

  /** @param onDeaf called once after each `start`, when nothing was heard for too long */
  constructor(
    readonly clock: Pick<Clock, 'monotonic' | 'after'>,
    readonly onDeaf: (silentMs: number) => void,
  ) {}

  /** The connection is there: from now on something has to arrive. */
  start(): void {
    this.stop();
    this.#heardAt = this.clock.monotonic();
    this.#watch(this.#limitMs);
  }

  /** Twice is fine. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Something arrived. */
  heard(): void {
    this.#heardAt = this.clock.monotonic();
  }

  /** @param ms how often discord.js sends heartbeats on this connection */
  beatsEvery(ms: number): void {
    this.#beatMs = ms;
    if (this.#cancel !== null) this.start();
  }

  get #limitMs(): number {
    return MISSED_BEATS * this.#beatMs;
  }

  #watch(ms: number): void {
    this.#cancel = this.clock.after(ms, () => {
      const silentMs = this.clock.monotonic() - this.#heardAt;
      if (silentMs < this.#limitMs) return this.#watch(this.#limitMs - silentMs);
      this.#cancel = null;
      this.onDeaf(silentMs);
    });
  }
}
