/**
 * The orchestrator's end of one agent's link. Listens on the agent's own socket; a later connection replaces an
 * earlier one (the runner dialled again).
 *
 * Invariants: work reaches `onWork` once and in order; it is acknowledged only after `onWork` has resolved, which
 * means durably done; a runner that breaks the protocol is cut off, and dials again.
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import {
  type HostFrame,
  type HostWork,
  LINK_LINE_LIMIT,
  LineSplitter,
  LinkSequence,
  type RunnerConfig,
  type RunnerHello,
  type RunnerPulse,
  type RunnerWork,
  runnerFrameSchema,
  type Unsequenced,
} from '../../contracts/link.ts';
import type { Clock } from '../clock.ts';

export type LinkHostOptions = {
  socketPath: string;
  /** This process's life, the same for all links. */
  epoch: string;
  config(): RunnerConfig;
  /** The runner is connected; all frames of its that were missed come next. */
  onHello(hello: RunnerHello): void;
  onPulse(pulse: RunnerPulse): void;
  /** The runner breaks the protocol each time it dials. */
  onHopeless(): void;
  /** Must resolve only when the work is durable. A rejection is tried again: nothing is ever skipped. */
  onWork(work: RunnerWork): Promise<void>;
  clock: Clock;
  log: Logger;
};

/** Pause before work that could not be stored is tried again, milliseconds. */
const RETRY_MS = 1000;

/** Frames that may wait to be done, and frames of ours that may wait for an acknowledgement. */
const MOST_QUEUED = 100;
const MOST_PENDING = 1000;

/** A runner that is cut off dials again and sends the same again: one that is cut off so often will not mend. */
const MOST_BREAKS = 5;

export class LinkHost {
  readonly #sequence = new LinkSequence<HostWork>();
  #server: Server | null = null;
  #socket: Socket | null = null;
  #greeted = false;
  #peerEpoch: string | null = null;
  #durable = 0;
  #waiting: Array<{ seq: number; resolve(): void }> = [];
  #tail: Promise<void> = Promise.resolve();
  #queued = 0;
  /** Since it last did something useful. */
  #breaks = 0;
  #closed = false;

  constructor(readonly options: LinkHostOptions) {}

  /** The socket's folder is mounted for one container alone, so whoever dials is that container. */
  async listen(): Promise<void> {
    await rm(this.options.socketPath, { force: true });
    const server = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(this.options.socketPath, resolve),
    );
    await chmod(this.options.socketPath, 0o666); // the container's user is another one than ours
    this.#server = server;
  }

  /** Sends work now, or as soon as the runner is connected. @returns its number */
  send(work: Unsequenced<HostWork>): number {
    const frame = this.#sequence.send(work);
    this.#write(frame);
    return frame.seq;
  }

  /** Whether the runner has acknowledged our frame `seq`. */
  hasTaken(seq: number): boolean {
    return this.#sequence.acknowledgedByPeer >= seq;
  }

  /** Resolves once the runner's frames up to `seq` are durably done. */
  whenDone(seq: number): Promise<void> {
    if (this.#durable >= seq) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ seq, resolve }));
  }

  /** Resolves once everything received so far is done. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#socket?.destroy();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
  }

  #serve(socket: Socket): void {
    this.#socket?.destroy();
    this.#socket = socket;
    this.#greeted = false;
    const lines = new LineSplitter(LINK_LINE_LIMIT);
    socket.on('error', (error) => this.options.log.debug({ err: error }, 'link broken'));
    socket.on('data', (chunk) => {
      try {
        for (const line of lines.push(chunk)) this.#take(line);
      } catch (error) {
        // Only the kind of error: its text may quote the frame.
        const kind = error instanceof Error ? error.name : typeof error;
        this.options.log.warn({ kind }, 'agent broke the link protocol; connection closed');
        socket.destroy();
        this.#breaks += 1;
        if (this.#breaks === MOST_BREAKS) this.options.onHopeless();
      }
    });
  }

  #take(line: string): void {
    const frame = runnerFrameSchema.parse(JSON.parse(line));
    switch (frame.type) {
      case 'hello':
        return this.#greet(frame);
      case 'ack':
        return this.#sequence.acknowledged(frame.received);
      case 'pulse':
        return this.options.onPulse(frame);
      default:
        if (this.#sequence.accept(frame.seq)) this.#enqueue(frame);
    }
  }

  #greet(hello: RunnerHello): void {
    if (hello.epoch !== this.#peerEpoch) {
      this.#peerEpoch = hello.epoch;
      this.#done(hello.acknowledged);
    }
    const received = hello.host?.epoch === this.options.epoch ? hello.host.received : 0;
    const missed = this.#sequence.connected({
      epoch: hello.epoch,
      received,
      acknowledged: hello.acknowledged,
    });
    const { epoch, config } = this.options;
    this.#greeted = true;
    this.#write({ type: 'welcome', v: 1, epoch, received: this.#durable, config: config() });
    for (const work of missed) this.#write(work);
    this.options.onHello(hello);
  }

  /** Reads no further while much is to be done, and lets go of a runner that takes no answers. */
  #enqueue(work: RunnerWork): void {
    if (this.#sequence.pending > MOST_PENDING) throw new Error('the agent acknowledges nothing');
    this.#queued += 1;
    if (this.#queued === MOST_QUEUED) this.#socket?.pause();
    this.#tail = this.#tail.then(async () => {
      await this.#process(work);
      this.#queued -= 1;
      if (this.#queued < MOST_QUEUED) this.#socket?.resume();
    });
  }

  #done(seq: number): void {
    this.#durable = seq;
    const due = this.#waiting.filter((waiter) => waiter.seq <= seq);
    this.#waiting = this.#waiting.filter((waiter) => waiter.seq > seq);
    for (const waiter of due) waiter.resolve();
  }

  async #process(work: RunnerWork): Promise<void> {
    const { onWork, clock, log } = this.options;
    while (!this.#closed) {
      try {
        await onWork(work);
        this.#breaks = 0;
        this.#done(work.seq);
        return this.#write({ type: 'ack', received: work.seq });
      } catch (error) {
        log.error({ err: error, type: work.type }, 'agent output could not be stored; trying again');
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      }
    }
  }

  #write(frame: HostFrame): void {
    if (this.#greeted && this.#socket?.writable) this.#socket.write(`${JSON.stringify(frame)}\n`);
  }
}
