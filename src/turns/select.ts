/**
 * Which of a chat's unanswered messages make one turn. Pure, and the same rows give the same choice again after a
 * crash.
 *
 * Invariants: a turn has one reply address, so it ends before the first message that asks in another thread; it
 * always holds at least one message; what people asked is never left out, only old chatter around it is.
 */
import type { StoredMessage } from '../store/journal.ts';

/** Characters of messages in one turn: far more than a model reads at once, far below the link's frame limit. */
export const TURN_TEXT_LIMIT = 400_000;

/** The thread that the first asking message came from; null when none asks. */
export function askingThread(messages: readonly StoredMessage[]): { thread: string | null } | null {
  const first = messages.find((message) => message.asks === 1);
  return first ? { thread: first.thread } : null;
}

/** The messages from the first on that belong to one turn answered in `thread`. */
export function selectForTurn(messages: readonly StoredMessage[], thread: string | null): StoredMessage[] {
  let asked = 0;
  const end = messages.findIndex((message, index) => {
    if (message.asks !== 1) return false;
    asked += message.content.length;
    return message.thread !== thread || (asked > TURN_TEXT_LIMIT && index > 0);
  });
  return end === -1 ? [...messages] : messages.slice(0, end);
}

/**
 * The messages in pieces that end with a question each; chatter after the last one waits for the next. The same rows
 * give the same pieces in every process, so that an agent that was offered some before a crash knows them again.
 */
export function splitAtQuestions(messages: readonly StoredMessage[]): StoredMessage[][] {
  const pieces: StoredMessage[][] = [];
  let piece: StoredMessage[] = [];
  for (const message of messages) {
    piece.push(message);
    if (message.asks !== 1) continue;
    pieces.push(piece);
    piece = [];
  }
  return pieces;
}

/** Drops the oldest chatter until the rest fits; what asks stays. @param limit characters */
export function fitContext(
  messages: readonly StoredMessage[],
  limit = TURN_TEXT_LIMIT,
): { kept: StoredMessage[]; dropped: number } {
  let excess = messages.reduce((sum, message) => sum + message.content.length, 0) - limit;
  const kept = messages.filter((message) => {
    if (excess <= 0 || message.asks === 1) return true;
    excess -= message.content.length;
    return false;
  });
  return { kept, dropped: messages.length - kept.length };
}
