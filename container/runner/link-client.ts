/**
 * The runner's end of the link. Dials, and dials again after any break for as long as it lives: the orchestrator
 * may be restarted at any moment, also into a new process with a new epoch.
 *
 *   waiting ──timer──▶ dialled ──welcome──▶ open ──close, error──▶ waiting
 *                         └── close, error, no welcome, bad frame ──▶ waiting
 *
 * Invariants: frames reach `onWork` once and in order, and are acknowledged after it returned; whatever was sent
 * is kept until acknowledged; a frame that breaks the protocol costs the connection, never the process.
 */
import type { Duplex } from 'node:stream';
import {
  type HostFrame,
  type HostWork,
  hostFrameSchema,
  LINK_LINE_LIMIT,
  LineSplitter,
  LinkSequence,
  type RunnerConfig,
  type RunnerFrame,
  type RunnerPulse,
  type RunnerWork,
  type Unsequenced,
} from '../../contracts/link.ts';
import type { Log, Timers } from './ports.ts';

/** Pauses before the next dial, milliseconds; the last one repeats. Short: a local socket costs nothing. */
const PAUSES_MS = [20, 50, 100, 200, 400, 800] as const;
const LONGEST_PAUSE_MS = 1000;

/** How often the host hears that we live while a turn runs, milliseconds: a few dozen bytes. */
export const PULSE_MS = 5000;

/** A host that accepts a connection and does not answer `hello` is stuck, milliseconds. */
export const WELCOME_LIMIT_MS = 10_000;

export type LinkClientOptions = {
  /** Begins to connect; what is written before it is connected goes out then. */
  dial(): Duplex;
  epoch: string;
  timers: Timers;
  log: Log;
  onWelcome(config: RunnerConfig): void;
  onWork(work: HostWork): void;
  /** The turn to name in `hello`. */
  currentTurn(): string | null;
  /** What a `pulse` says, while a turn runs. */
  activity(): Pick<RunnerPulse, 'quietMs' | 'doing'>;
};

export class LinkClient {
  readonly #sequence = new LinkSequence<RunnerWork>();
  #socket: Duplex | null = null;
  #welcomed = false;
  #attempt = 0;
  #stopped = false;
  #cancel: () => void = () => undefined;
  #cancelPulse: () => void = () => undefined;
  #settled: () => void = () => undefined;

  constructor(readonly options: LinkClientOptions) {}

  start(): void {
    if (this.#stopped) return;
    const socket = this.options.dial();
    const lines = new LineSplitter(LINK_LINE_LIMIT);
    this.#socket = socket;
    this.#cancel = this.options.timers.after(WELCOME_LIMIT_MS, () => this.#refuse(socket, 'no welcome'));
    socket.on('data', (chunk) => this.#read(socket, lines, chunk));
    socket.on('error', (error) => this.#report(error));
    socket.on('close', () => this.#redial());
    this.#greet();
  }

  /** Sends work now, or as soon as the host is there. */
  send(work: Unsequenced<RunnerWork>): void {
    const frame = this.#sequence.send(work);
    if (this.#welcomed) this.#write(frame);
  }

  /** Waits until the host has everything, at most `limitMs`, then hangs up for good. May be called twice. */
  async stop(limitMs: number): Promise<void> {
    if (this.#sequence.pending > 0 && !this.#stopped) {
      let cancel: () => void = () => undefined;
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
        cancel = this.options.timers.after(limitMs, resolve);
      });
      cancel();
    }
    this.#stopped = true;
    this.#cancel();
    this.#cancelPulse();
    this.#socket?.destroy();
  }

  #greet(): void {
    const { epoch, currentTurn } = this.options;
    const { received: host, sent, acknowledgedByPeer: acknowledged } = this.#sequence;
    this.#write({
      type: 'hello',
      v: 1,
      epoch,
      host,
      sent,
      acknowledged,
      turn: currentTurn(),
      pulseMs: PULSE_MS,
    });
  }

  #armPulse(): void {
    const { timers, currentTurn, activity } = this.options;
    this.#cancelPulse();
    this.#cancelPulse = timers.after(PULSE_MS, () => {
      if (currentTurn() !== null) this.#write({ type: 'pulse', ...activity() });
      this.#armPulse();
    });
  }

  #read(socket: Duplex, lines: LineSplitter, chunk: Buffer): void {
    try {
      for (const line of lines.push(chunk)) this.#take(hostFrameSchema.parse(JSON.parse(line)));
    } catch (error) {
      // Only the error's name: a schema error's text quotes the frame.
      this.#refuse(socket, error instanceof Error ? error.name : 'unknown');
    }
  }

  #take(frame: HostFrame): void {
    if (frame.type === 'welcome') return this.#open(frame);
    if (!this.#welcomed) throw new Error('a frame came before the welcome');
    if (frame.type === 'ack') return this.#acknowledged(frame.received);
    if (this.#sequence.accept(frame.seq)) this.options.onWork(frame);
    this.#write({ type: 'ack', received: this.#sequence.received?.received ?? 0 });
  }

  #open(welcome: Extract<HostFrame, { type: 'welcome' }>): void {
    this.#cancel();
    this.#welcomed = true;
    this.#attempt = 0;
    const { epoch, received, config } = welcome;
    this.options.log('link_open', { host: epoch });
    // A new host process numbers its frames from 1: nothing of its epoch has been acknowledged yet.
    for (const frame of this.#sequence.connected({ epoch, received, acknowledged: 0 })) this.#write(frame);
    this.#acknowledged(received);
    this.#armPulse();
    this.options.onWelcome(config);
  }

  #acknowledged(received: number): void {
    this.#sequence.acknowledged(received);
    if (this.#sequence.pending === 0) this.#settled();
  }

  /** What broke once may break again at once: the next dial takes the longest pause. */
  #refuse(socket: Duplex, reason: string): void {
    this.options.log('link_refused', { reason });
    this.#attempt = PAUSES_MS.length;
    socket.destroy();
  }

  /** Once a break, not once a dial: the orchestrator may be away for hours. */
  #report(error: Error): void {
    if (this.#attempt === 0) this.options.log('link_error', { reason: error.message });
  }

  #redial(): void {
    this.#cancel();
    this.#cancelPulse();
    this.#welcomed = false;
    if (this.#stopped) return;
    const pause = PAUSES_MS[this.#attempt] ?? LONGEST_PAUSE_MS;
    this.#attempt += 1;
    this.#cancel = this.options.timers.after(pause, () => this.start());
  }

  #write(frame: RunnerFrame): void {
    if (this.#socket?.writable) this.#socket.write(`${JSON.stringify(frame)}\n`);
  }
}
