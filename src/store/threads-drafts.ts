/** A group's drafts for Threads, one row a group in `router_state`, and the words with which people let one go out. */
import * as z from 'zod';
import type { Db } from './open.ts';

/**
 *   shown → publishing → published
 *                      → shown     (Threads surely did not take it: it may be tried again)
 *                      → unclear   (it may have taken it; never tried again by itself)
 */
const draftSchema = z.object({
  number: z.number().int(),
  jid: z.string(),
  text: z.string(),
  /** Id of the post that it answers. */
  replyTo: z.string().nullable(),
  /** Rows of `messages` up to this one were there before it was shown. */
  afterSeq: z.number().int(),
  state: z.enum(['shown', 'publishing', 'published', 'unclear']),
  postId: z.string().nullable(),
});
export type ThreadsDraft = z.infer<typeof draftSchema>;

/** Nobody goes back further than this. */
const KEPT = 20;

export class ThreadsDrafts {
  readonly #get;
  readonly #put;
  readonly #newest;
  readonly #words;

  constructor(db: Db) {
    this.#get = db.prepare<[string], string>('SELECT value FROM router_state WHERE key = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO router_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#newest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM messages').pluck();
    // Who asks is somebody who may; a bot is never a person.
    this.#words = db
      .prepare<[string, number], string>(
        `SELECT content FROM messages WHERE chat_jid = ? AND seq > ? AND asks = 1 AND is_bot_message = 0
         AND is_deleted = 0 ORDER BY seq`,
      )
      .pluck();
  }

  find(folder: string, number: number): ThreadsDraft | null {
    return this.#all(folder).find((draft) => draft.number === number) ?? null;
  }

  /** To be called inside a write. @returns the draft with its number */
  add(folder: string, draft: Pick<ThreadsDraft, 'jid' | 'text' | 'replyTo'>): ThreadsDraft {
    const all = this.#all(folder);
    const number = (all.at(-1)?.number ?? 0) + 1;
    const fresh = { state: 'shown', postId: null, afterSeq: this.#newest.get() ?? 0 } as const;
    const added: ThreadsDraft = { ...draft, ...fresh, number };
    this.#save(folder, [...all, added]);
    return added;
  }

  /** To be called inside a write. */
  settle(folder: string, number: number, change: Pick<ThreadsDraft, 'state' | 'postId'>): void {
    this.#save(
      folder,
      this.#all(folder).map((draft) => (draft.number === number ? { ...draft, ...change } : draft)),
    );
  }

  /** What people who may ask have said in the draft's chat since it was shown, oldest first. */
  saidSince({ jid, afterSeq }: ThreadsDraft): string[] {
    return this.#words.all(jid, afterSeq);
  }

  /** One that can't be read was damaged by hand: its drafts are lost, and nothing of them can go out. */
  #all(folder: string): ThreadsDraft[] {
    const text = this.#get.get(keyOf(folder));
    return text === undefined ? [] : z.array(draftSchema).catch([]).parse(JSON.parse(text));
  }

  #save(folder: string, drafts: readonly ThreadsDraft[]): void {
    this.#put.run(keyOf(folder), JSON.stringify(drafts.slice(-KEPT)));
  }
}

const keyOf = (folder: string) => `threads_drafts:${folder}`;
