/**
 * The held connection to the supervisor (contracts/heartbeat.ts). Dials, beats, dials again after a break: the
 * orchestrator works the same without a supervisor, and a restarted supervisor finds it again.
 */
import { createConnection, type Socket } from 'node:net';
import type { Phase } from '../../contracts/health.ts';
import type { HeartbeatFrame } from '../../contracts/heartbeat.ts';

export type HeartbeatOptions = {
  socketPath: string;
  identity: { startId: string; version: string; startedAt: number };
  /** Once it is ready. */
  intervalMs: number;
  state(): { phase: Phase; progress: number };
};

/** A start holds the loop up in long stretches: none begins behind an old beat, milliseconds. */
const STARTING_MS = 250;

/** How soon a lost or missing supervisor is dialled again, milliseconds. */
const REDIAL_MS = 250;

/** A process that ends at once has hardly had time to connect; it waits this long for it, milliseconds. */
const FAREWELL_LIMIT_MS = 200;

export class Heartbeat {
  #socket: Socket | null = null;
  #seq = 0;
  #onGreeted: () => void = () => undefined;
  #farewell: HeartbeatFrame | null = null;
  #dueAt = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(readonly options: HeartbeatOptions) {}

  start(): void {
    this.#dial();
    this.#arm();
  }

  /** Tells at once what has changed, for example that we are ready. */
  beatNow(): void {
    this.#beat();
  }

  /**
   * Says that the coming end is meant; resolves when the supervisor has heard it, or when nobody listens.
   */
  async sayBye(reason: 'operator_stop' | 'refused', detail: string): Promise<void> {
    this.#farewell = { type: 'bye', reason, detail };
    if (this.#timer) clearTimeout(this.#timer);
    const socket = this.#socket ?? (await this.#connection());
    if (!socket) return;
    // The supervisor closes its end once it has read ours: only then is the farewell sure to be known before our exit.
    await new Promise<void>((resolve) => {
      setTimeout(resolve, FAREWELL_LIMIT_MS);
      socket.once('close', () => resolve()).end(`${JSON.stringify(this.#farewell)}\n`);
    });
  }

  /** The connection once it is made, null when that takes too long. */
  #connection(): Promise<Socket | null> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(this.#socket), FAREWELL_LIMIT_MS);
      this.#onGreeted = () => resolve(this.#socket);
    });
  }

  #dial(): void {
    const socket = createConnection(this.options.socketPath);
    socket.unref();
    socket.on('connect', () => this.#greet(socket));
    socket.on('error', () => undefined); // no supervisor yet: `close` follows and dials again
    socket.on('data', () => undefined); // nothing is expected; reading keeps the close visible
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
      setTimeout(() => this.#dial(), REDIAL_MS).unref();
    });
  }

  #greet(socket: Socket): void {
    this.#socket = socket;
    this.#write({
      type: 'hello',
      v: 1,
      pid: process.pid,
      intervalMs: this.options.intervalMs,
      ...this.options.identity,
    });
    this.#beat();
    this.#onGreeted();
  }

  /** How late this timer fires is how long the loop was held up: a histogram would cost 50 wake-ups a second. */
  #tick(): void {
    this.#beat(Math.max(0, performance.now() - this.#dueAt));
    this.#arm();
  }

  #arm(): void {
    const { intervalMs, state } = this.options;
    const wait = state().phase === 'starting' ? Math.min(STARTING_MS, intervalMs) : intervalMs;
    this.#dueAt = performance.now() + wait;
    this.#timer = setTimeout(() => this.#tick(), wait).unref();
  }

  #beat(loopDelayMs = 0): void {
    if (!this.#socket || this.#farewell) return;
    this.#seq += 1;
    this.#write({
      type: 'beat',
      seq: this.#seq,
      loopDelayMs,
      rssBytes: process.memoryUsage.rss(),
      ...this.options.state(),
    });
  }

  #write(frame: HeartbeatFrame): void {
    if (this.#socket?.writable) this.#socket.write(`${JSON.stringify(frame)}\n`);
  }
}
