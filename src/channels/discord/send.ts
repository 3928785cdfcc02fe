/**
 * Sends one reply as one or more messages, each at most once. Within the first minutes Discord itself answers a
 * repeated nonce with the message it made the first time; later we look through the chat before sending again.
 *
 * Invariants: parts go out in order; a part known to be there is not sent again. What is known of an unfinished
 * reply is kept per chat: without that, repeating the first parts would use up the rate limit of the last ones.
 */
import { openAsBlob } from 'node:fs';
import type { APIMessage } from 'discord.js';
import type { Clock } from '../../clock.ts';
import type { OutgoingFile } from '../../store/outbox.ts';
import type { Outgoing, SendOutcome } from '../channel.ts';
import { type Api, PAGE_SIZE, type Upload } from './api.ts';
import { compose, type Part, partsOf } from './compose.ts';
import { readRefusal } from './outcome.ts';
import { matchParts, searchStart } from './recognise.ts';

/** Discord checks a nonce for "a few minutes"; after two of them we no longer rely on it. */
const NONCE_TRUSTED_MS = 2 * 60_000;

/** For refusals without a time of their own, milliseconds. */
const RETRY_MS = 5000;

type Progress = { key: string; ids: string[] };
type Sending = { channelId: string; message: Outgoing; parts: readonly Part[]; signal: AbortSignal };

/** The file to be sent is no longer on our own disk. */
class FileLostError extends Error {
  readonly code = 'FILE_LOST';
}

export class Sender {
  readonly #progress = new Map<string, Progress>();

  constructor(
    readonly api: Pick<Api, 'create' | 'after'>,
    readonly clock: Pick<Clock, 'now'>,
    readonly botId: () => string | null,
  ) {}

  /** Never rejects. */
  async send(channelId: string, message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    const parts = partsOf(message);
    if (parts.length === 0) return { kind: 'undeliverable', reason: 'the reply is empty', chat: 'reachable' };
    try {
      return await this.#sendParts({ channelId, message, parts, signal });
    } catch (error) {
      return this.#failed(message.jid, error);
    }
  }

  async #sendParts({ channelId, message, parts, signal }: Sending): Promise<SendOutcome> {
    const progress = this.#progressOf(message);
    if (this.#isOld(message)) {
      const botId = this.botId();
      if (botId === null) return { kind: 'retry', afterMs: RETRY_MS, reason: 'not connected yet' };
      const own = await this.#ownSince(botId, channelId, message, signal);
      const found = matchParts(message.key, parts, own);
      if (found.length > progress.ids.length) progress.ids = found;
    }
    for (const [index, { content, file }] of parts.entries()) {
      if (index < progress.ids.length) continue;
      const upload = file && (await openUpload(file));
      const sent = await this.api.create(channelId, compose(message, content, index), upload, signal);
      progress.ids.push(sent.id);
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

  /** A clock that was set back since tells nothing. */
  #isOld({ firstTryAt }: Outgoing): boolean {
    if (firstTryAt === null) return false;
    const ageMs = this.clock.now() - firstTryAt;
    return ageMs < 0 || ageMs >= NONCE_TRUSTED_MS;
  }

  #failed(jid: string, error: unknown): SendOutcome {
    if (error instanceof FileLostError) return this.#giveUp(jid, error.message, 'reachable');
    const refusal = readRefusal(error);
    switch (refusal.kind) {
      case 'later':
        return { kind: 'retry', afterMs: refusal.afterMs ?? RETRY_MS, reason: refusal.reason };
      case 'unclear':
        return refusal;
      case 'never':
        return this.#giveUp(jid, refusal.reason, refusal.chat);
    }
  }

  #giveUp(jid: string, reason: string, chat: 'gone' | 'reachable'): SendOutcome {
    this.#progress.delete(jid);
    return { kind: 'undeliverable', reason, chat };
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

/** The content stays on the disk; it is read as it goes out. */
async function openUpload({ name, path }: OutgoingFile): Promise<Upload> {
  try {
    return { name, content: await openAsBlob(path) };
  } catch (cause) {
    throw new FileLostError(`the file to send cannot be read: ${name}`, { cause });
  }
}
