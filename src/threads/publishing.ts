/**
 * From a draft to a post. An agent may draft; what it drafts is shown to the chat word for word by us, and goes out only
 * after somebody who may ask has answered with the words shown there. No agent, task, bot or web page can say them.
 *
 * Invariants: what goes out is the text that was shown; a draft is claimed on disk before it is sent, so that it goes
 * out once at most, whatever dies in between.
 */
import type { Store } from '../store/store.ts';
import type { ThreadsDraft } from '../store/threads-drafts.ts';
import type { Language } from '../turns/notices.ts';
import { isGoAhead } from './go-ahead.ts';
import type { Post, PostEnd } from './posts.ts';
import { draftShown, goAheadFor } from './texts.ts';

/** What is not done, and why, in words for the agent. */
export class ThreadsRefusedError extends Error {
  readonly code = 'THREADS_REFUSED';
}

export type PublishingOptions = {
  store: Pick<Store, 'write' | 'threadsDrafts'>;
  mayUseThreads(folder: string): boolean;
  publish(folder: string, post: Post): Promise<PostEnd>;
  /** What is left of a message of a chat once the call of the assistant is taken off. */
  wordsFor(jid: string, text: string): string;
  assistantName: string;
  language: Language;
};

export class Publishing {
  constructor(readonly options: PublishingOptions) {}

  /** @throws ThreadsRefusedError */
  assertAllowed(folder: string): void {
    if (!this.options.mayUseThreads(folder)) throw new ThreadsRefusedError('this group may not use Threads');
  }

  /** To be called inside a write. @returns its number, what the chat is to be shown, and the words that let it go out */
  draft(folder: string, draft: Pick<ThreadsDraft, 'jid' | 'text' | 'replyTo'>) {
    const { store, assistantName, language } = this.options;
    const added = store.threadsDrafts.add(folder, draft);
    const goAhead = goAheadFor(added.number, language);
    return { number: added.number, shown: draftShown(added, assistantName, language), goAhead };
  }

  /**
   * @returns the id of the post; the same one again for a draft that is published
   * @throws ThreadsRefusedError when nothing was published, or nobody knows
   */
  async publish(folder: string, number: number): Promise<string> {
    const { store, publish } = this.options;
    const found = store.threadsDrafts.find(folder, number);
    if (found === null) throw new ThreadsRefusedError(`there is no draft ${number}: draft it first`);
    if (found.state === 'published' && found.postId !== null) return found.postId;
    this.#assertGoAhead(found);
    const draft = await store.write(() => this.#claim(folder, number));
    const end = await publish(folder, draft);
    await store.write(() => store.threadsDrafts.settle(folder, number, settled(end)));
    if (end.kind === 'published') return end.id;
    throw new ThreadsRefusedError(end.kind === 'unclear' ? UNCLEAR(end.reason) : end.reason);
  }

  #assertGoAhead(draft: ThreadsDraft): void {
    const { store, wordsFor, language } = this.options;
    const said = store.threadsDrafts.saidSince(draft).map((text) => wordsFor(draft.jid, text));
    if (said.some((text) => isGoAhead(text, draft.number))) return;
    const words = goAheadFor(draft.number, language);
    throw new ThreadsRefusedError(`nobody has let it go out: a person in the chat has to write "${words}"`);
  }

  /** One that is claimed already was being sent by a process that is gone, or is being sent at this moment. */
  #claim(folder: string, number: number): ThreadsDraft {
    const { threadsDrafts } = this.options.store;
    const draft = threadsDrafts.find(folder, number);
    if (draft?.state !== 'shown') throw new ThreadsRefusedError(UNCLEAR('it was sent before'));
    threadsDrafts.settle(folder, number, { state: 'publishing', postId: null });
    return draft;
  }
}

const UNCLEAR = (reason: string) =>
  `it may be published or not (${reason}): look at the profile, and if it is not there make a new draft`;

function settled(end: PostEnd): Pick<ThreadsDraft, 'state' | 'postId'> {
  switch (end.kind) {
    case 'published':
      return { state: 'published', postId: end.id };
    case 'failed':
      return { state: 'shown', postId: null };
    case 'unclear':
      return { state: 'unclear', postId: null };
  }
}
