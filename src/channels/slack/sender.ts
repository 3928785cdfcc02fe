/**
 * Sends a reply as one message or several, each with the reply's key and its own number in Slack's metadata; a file
 * comes with the last of them, its key in the file's name.
 *
 * Never shows a part twice: what may be there already is looked for by its key before anything is sent again.
 *
 *   never tried by anybody ────────────────▶ send
 *   tried here, every answer so far clear ─▶ go on behind the last part that was taken
 *   anything else ─────────────────────────▶ look into the chat, then send what is not there
 */
import type { Clock } from '../../clock.ts';
import type { OutgoingFile } from '../../store/outbox.ts';
import type { Outgoing, SendOutcome } from '../channel.ts';
import { splitText } from '../text/split.ts';
import type { SlackApi } from './api.ts';
import { isRefusal, SlackCallError } from './failure.ts';
import { MESSAGE_LIMIT, measureMrkdwn, toMrkdwn } from './mrkdwn.ts';
import { fileOutcomeOf, outcomeOf } from './outcome.ts';
import { findParts, type Parts } from './parts.ts';
import type { Uploads } from './upload.ts';

/**
 * Slack shows a file in its chat some time after it took it (its maintainers: "asynchronously"; no time is promised).
 * Looked for sooner, it could be missed and be sent twice. Milliseconds.
 */
const FILE_SHOWS_MS = 10_000;

type Sending = { message: Outgoing; texts: string[]; parts: Parts; signal: AbortSignal };

export class Sender {
  /** Replies of this process that are under way and whose parts are all known for certain. */
  readonly #certain = new Map<string, Parts>();
  /** When this process tried to share a file and the outcome is unclear; monotonic milliseconds. */
  readonly #sharedAt = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<SendOutcome>>();
  readonly #startedAt: number;

  constructor(
    readonly api: SlackApi,
    readonly uploads: Uploads,
    readonly clock: Clock,
  ) {
    this.#startedAt = clock.monotonic();
  }

  /** Never rejects. While a reply is being sent, a second call for it has the same outcome. */
  send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    const underWay = this.#underWay.get(message.key);
    if (underWay) return underWay;
    const sending = this.#send(message, signal).finally(() => this.#underWay.delete(message.key));
    this.#underWay.set(message.key, sending);
    return sending;
  }

  async #send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    const texts = splitText(message.text, { limit: MESSAGE_LIMIT, measure: measureMrkdwn });
    if (texts.length === 0 && message.file === null) {
      return { kind: 'undeliverable', reason: 'the reply is empty', chat: 'reachable' };
    }
    const tooSoonMs = this.#tooSoonMs(message);
    if (tooSoonMs > 0) return { kind: 'retry', afterMs: tooSoonMs, reason: 'the file may still show up' };
    try {
      const parts = await this.#partsThere(message, texts.length);
      this.#certain.set(message.key, parts);
      const outcome = await this.#sendMissing({ message, texts, parts, signal });
      if (outcome.kind !== 'retry') this.#forget(message.key);
      return outcome;
    } catch (error) {
      return this.#failed(message.key, error);
    }
  }

  /** How long a reply with a file has to wait until it can be looked for. */
  #tooSoonMs({ key, file, firstTryAt }: Outgoing): number {
    if (file === null || firstTryAt === null || this.#certain.has(key)) return 0;
    // A former process tried before this one was there.
    const triedAt = this.#sharedAt.get(key) ?? this.#startedAt;
    return triedAt + FILE_SHOWS_MS - this.clock.monotonic();
  }

  async #partsThere(message: Outgoing, texts: number): Promise<Parts> {
    if (message.firstTryAt === null) return new Map();
    return this.#certain.get(message.key) ?? findParts(this.api, message, message.firstTryAt, texts);
  }

  /** @throws SlackCallError */
  async #sendMissing({ message, texts, parts, signal }: Sending): Promise<SendOutcome> {
    const { file } = message;
    const alone = file === null ? texts : texts.slice(0, -1);
    for (const [part, text] of alone.entries()) {
      if (signal.aborted) return { kind: 'retry', afterMs: 0, reason: 'out of time between two parts' };
      if (!parts.has(part)) parts.set(part, await this.#post(message, text, part));
    }
    if (file !== null && !parts.has(texts.length)) {
      const outcome = await this.#sendFile({ message, texts, parts, signal }, file);
      if (outcome !== null) return outcome;
    }
    return { kind: 'sent', receipt: parts.get(0) ?? '' };
  }

  #post({ jid, thread, key }: Outgoing, text: string, part: number): Promise<string> {
    return this.api.post({ channel: jid, thread, text: toMrkdwn(text), key, part });
  }

  /** @returns null when it is sent @throws SlackCallError */
  async #sendFile(
    { message, texts, parts, signal }: Sending,
    file: OutgoingFile,
  ): Promise<SendOutcome | null> {
    const last = texts.length - 1;
    const comment = last >= 0 && !parts.has(last) ? (texts[last] ?? '') : '';
    try {
      const id = await this.uploads.send({ ...message, file, comment: toMrkdwn(comment) }, signal);
      parts.set(Math.max(0, last), id);
      parts.set(texts.length, id);
      return null;
    } catch (error) {
      if (!(error instanceof SlackCallError)) throw error;
      if (error.failure.kind === 'lost') this.#sharedAt.set(message.key, this.clock.monotonic());
      const outcome = fileOutcomeOf(error.failure);
      if (outcome.kind !== 'undeliverable') throw error;
      // The words are worth having without the file.
      if (comment !== '') parts.set(last, await this.#post(message, comment, last));
      return outcome;
    }
  }

  #failed(key: string, error: unknown): SendOutcome {
    if (!(error instanceof SlackCallError)) {
      this.#certain.delete(key);
      return { kind: 'unclear', reason: String(error) };
    }
    const outcome = outcomeOf(error.failure);
    const isLooking = error.method.startsWith('conversations.');
    if (isLooking && isRefusal(error, 'missing_scope')) {
      // Better not said than said twice; the reason tells a person which scope would have helped.
      const reason = `it may have been sent, and to look takes a scope: ${error.message}`;
      return { kind: 'undeliverable', reason, chat: 'reachable' };
    }
    // Nothing was sent when looking failed, but what was sent earlier is as unclear as before.
    if (isLooking || outcome.kind !== 'retry') this.#certain.delete(key);
    return outcome;
  }

  #forget(key: string): void {
    this.#certain.delete(key);
    this.#sharedAt.delete(key);
  }
}
