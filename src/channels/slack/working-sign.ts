/**
 * The sign that the assistant is at work: a reaction on the message that asked. Only a sign: whatever goes wrong here
 * is dropped, and without the scope for it there is none.
 */
import type { Address } from '../channel.ts';
import type { SlackApi } from './api.ts';
import { isRefusal } from './failure.ts';

const REACTION = 'eyes';

/** Chats and threads whose last question is remembered. */
const MOST = 1000;

export class WorkingSign {
  /** Where the sign would go, by chat and thread. */
  readonly #asked = new Map<string, string>();
  /** Where it is. */
  readonly #shown = new Map<string, string>();
  #off = false;
  /** One after the other, so that a sign never outlives its own removal. */
  #tail: Promise<void> = Promise.resolve();

  constructor(readonly api: SlackApi) {}

  /** Remembers the message that the next sign in this place belongs to. */
  asked(address: Address, ts: string): void {
    const place = placeOf(address);
    this.#asked.delete(place);
    this.#asked.set(place, ts);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MOST && oldest !== undefined) this.#asked.delete(oldest);
  }

  set(address: Address, working: boolean): void {
    const place = placeOf(address);
    const shown = this.#shown.get(place);
    if (working === (shown !== undefined)) return;
    // After a restart the question may be unknown; the start of its thread is near enough.
    const ts = shown ?? this.#asked.get(place) ?? address.thread;
    if (ts === null) return;
    if (working) this.#shown.set(place, ts);
    else this.#shown.delete(place);
    this.#tail = this.#tail.then(() => this.#react(address.jid, ts, working));
  }

  async #react(jid: string, ts: string, working: boolean): Promise<void> {
    if (this.#off) return;
    try {
      await this.api.react(jid, ts, REACTION, working);
    } catch (error) {
      // Dropped, see above; a missing scope will not come by itself, so it is not asked for again.
      this.#off ||= isRefusal(error, 'missing_scope');
    }
  }
}

function placeOf({ jid, thread }: Address): string {
  return `${jid} ${thread ?? ''}`;
}
