/**
 * Sends a reply as one message or several, each with the reply's key and its own number in Slack's metadata.
 *
 * Never shows a part twice: what may be there already is looked for by its key before anything is sent again.
 *
 *   never tried by anybody ────────────────▶ send
 *   tried here, every answer so far clear ─▶ go on behind the last part that was taken
 *   anything else ─────────────────────────▶ look into the chat, then send what is not there
 */
import type { Outgoing, SendOutcome } from '../channel.ts';
import { splitText } from '../text/split.ts';
import { replyKeyOf, type SlackApi } from './api.ts';
import { isRefusal, SlackCallError } from './failure.ts';
import { readAll } from './history.ts';
import { MESSAGE_LIMIT, measureMrkdwn, toMrkdwn } from './mrkdwn.ts';
import { outcomeOf } from './outcome.ts';
import { earlier, microsOf, tsOfMs } from './time.ts';

/** Ids of the parts that Slack has, by their number. */
type Parts = Map<number, string>;

/** Slack's advice for pages of history. */
const PAGE = 200;
/** How far Slack's clock and ours may be apart, milliseconds. */
const CLOCK_SKEW_MS = 10 * 60_000;

export class Sender {
  /** Replies of this process that are under way and whose parts are all known for certain. */
  readonly #certain = new Map<string, Parts>();

  readonly #underWay = new Map<string, Promise<SendOutcome>>();

  constructor(readonly api: SlackApi) {}

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
    if (texts.length === 0) return { kind: 'undeliverable', reason: 'the reply is empty' };
    try {
      const parts = await this.#partsThere(message);
      this.#certain.set(message.key, parts);
      for (const [part, text] of texts.entries()) {
        if (signal.aborted) return { kind: 'retry', afterMs: 0, reason: 'out of time between two parts' };
        if (!parts.has(part)) parts.set(part, await this.#post(message, text, part));
      }
      this.#certain.delete(message.key);
      return { kind: 'sent', receipt: parts.get(0) ?? '' };
    } catch (error) {
      return this.#failed(message, error);
    }
  }

  #post({ jid, thread, key }: Outgoing, text: string, part: number): Promise<string> {
    return this.api.post({ channel: jid, thread, text: toMrkdwn(text), key, part });
  }

  async #partsThere(message: Outgoing): Promise<Parts> {
    if (message.firstTryAt === null) return new Map();
    return this.#certain.get(message.key) ?? this.#lookFor(message, message.firstTryAt);
  }

  /** Everything that was said in the reply's place since it can have been sent. */
  async #lookFor({ jid, thread, key }: Outgoing, firstTryAt: number): Promise<Parts> {
    const window = { channel: jid, oldest: earlier(tsOfMs(firstTryAt), CLOCK_SKEW_MS), limit: PAGE };
    const read = (cursor: string) =>
      thread === null
        ? this.api.history({ ...window, cursor })
        : this.api.replies({ ...window, cursor }, thread);
    const parts: Parts = new Map();
    for await (const message of readAll(read)) {
      const found = replyKeyOf(message);
      if (found?.key === key) parts.set(found.part, (message as { ts?: string }).ts ?? '');
    }
    return new Map([...parts].sort(([, a], [, b]) => microsOf(a) - microsOf(b)));
  }

  #failed({ key }: Outgoing, error: unknown): SendOutcome {
    if (!(error instanceof SlackCallError)) return { kind: 'unclear', reason: String(error) };
    const outcome = outcomeOf(error.failure);
    const isLooking = error.method.startsWith('conversations.');
    if (isLooking && isRefusal(error, 'missing_scope')) {
      // Better not said than said twice; the reason tells a person which scope would have helped.
      return {
        kind: 'undeliverable',
        reason: `it may have been sent, and to look takes a scope: ${error.message}`,
      };
    }
    // Nothing was sent when looking failed, but what was sent earlier is as unclear as before.
    if (isLooking || outcome.kind !== 'retry') this.#certain.delete(key);
    return outcome;
  }
}
