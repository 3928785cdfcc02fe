/**
 * Sends the outbox. One worker a chat keeps its order; chats never wait for each other. The outbox alone
 * repeats sends, always under the same key. Woken by each new row, by a retry's time, or at start.
 */
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Channel, Outgoing, SendOutcome } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingFiles } from '../files/outgoing.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Language } from '../turns/notices.ts';
import { LONGEST_WAIT_MS, Progress } from './progress.ts';
import { noticesOf } from './undelivered.ts';

export type DeliveryRecord = {
  jid: string;
  channel: string;
  result: 'sent' | 'retry' | 'unclear' | 'undeliverable';
  seconds: number;
};

export type DeliveryOptions = {
  store: Store;
  channels: readonly Channel[];
  clock: Clock;
  log: Logger;
  files: Pick<OutgoingFiles, 'drop' | 'sweep'>;
  /** Chats in which operators hear of a reply that can't be delivered. */
  mainChats(): readonly string[];
  language: Language;
  answersOf(turnId: string): readonly string[];
  onRecord(record: DeliveryRecord): void;
};

/** One send may take this long before its outcome counts as unclear, milliseconds. */
const SEND_DEADLINE_MS = 30_000;

/** Waits after failures without a time of their own, milliseconds; the last one repeats. */
const BACKOFF_MS = [1000, 2000, 5000, 15_000, LONGEST_WAIT_MS] as const;

export class Delivery {
  readonly #busy = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, () => void>();
  readonly #stop = new AbortController();

  readonly #progress: Progress;

  constructor(readonly options: DeliveryOptions) {
    this.#progress = new Progress(options.clock);
  }

  /** Takes up what a former process left; its half-done sends are repeated under the same key. */
  async start(): Promise<void> {
    const { store, files } = this.options;
    await store.write(() => store.outbox.markInterrupted());
    await files.sweep(store.outbox.openFiles());
    for (const jid of store.outbox.openChats()) void this.wake(jid);
  }

  /**
   * There may be something to send in this chat. Resolves when nothing more can be sent now; never rejects. A time to
   * wait is waited out: what is new stands behind the reply that waits.
   */
  wake(jid: string): Promise<void> {
    const busy = this.#busy.get(jid);
    if (busy || this.#stop.signal.aborted || this.#waiting.has(jid)) return busy ?? Promise.resolve();
    const worker = this.#drain(jid).finally(() => this.#busy.delete(jid));
    this.#busy.set(jid, worker);
    return worker;
  }

  /** How the replies to a channel's chats get on. */
  healthOf(channel: Channel): ComponentHealth {
    const jids = this.options.store.outbox.openChats().filter((jid) => channel.owns(jid));
    return this.#progress.healthOf(channel, { jids, isWaiting: (jid) => this.#waiting.has(jid) });
  }

  /** Ends after the sends that are under way. What is left is sent at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
    await Promise.all(this.#busy.values());
  }

  async #drain(jid: string): Promise<void> {
    const { store, log } = this.options;
    try {
      for (
        let row = store.outbox.next(jid);
        row && !this.#stop.signal.aborted;
        row = store.outbox.next(jid)
      ) {
        this.#progress.step(jid);
        const waitMs = await this.#sendOne(row);
        if (waitMs !== null) return this.#wakeLater(jid, waitMs);
      }
    } catch (error) {
      // Only the store can fail here. The row stays as it is and is tried again, so nothing is lost.
      log.error({ err: error, jid }, 'delivery stopped by the store');
      this.#wakeLater(jid, BACKOFF_MS[2]);
    }
  }

  #wakeLater(jid: string, ms: number): void {
    if (this.#stop.signal.aborted) return;
    const cancel = this.options.clock.after(ms, () => {
      this.#waiting.delete(jid);
      void this.wake(jid);
    });
    this.#waiting.set(jid, cancel);
  }

  /** @returns milliseconds to wait before the next try, null when the row is settled */
  async #sendOne(row: OutboxRow): Promise<number | null> {
    const { store, clock, channels, onRecord } = this.options;
    const channel = channels.find((candidate) => candidate.owns(row.jid));
    await store.write(() => store.outbox.markSending(row.seq, clock.now()));
    const started = clock.monotonic();
    const outcome = channel ? await send(channel, this.#toOutgoing(row)) : noChannel(row.jid);
    if (channel) this.#progress.ended(channel.name, outcome);
    const told = await store.write(() => this.#settle(row, outcome));
    for (const jid of told) if (jid !== row.jid) void this.wake(jid);
    if (row.file && isSettled(outcome)) await this.options.files.drop(row.key);
    const seconds = (clock.monotonic() - started) / 1000;
    onRecord({ jid: row.jid, channel: channel?.name ?? 'none', result: outcome.kind, seconds });
    return this.#report(row, outcome);
  }

  #toOutgoing(row: OutboxRow): Outgoing {
    const { jid, thread, key, body: text, file, firstTryAt } = row;
    const previous = firstTryAt === null ? null : this.options.store.outbox.receiptBefore(row);
    return {
      jid,
      thread,
      key,
      text,
      file,
      answers: this.options.answersOf(row.turnId),
      firstTryAt,
      previous,
    };
  }

  /** @returns chats that are told of it */
  #settle(row: OutboxRow, outcome: SendOutcome): string[] {
    const { store, clock } = this.options;
    const state = outcome.kind === 'retry' ? 'pending' : outcome.kind;
    const detail = outcome.kind === 'sent' ? { receipt: outcome.receipt } : { reason: outcome.reason };
    store.outbox.settle(row.seq, state, detail, clock.now());
    if (outcome.kind !== 'undeliverable') return [];
    const { mainChats, language } = this.options;
    const notices = noticesOf(row, outcome, { mains: mainChats(), language });
    for (const notice of notices) store.outbox.add(notice, clock.now());
    return notices.map(({ jid }) => jid);
  }

  #report(row: OutboxRow, outcome: SendOutcome): number | null {
    const about = { jid: row.jid, key: row.key };
    switch (outcome.kind) {
      case 'sent':
        this.options.log.info(about, 'Reply delivered');
        return null;
      case 'undeliverable':
        this.options.log.error({ ...about, reason: outcome.reason }, 'Reply can never be delivered');
        return null;
      case 'retry':
        this.options.log.warn(
          { ...about, reason: outcome.reason, afterMs: outcome.afterMs },
          'Reply not taken, retry later',
        );
        return outcome.afterMs;
      case 'unclear': {
        const afterMs = BACKOFF_MS[Math.min(row.attempts, BACKOFF_MS.length - 1)] ?? BACKOFF_MS[0];
        this.options.log.warn(
          { ...about, reason: outcome.reason, afterMs },
          'Outcome of a send is unclear, retry under its key',
        );
        return afterMs;
      }
    }
  }
}

function noChannel(jid: string): SendOutcome {
  return { kind: 'undeliverable', reason: `no channel serves ${jid}`, chat: 'gone' };
}

function isSettled({ kind }: SendOutcome): boolean {
  return kind === 'sent' || kind === 'undeliverable';
}

/** A channel that lets the deadline pass keeps nobody waiting: whether it sent is then unclear. */
async function send(channel: Channel, message: Outgoing): Promise<SendOutcome> {
  const deadline = AbortSignal.timeout(SEND_DEADLINE_MS);
  const late = new Promise<SendOutcome>((resolve) => {
    deadline.addEventListener('abort', () => resolve({ kind: 'unclear', reason: 'no answer in time' }), {
      once: true,
    });
  });
  try {
    return await Promise.race([channel.send(message, deadline), late]);
  } catch (error) {
    return { kind: 'unclear', reason: (error as Error).message };
  }
}
