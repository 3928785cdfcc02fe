/** A feed of one Discord chat, with the chat's history, the store behind it, and what goes wrong between them. */
import type { MessageChange } from '../../src/channels/channel.ts';
import { Feed, type Page } from '../../src/channels/discord/feed.ts';
import { readRefusal } from '../../src/channels/discord/outcome.ts';
import type { Item } from '../../src/channels/discord/recorder.ts';
import { compareIds, snowflakeAt } from '../../src/channels/discord/snowflake.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { FakeClock } from './clock.ts';
import { settle } from './settle.ts';

const JID = 'dc:5';
/** Ids are 10 s apart from here on. */
export const START_MS = 1_700_000_000_000;
export const idOf = (n: number) => snowflakeAt(START_MS + n * 10_000);
export const message = (n: number) => ({ jid: JID, id: idOf(n), text: `${n}` }) as InboundMessage;
export const deletion = (n: number): MessageChange => ({ jid: JID, id: idOf(n), kind: 'deleted' });
export const offline = new Error('connect ECONNREFUSED');
export const forbidden = Object.assign(new Error('Missing Access'), { status: 403, code: 50_001 });

export class FeedWorld {
  readonly clock = new FakeClock();
  /** What people wrote, in order. */
  history: InboundMessage[] = [];
  /** Texts as first stored, in order. */
  readonly stored: string[] = [];
  /** Changes as told to the store, with how many messages it had. */
  readonly changed: [string, number][] = [];
  addedAt = START_MS - 3_600_000;
  newest: string | null = null;
  readonly reads: string[] = [];
  /** Questions on record without an answer, and those that were looked for in the history. */
  questions: { id: string; thread: null }[] = [];
  readonly looked: (readonly string[])[] = [];
  readonly warnings: string[] = [];
  storeError: Error | null = null;
  /** What becomes of the next reads; a function runs while it is under way. */
  answers: (Error | (() => void))[] = [];
  readonly feed = new Feed({
    host: {
      inbound: (one) => this.#inbound(one),
      changed: (one) => this.#change(one),
      registered: () => [{ jid: JID, addedAt: this.addedAt } as Group],
      newestId: () => this.newest,
      unanswered: () => this.questions,
    },
    read: (jid, after) => this.#read(jid, after),
    gone: (_jid, ids) => this.#gone(ids),
    judge: readRefusal,
    clock: this.clock,
    warn: (_jid, text) => void this.warnings.push(text),
  });

  live(n: number): void {
    this.history.push(message(n));
    this.feed.take({ kind: 'message', message: message(n) });
  }

  liveChange(change: MessageChange): void {
    this.feed.take({ kind: 'change', change });
  }

  async connect(): Promise<void> {
    this.feed.connected();
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  async #inbound({ id, text }: InboundMessage) {
    await Promise.resolve();
    if (this.storeError) throw this.storeError;
    if (this.stored.includes(text)) return { kind: 'duplicate' as const };
    this.stored.push(text);
    this.newest = id;
    return { kind: 'stored' as const, asks: true, isCommand: false };
  }

  async #change(one: MessageChange) {
    await Promise.resolve();
    if (this.storeError) throw this.storeError;
    this.changed.push([one.id, this.stored.length]);
  }

  async #read(jid: string, after: string): Promise<Page> {
    this.reads.push(after);
    const found = this.history.filter((one) => one.jid === jid && compareIds(one.id, after) > 0).slice(0, 3);
    this.#meet();
    await Promise.resolve();
    const items = found.map((message): Item => ({ kind: 'message', message }));
    return { items, next: found.length < 3 ? null : (found.at(-1)?.id ?? null) };
  }

  async #gone(ids: readonly string[]) {
    this.looked.push(ids);
    this.#meet();
    return ids.filter((one) => !this.history.some(({ id }) => id === one));
  }

  /** What is in store for this read. */
  #meet(): void {
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    answer?.();
  }
}
