/**
 * What people write, live and missed, into the journal without a gap and in order.
 *
 *   live → behind (the connection broke, or a message could not be stored) → live again once its history was read
 *
 * Invariant: while a chat is behind nothing of it is stored but out of its history, oldest first; live messages wait
 * until then. So the newest stored message never hides a missed one, whenever the process may die.
 */
import type { Clock } from '../../clock.ts';
import type { InboundMessage } from '../../store/journal.ts';
import type { ChannelHost } from '../channel.ts';
import type { Refusal } from './outcome.ts';
import { isSnowflake, snowflakeAt, timeOf } from './snowflake.ts';

/** A page of a chat's history, oldest first: what to store, and the id to go on after; null at the end. */
export type Page = { messages: readonly InboundMessage[]; next: string | null };

export type FeedOptions = {
  host: Pick<ChannelHost, 'inbound' | 'registered' | 'newestId'>;
  /** Messages of a chat after an id. */
  read(jid: string, after: string): Promise<Page>;
  /** What an error of `read` means. */
  judge(error: unknown): Refusal;
  clock: Clock;
  /** One line for the log, about one chat; never a message's text. */
  warn(jid: string, text: string): void;
};

/** Looked at again before the newest stored message: events may come out of order, milliseconds. */
const OVERLAP_MS = 60_000;

/** Chats whose history is read at once. */
const READERS = 8;

/** Live messages kept while a chat is behind; older ones are in the history anyway. */
const HELD_LIMIT = 500;

/** Waits after failures without a time of their own, milliseconds; the last one repeats. */
const BACKOFF_MS = [1000, 5000, 15_000, 60_000] as const;

type Behind = {
  after: string;
  held: InboundMessage[];
  failures: number;
  reading: boolean;
  /** The connection broke (again) since its history was last begun. */
  stale: boolean;
};

export class Feed {
  readonly #behind = new Map<string, Behind>();
  readonly #queue: string[] = [];
  readonly #pending = new Set<Promise<unknown>>();
  #reading = 0;
  #connected = false;
  #stopped = false;

  constructor(readonly options: FeedOptions) {}

  /** Chats whose history is still to be read. */
  get behindCount(): number {
    return this.#behind.size;
  }

  /** From now on messages may be missed. To be called before a connection is made, and when it is lost. */
  interrupted(): void {
    this.#connected = false;
    for (const { jid } of this.options.host.registered())
      this.#fallBehind(jid, this.#newest(jid)).stale = true;
  }

  /** The connection is there: read what was missed. */
  connected(): void {
    this.interrupted();
    this.#connected = true;
    for (const jid of this.#behind.keys()) this.#enqueue(jid);
  }

  /** A live message. */
  take(message: InboundMessage): void {
    if (this.#stopped) return;
    const behind = this.#behind.get(message.jid);
    if (behind === undefined) return this.#track(this.#storeLive(message));
    behind.held.push(message);
    if (behind.held.length > HELD_LIMIT) behind.held.shift();
  }

  /** Resolves when what was begun is stored. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#pending);
  }

  async #storeLive(message: InboundMessage): Promise<void> {
    try {
      await this.options.host.inbound(message);
    } catch (error) {
      const behind = this.#fallBehind(message.jid, message.id);
      this.#retry(message.jid, behind, error);
    }
  }

  #newest(jid: string): string {
    const newest = this.options.host.newestId(jid);
    return newest !== null && isSnowflake(newest) ? newest : snowflakeAt(this.options.clock.now());
  }

  #fallBehind(jid: string, id: string): Behind {
    const known = this.#behind.get(jid);
    if (known) return known;
    const after = snowflakeAt(timeOf(id) - OVERLAP_MS);
    const behind: Behind = { after, held: [], failures: 0, reading: false, stale: false };
    this.#behind.set(jid, behind);
    return behind;
  }

  #enqueue(jid: string): void {
    if (this.#behind.get(jid)?.reading === false && !this.#queue.includes(jid)) this.#queue.push(jid);
    this.#startReaders();
  }

  #startReaders(): void {
    while (this.#reading < READERS && !this.#stopped) {
      const next = this.#queue.shift();
      const behind = next === undefined ? undefined : this.#behind.get(next);
      if (next === undefined || behind === undefined) return;
      this.#track(this.#catchUp(next, behind));
    }
  }

  async #catchUp(jid: string, behind: Behind): Promise<void> {
    this.#reading += 1;
    behind.reading = true;
    try {
      await this.#readAll(jid, behind);
    } catch (error) {
      await this.#failed(jid, behind, error);
    } finally {
      behind.reading = false;
      this.#reading -= 1;
      if (behind.stale && this.#connected) this.#enqueue(jid);
      else this.#startReaders();
    }
  }

  async #readAll(jid: string, behind: Behind): Promise<void> {
    if (this.#connected) behind.stale = false;
    for (let next: string | null = behind.after; next !== null; ) {
      const page: Page = await this.options.read(jid, next);
      await this.#storeAll(page.messages);
      next = page.next;
      behind.after = next ?? behind.after;
      if (this.#stopped) return;
    }
    while (behind.held.length > 0) await this.#storeAll(behind.held.splice(0));
    behind.failures = 0;
    // In the same step as the last look at what is held: a live message comes either before it or after.
    if (!behind.stale) this.#behind.delete(jid);
  }

  /** In one turn of the event loop, so in one transaction. */
  async #storeAll(messages: readonly InboundMessage[]): Promise<void> {
    await Promise.all(messages.map((message) => this.options.host.inbound(message)));
  }

  async #failed(jid: string, behind: Behind, error: unknown): Promise<void> {
    const refusal = this.options.judge(error);
    if (refusal.kind !== 'never') return this.#retry(jid, behind, error);
    this.options.warn(jid, `missed messages cannot be read: ${refusal.reason}`);
    this.#behind.delete(jid);
    for (const message of behind.held.splice(0)) this.take(message);
  }

  #retry(jid: string, behind: Behind, error: unknown): void {
    const refusal = this.options.judge(error);
    const own = BACKOFF_MS[Math.min(behind.failures, BACKOFF_MS.length - 1)] ?? BACKOFF_MS[0];
    const afterMs = refusal.kind === 'later' ? (refusal.afterMs ?? own) : own;
    behind.failures += 1;
    this.options.warn(jid, `missed messages not read yet, again in ${afterMs} ms: ${refusal.reason}`);
    this.options.clock.after(afterMs, () => this.#enqueue(jid));
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }
}
