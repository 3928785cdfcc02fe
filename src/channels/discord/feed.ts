/**
 * What people write, change and delete, live and missed, into the journal without a gap and in order.
 *
 *   live → behind (the connection broke, or something could not be stored) → live again once its history was read
 *
 * Invariant: while a chat is behind nothing of it is stored but out of its history, oldest first; what comes live
 * waits until then. So the newest stored message never hides a missed one, whenever the process may die.
 */
import type { Clock } from '../../clock.ts';
import type { ChannelHost } from '../channel.ts';
import { Held } from './held.ts';
import type { Refusal } from './outcome.ts';
import { chatOf, type Item, isInHistory, Recorder } from './recorder.ts';
import { compareIds, isSnowflake, snowflakeAt, snowflakeIn, timeOf } from './snowflake.ts';

/** A page of a chat's history, oldest first: what to store, and the id to go on after; null at the end. */
export type Page = { items: readonly Item[]; next: string | null };

export type FeedOptions = {
  host: Pick<ChannelHost, 'inbound' | 'changed' | 'registered' | 'newestId' | 'unanswered'>;
  /** Messages of a chat after an id. */
  read(jid: string, after: string): Promise<Page>;
  /** Which of these messages of a chat, oldest first, its history does not show any more. */
  gone(jid: string, ids: readonly string[]): Promise<readonly string[]>;
  /** What an error of `read` and `gone` means. */
  judge(error: unknown): Refusal;
  clock: Clock;
  /** One line for the log, about one chat; never a message's text. */
  warn(jid: string, text: string): void;
};

/** Looked at again before the newest stored message: events may come out of order, milliseconds. */
const OVERLAP_MS = 60_000;

/** Chats whose history is read at once. */
const READERS = 8;

/** Waits after failures without a time of their own, milliseconds; the last one repeats. */
const BACKOFF_MS = [1000, 5000, 15_000, 60_000] as const;

type Behind = {
  after: string;
  held: Held;
  failures: number;
  reading: boolean;
  /** The connection broke (again) since its history was last begun. */
  stale: boolean;
  /** Whether the questions on record were looked for since then. */
  questionsSeen: boolean;
};

export class Feed {
  readonly #behind = new Map<string, Behind>();
  readonly #queue: string[] = [];
  readonly #pending = new Set<Promise<unknown>>();
  readonly #recorder: Recorder;
  #reading = 0;
  #connected = false;
  #stopped = false;

  constructor(readonly options: FeedOptions) {
    this.#recorder = new Recorder(options.host);
  }

  /** Chats whose history is still to be read. */
  get behindCount(): number {
    return this.#behind.size;
  }

  /** From now on messages may be missed. To be called before a connection is made, and when it is lost. */
  interrupted(): void {
    this.#connected = false;
    for (const { jid } of this.options.host.registered()) this.#fallBehind(jid).stale = true;
  }

  /** The connection is there: read what was missed. */
  connected(): void {
    this.interrupted();
    this.#connected = true;
    for (const jid of this.#behind.keys()) this.#enqueue(jid);
  }

  /** Something that came live. */
  take(item: Item): void {
    if (this.#stopped) return;
    const behind = this.#behind.get(chatOf(item));
    if (behind !== undefined) behind.held.add(item);
    else this.#track(this.#storeLive(item));
  }

  /** Resolves when what was begun is stored. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#pending);
  }

  async #storeLive(item: Item): Promise<void> {
    try {
      await this.#recorder.store(item);
    } catch (error) {
      const jid = chatOf(item);
      const behind = this.#fallBehind(jid, item.kind === 'message' ? item.message.id : undefined);
      if (!isInHistory(item)) behind.held.add(item);
      this.#retry(jid, behind, error);
    }
  }

  /** @param failed a message that could not be stored: others after it may have been */
  #fallBehind(jid: string, failed?: string): Behind {
    const known = this.#behind.get(jid);
    if (known) return known;
    const after = this.#start(jid, failed ?? this.options.host.newestId(jid));
    const state = { failures: 0, reading: false, stale: false, questionsSeen: true };
    const behind: Behind = { after, held: new Held(), ...state };
    this.#behind.set(jid, behind);
    return behind;
  }

  /** Where looking begins. What was said before the chat was registered is nobody's question to us. */
  #start(jid: string, id: string | null): string {
    const group = this.options.host.registered().find((one) => one.jid === jid);
    const registered = snowflakeAt(group?.addedAt ?? this.options.clock.now());
    const newest = id === null ? null : snowflakeIn(id);
    if (newest === null) return registered;
    const before = snowflakeAt(timeOf(newest) - OVERLAP_MS);
    return compareIds(before, registered) > 0 ? before : registered;
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
      this.#failed(jid, behind, error);
    } finally {
      behind.reading = false;
      this.#reading -= 1;
      if (behind.stale && this.#connected) this.#enqueue(jid);
      else this.#startReaders();
    }
  }

  async #readAll(jid: string, behind: Behind): Promise<void> {
    if (this.#connected) {
      if (behind.stale) behind.questionsSeen = false;
      behind.stale = false;
    }
    if (!behind.questionsSeen) await this.#withdrawGone(jid);
    behind.questionsSeen = true;
    for (let next: string | null = behind.after; next !== null; ) {
      const page: Page = await this.options.read(jid, next);
      await this.#storeAll(page.items);
      next = page.next;
      behind.after = next ?? behind.after;
      if (this.#stopped) return;
    }
    while (!behind.held.isEmpty) await this.#storeHeld(behind.held);
    behind.failures = 0;
    // In the same step as the last look at what is held: what comes live comes either before it or after.
    if (!behind.stale) this.#behind.delete(jid);
  }

  /** Nobody should answer a question that was deleted while nobody told us. */
  async #withdrawGone(jid: string): Promise<void> {
    const questions = this.options.host.unanswered(jid).map(({ id }) => id);
    const ids = questions.filter(isSnowflake).sort(compareIds);
    if (ids.length === 0) return;
    const gone = await this.options.gone(jid, ids);
    await this.#storeAll(gone.map((id) => ({ kind: 'change', change: { jid, id, kind: 'deleted' } })));
  }

  async #storeHeld(held: Held): Promise<void> {
    const items = held.takeAll();
    try {
      await this.#storeAll(items);
    } catch (error) {
      held.putBack(items);
      throw error;
    }
  }

  /** In one turn of the event loop, so in one transaction. */
  async #storeAll(items: readonly Item[]): Promise<void> {
    await Promise.all(items.map((item) => this.#recorder.store(item)));
  }

  #failed(jid: string, behind: Behind, error: unknown): void {
    const refusal = this.options.judge(error);
    if (refusal.kind !== 'never') return this.#retry(jid, behind, error);
    this.options.warn(jid, `missed messages cannot be read: ${refusal.reason}`);
    this.#behind.delete(jid);
    for (const item of behind.held.takeAll()) this.take(item);
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
