/**
 * The sign that the assistant is at work: a reaction on the message that asked, the same one in every process. Only a
 * sign: one that cannot be shown is dropped, and without the scope for it there is none. One that could not be taken away
 * is tried again, since it would stay for ever.
 */
import type { Address } from '../channel.ts';
import type { SlackApi } from './api.ts';
import { isRefusal, SlackCallError } from './failure.ts';
import { isTs } from './time.ts';

const REACTION = 'eyes';

/** Signs to be taken away that are remembered. */
const MOST_LEFT = 100;

type Place = { jid: string; ts: string };

export class WorkingSign {
  /** Where it is, by chat and thread. */
  readonly #shown = new Map<string, Place>();
  #left: Place[] = [];
  #off = false;
  /** One after the other, so that a sign never outlives its own removal. */
  #tail: Promise<void> = Promise.resolve();

  constructor(readonly api: Pick<SlackApi, 'react'>) {}

  /** @param question id of what is worked on; the start of its thread is near enough where it is no message */
  set({ jid, thread }: Address, working: boolean, question: string | null): void {
    const name = `${jid} ${thread ?? ''}`;
    const shown = this.#shown.get(name);
    if (working === (shown !== undefined)) return;
    const ts = question !== null && isTs(question) ? question : thread;
    const place = shown ?? (ts === null ? null : { jid, ts });
    if (place === null) return;
    if (working) this.#shown.set(name, place);
    else this.#shown.delete(name);
    this.#queue(place, working);
  }

  /** Slack is there again. */
  connected(): void {
    for (const place of this.#left.splice(0)) this.#queue(place, false);
  }

  #queue(place: Place, working: boolean): void {
    this.#tail = this.#tail.then(() => this.#react(place, working));
  }

  async #react(place: Place, working: boolean): Promise<void> {
    if (this.#off) return;
    try {
      await this.api.react(place.jid, place.ts, REACTION, working);
    } catch (error) {
      // A missing scope will not come by itself, so it is not asked for again; all else that is refused needs nothing more.
      this.#off ||= isRefusal(error, 'missing_scope');
      const isRefused = error instanceof SlackCallError && error.failure.kind === 'refused';
      if (!working && !isRefused) this.#left = [...this.#left, place].slice(-MOST_LEFT);
    }
  }
}
