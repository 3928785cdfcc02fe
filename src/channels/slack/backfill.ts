/**
 * Finds the messages that were missed while there was no connection, or that could not be stored, and stores them
 * oldest first before anything newer of their chat gets in (gates.ts).
 *
 * A chat is noted with the newest message on record at the moment its connection was lost. A note is crossed off only
 * by a search that began while connected and after the note was made.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { ChannelHost } from '../channel.ts';
import type { SlackApi } from './api.ts';
import { SlackCallError } from './failure.ts';
import type { Gates } from './gates.ts';
import { type Missed, type Reading, readMissed } from './history.ts';
import { tsOfMs } from './time.ts';

export type BackfillOptions = {
  api: SlackApi;
  host: ChannelHost;
  gates: Gates;
  /** Stores one message or change, past the gate. */
  store(missed: Missed): Promise<void>;
  clock: Clock;
  log: Logger;
};

/** `round`: after how many losses of the connection its chat fell behind. */
type Note = { since: string; round: number };

/** Pause after a failure, milliseconds. */
const RETRY_MS = 2000;

/** Threads in which nothing was said for so long, milliseconds, are not looked into when they began too long ago. */
const THREAD_LIVES_MS = 30 * 24 * 60 * 60_000;

export class Backfill {
  readonly #notes = new Map<string, Note>();
  /** Chats that could not be read, until the next try. */
  readonly #putOffs = new Set<string>();
  #connected = false;
  #working = false;
  #stopped = false;
  #round = 0;
  #storing: Promise<void> = Promise.resolve();
  #endPause: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(readonly options: BackfillOptions) {}

  /** Chats whose history is still to be read. */
  get behindCount(): number {
    return this.#notes.size;
  }

  /** Before the first connection: what is on record tells where the former process stopped. */
  begin(): void {
    for (const { jid } of this.options.host.registered()) this.#noteFromRecord(jid);
  }

  /** From now on messages may be missed, until `connected`. */
  lost(): void {
    this.#connected = false;
    this.#round += 1;
    this.begin();
  }

  connected(): void {
    this.#connected = true;
    // Registered while there was no connection.
    for (const { jid } of this.options.host.registered())
      if (!this.#notes.has(jid)) this.#noteFromRecord(jid);
    void this.#work();
  }

  /** A message of this chat came and could not be stored. */
  notStored(jid: string): void {
    this.#noteFromRecord(jid);
    this.#workLater(RETRY_MS);
  }

  /** Waits for the message that is being stored, not for an answer of Slack. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    this.#endPause();
    await this.#storing.catch(() => undefined); // reported where it is awaited as work
  }

  #noteFromRecord(jid: string): void {
    const since = this.#notes.get(jid)?.since ?? this.options.host.newestId(jid);
    this.#note(jid, since ?? tsOfMs(this.#addedAt(jid)));
  }

  /** Of a chat that is not registered only what comes from now on could be stored. */
  #addedAt(jid: string): number {
    const { host, clock } = this.options;
    return host.registered().find((group) => group.jid === jid)?.addedAt ?? clock.now();
  }

  /** A new note even when there is one: a search that is under way answers the old one only. */
  #note(jid: string, since: string): void {
    this.#notes.set(jid, { since, round: this.#notes.get(jid)?.round ?? this.#round });
    this.options.gates.close(jid);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const [jid, note] = next;
      await this.#fill(jid, note).catch((error: unknown) => this.#putOff(jid, error));
    }
    this.#working = false;
  }

  /** One chat that cannot be read keeps no other waiting; a Slack that takes no calls at all is left alone for a while. */
  #putOff(jid: string, error: unknown): void {
    const about = { err: error, jid, afterMs: RETRY_MS };
    this.options.log.warn(about, 'looking for missed Slack messages failed, again later');
    for (const one of isAboutChat(error) ? [jid] : this.#notes.keys()) this.#putOffs.add(one);
    this.#workLater(RETRY_MS);
  }

  /**
   * Who fell behind first comes first: with a connection that breaks again and again, lively chats would keep the
   * others waiting for ever. Then those in which somebody waits.
   */
  #next(): [jid: string, note: Note] | undefined {
    if (!this.#connected || this.#stopped) return undefined;
    const { gates } = this.options;
    const [first] = [...this.#notes]
      .filter(([jid]) => !this.#putOffs.has(jid))
      .sort(([a, one], [b, other]) => one.round - other.round || gates.waiting(b) - gates.waiting(a));
    return first;
  }

  async #fill(jid: string, note: Note): Promise<void> {
    const missed = await this.#read(jid, note);
    for (const message of missed) {
      if (this.#stopped) return;
      this.#storing = this.options.store(message);
      await this.#storing;
    }
    if (this.#notes.get(jid) !== note) return;
    this.#notes.delete(jid);
    this.options.gates.open(jid);
  }

  async #read(jid: string, { since }: Note): Promise<Missed[]> {
    const { api, host, clock } = this.options;
    const patient: Reading = {
      history: (window) => this.#patiently(() => api.history(window)),
      replies: (window, thread) => this.#patiently(() => api.replies(window, thread)),
    };
    const oldThreads = host.activeThreads(jid, clock.now() - THREAD_LIVES_MS);
    const questions = host.unanswered(jid);
    try {
      return await readMissed(patient, { jid, since, notBefore: this.#addedAt(jid), oldThreads, questions });
    } catch (error) {
      const { refusal } = api.calls;
      const isFinal = error instanceof SlackCallError && error.failure.kind === 'refused' && refusal === null;
      if (!isFinal) throw error;
      // For want of a scope, or out of the chat: nothing can be read there, so there is nothing to wait for.
      this.options.log.warn({ err: error, jid }, 'missed Slack messages of this chat cannot be looked for');
      return [];
    }
  }

  /** A chat with more threads than Slack allows calls a minute would never be read to its end by beginning anew. */
  async #patiently<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const afterMs = limitOf(error);
        if (afterMs === null || this.#stopped) throw error;
        await this.#pause(afterMs);
        if (this.#stopped) throw error;
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #workLater(ms: number): void {
    this.#cancelRetry();
    if (this.#stopped) return;
    this.#cancelRetry = this.options.clock.after(ms, () => {
      this.#putOffs.clear();
      void this.#work();
    });
  }
}

/** What failed inside Slack, or could not be stored, may have failed for this chat alone. */
function isAboutChat(error: unknown): boolean {
  return !(error instanceof SlackCallError) || error.failure.kind === 'lost';
}

/** How long Slack asks to wait, milliseconds; null when something else went wrong. */
function limitOf(error: unknown): number | null {
  const limited = error instanceof SlackCallError && error.failure.kind === 'rate_limited';
  return limited ? error.failure.afterMs : null;
}
