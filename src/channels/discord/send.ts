/**
 * Sends one reply as one or more messages, each at most once. Within the first minutes Discord itself answers a
 * repeated nonce with the message it made the first time; later we look through the chat before sending again.
 *
 * Invariants: parts go out in order; a part known to be there is not sent again. What is known of an unfinished
 * reply is kept per chat: without that, repeating the first parts would use up the rate limit of the last ones.
 */
import { createHash } from 'node:crypto';
import type { APIMessage } from 'discord.js';
import type { Clock } from '../../clock.ts';
import type { Outgoing, SendOutcome } from '../channel.ts';
import { splitText } from '../text/split.ts';
import { type Api, type NewMessage, PAGE_SIZE } from './api.ts';
import { readRefusal } from './outcome.ts';
import { compareIds, isSnowflake, snowflakeAt } from './snowflake.ts';

/** Discord's reference: Create Message. */
const CONTENT_LIMIT = 2000;
const NONCE_LIMIT = 25;

/** Discord checks a nonce for "a few minutes"; after two of them we no longer rely on it. */
const NONCE_TRUSTED_MS = 2 * 60_000;

/** Our clock may be ahead of Discord's by this much, milliseconds; the search begins so much earlier. */
const CLOCK_SKEW_MS = 30_000;

/** For refusals without a time of their own, milliseconds. */
const RETRY_MS = 5000;

type Progress = { key: string; ids: string[] };

export class Sender {
  readonly #progress = new Map<string, Progress>();

  constructor(
    readonly api: Pick<Api, 'create' | 'after'>,
    readonly clock: Pick<Clock, 'now'>,
    readonly botId: () => string | null,
  ) {}

  /** Never rejects. */
  async send(channelId: string, message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    const parts = splitText(message.text, { limit: CONTENT_LIMIT }).filter((part) => part.trim() !== '');
    if (parts.length === 0) return { kind: 'undeliverable', reason: 'the reply is empty' };
    const progress = this.#progressOf(message);
    try {
      if (this.#isOld(message)) {
        const botId = this.botId();
        if (botId === null) return { kind: 'retry', afterMs: RETRY_MS, reason: 'not connected yet' };
        const found = matchParts(message.key, parts, await this.#ownSince(botId, channelId, message, signal));
        if (found.length > progress.ids.length) progress.ids = found;
      }
      for (const [index, part] of parts.entries()) {
        if (index < progress.ids.length) continue;
        const sent = await this.api.create(channelId, compose(message, part, index), signal);
        progress.ids.push(sent.id);
      }
    } catch (error) {
      return this.#failed(message.jid, error);
    }
    this.#progress.delete(message.jid);
    return { kind: 'sent', receipt: progress.ids.join(',') };
  }

  /** One reply of a chat is under way at a time. */
  #progressOf({ jid, key }: Outgoing): Progress {
    const known = this.#progress.get(jid);
    if (known?.key === key) return known;
    const fresh = { key, ids: [] };
    this.#progress.set(jid, fresh);
    return fresh;
  }

  #isOld({ firstTryAt }: Outgoing): boolean {
    return firstTryAt !== null && this.clock.now() - firstTryAt >= NONCE_TRUSTED_MS;
  }

  #failed(jid: string, error: unknown): SendOutcome {
    const refusal = readRefusal(error);
    switch (refusal.kind) {
      case 'later':
        return { kind: 'retry', afterMs: refusal.afterMs ?? RETRY_MS, reason: refusal.reason };
      case 'unclear':
        return refusal;
      case 'never':
        this.#progress.delete(jid);
        return { kind: 'undeliverable', reason: refusal.reason };
    }
  }

  /** Our own messages in the chat since about the first try, oldest first. */
  async #ownSince(
    botId: string,
    channelId: string,
    message: Outgoing,
    signal: AbortSignal,
  ): Promise<APIMessage[]> {
    const own: APIMessage[] = [];
    let after: string | undefined = searchStart(message);
    while (after !== undefined) {
      const page: APIMessage[] = await this.api.after(channelId, after, signal);
      own.push(...page.filter(({ author }) => author.id === botId));
      after = page.length < PAGE_SIZE ? undefined : page.at(-1)?.id;
    }
    return own;
  }
}

/** The first message replies to the last one it answers; Discord drops the reference when that is elsewhere or gone. */
function compose({ key, answers }: Outgoing, content: string, index: number): NewMessage {
  const asking = answers.findLast(isSnowflake);
  const isReply = index === 0 && asking !== undefined;
  return {
    content,
    nonce: nonceOf(key, index),
    enforce_nonce: true,
    allowed_mentions: { parse: ['users'], replied_user: true },
    ...(isReply ? { message_reference: { message_id: asking, fail_if_not_exists: false } } : {}),
  };
}

/** The key itself for the first part, then `<key>/2` …; a digest where that would be too long for Discord. */
export function nonceOf(key: string, index: number): string {
  const nonce = index === 0 ? key : `${key}/${index + 1}`;
  if (nonce.length <= NONCE_LIMIT) return nonce;
  return createHash('sha256').update(nonce).digest('base64url').slice(0, NONCE_LIMIT);
}

function searchStart({ answers, firstTryAt }: Outgoing): string {
  const start = snowflakeAt((firstTryAt ?? 0) - CLOCK_SKEW_MS);
  return [start, ...answers.filter(isSnowflake)].sort(compareIds).at(-1) ?? start;
}

/**
 * Which parts are among our messages. Discord's history may leave the nonce out (it comes for certain only in the
 * answer to the sending and in the live event); then the text decides, and each message stands for one part.
 */
export function matchParts(key: string, parts: readonly string[], own: readonly APIMessage[]): string[] {
  const left = [...own];
  const found: string[] = [];
  for (const [index, part] of parts.entries()) {
    const at = left.findIndex(({ nonce, content }) =>
      nonce === undefined ? content.trim() === part.trim() : String(nonce) === nonceOf(key, index),
    );
    const message = left[at];
    if (message === undefined) return found;
    found.push(message.id);
    left.splice(at, 1);
  }
  return found;
}
