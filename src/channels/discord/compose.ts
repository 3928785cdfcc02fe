/** What one reply becomes at Discord: messages of 2000 characters at most, the last one with the file. Pure. */
import { createHash } from 'node:crypto';
import type { OutgoingFile } from '../../store/outbox.ts';
import type { Outgoing } from '../channel.ts';
import { splitText } from '../text/split.ts';
import type { NewMessage } from './api.ts';
import { isSnowflake } from './snowflake.ts';

/** Discord's reference: Create Message. */
export const CONTENT_LIMIT = 2000;
const NONCE_LIMIT = 25;

export type Part = { content: string; file: OutgoingFile | null };

/** @returns the messages in order; none when there is nothing to send */
export function partsOf({ text, file }: Pick<Outgoing, 'text' | 'file'>): Part[] {
  const contents = splitText(text, { limit: CONTENT_LIMIT }).filter((part) => part.trim() !== '');
  if (file !== null && contents.length === 0) return [{ content: '', file }];
  return contents.map((content, index) => ({ content, file: index === contents.length - 1 ? file : null }));
}

/** The first message replies to the last one it answers; Discord drops the reference when that is elsewhere or gone. */
export function compose({ key, answers }: Outgoing, content: string, index: number): NewMessage {
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
