/** Finds the messages of a reply that was tried before among those of its chat. Pure. */
import type { APIMessage } from 'discord.js';
import type { OutgoingFile } from '../../store/outbox.ts';
import type { Outgoing } from '../channel.ts';
import { nonceOf, type Part } from './compose.ts';
import { compareIds, isSnowflake, snowflakeAt, snowflakeIn } from './snowflake.ts';

/** Our clock may be ahead of Discord's by this much, milliseconds; the search begins so much earlier. */
const CLOCK_SKEW_MS = 30_000;

type Tried = Pick<Outgoing, 'answers' | 'firstTryAt' | 'previous'>;

/**
 * The id after which a reply that was tried before can be: behind the first question it answers (its turn may have taken
 * in later ones since) and behind the reply before it, which may say the same. Discord's own ids need no clock; ours may
 * have been set.
 */
export function searchStart({ answers, firstTryAt, previous }: Tried): string {
  const [first] = answers.flatMap((id) => snowflakeIn(id) ?? []);
  const asked = first ?? snowflakeAt((firstTryAt ?? 0) - CLOCK_SKEW_MS);
  const before = previous?.split(',').findLast(isSnowflake) ?? asked;
  return compareIds(before, asked) > 0 ? before : asked;
}

/**
 * Which parts are among our messages; `own` oldest first. Discord's history may leave the nonce out (it comes for
 * certain only in the answer to the sending and in the live event); then text and file decide, and each message
 * stands for one part.
 */
export function matchParts(key: string, parts: readonly Part[], own: readonly APIMessage[]): string[] {
  const left = [...own];
  const found: string[] = [];
  for (const [index, part] of parts.entries()) {
    const at = left.findIndex((message) =>
      message.nonce === undefined ? isSame(part, message) : String(message.nonce) === nonceOf(key, index),
    );
    const message = left[at];
    if (message === undefined) return found;
    found.push(message.id);
    left.splice(at, 1);
  }
  return found;
}

function isSame({ content, file }: Part, message: APIMessage): boolean {
  if (message.content.trim() !== content.trim()) return false;
  const [attachment] = message.attachments;
  if (file === null || attachment === undefined) return file === null && attachment === undefined;
  return isSameFile(file, attachment);
}

/** Discord changes names it does not like, and then keeps the old one as the title; it never changes sizes. */
function isSameFile(
  file: OutgoingFile,
  { filename, title, size }: APIMessage['attachments'][number],
): boolean {
  return size === file.bytes || filename === file.name || isTitle(title, file.name);
}

function isTitle(title: string | undefined, name: string): boolean {
  return title !== undefined && title !== '' && name.startsWith(title);
}
