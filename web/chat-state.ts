/**
 * The chat as the page knows it: the transcript the service told, and the messages written here.
 *
 *   a message written here:  waiting → sending → accepted → (its echo arrives) gone
 *                                    ↖ postponed ↙   └────→ refused → (withdrawn) gone
 *
 * Invariants: the transcript is ordered by `seq` without repeats; a message keeps its id for all attempts, which
 * makes a repeat harmless; its echo removes it in whatever state it is.
 */
import type { LocalMessage } from '../contracts/local-chat.ts';

/** Messages shown at most; older ones stay in the service's record. */
export const TRANSCRIPT_LIMIT = 500;

export type Delivery =
  | { kind: 'waiting' }
  | { kind: 'sending' }
  | { kind: 'accepted' }
  | { kind: 'refused'; reason: string };

/** A message written on this page. `at` is the browser's clock, milliseconds. */
export type Outgoing = { id: string; text: string; at: number; delivery: Delivery };

export type Chat = {
  transcript: readonly LocalMessage[];
  outgoing: readonly Outgoing[];
  working: boolean;
};

export type ChatEvent =
  | { type: 'message'; message: LocalMessage }
  | { type: 'working'; working: boolean }
  /** The stream of messages broke, so that nobody tells when the work ends. */
  | { type: 'disconnected' }
  | { type: 'written'; id: string; text: string; at: number }
  | { type: 'sending' | 'accepted' | 'postponed' | 'withdrawn'; id: string }
  | { type: 'refused'; id: string; reason: string };

export const emptyChat: Chat = { transcript: [], outgoing: [], working: false };

export function reduceChat(chat: Chat, event: ChatEvent): Chat {
  switch (event.type) {
    case 'message':
      return receive(chat, event.message);
    case 'working':
      return { ...chat, working: event.working };
    case 'disconnected':
      return { ...chat, working: false };
    case 'written': {
      const { id, text, at } = event;
      return { ...chat, outgoing: [...chat.outgoing, { id, text, at, delivery: { kind: 'waiting' } }] };
    }
    case 'sending':
      return mark(chat, event.id, { kind: 'sending' });
    case 'accepted':
      return mark(chat, event.id, { kind: 'accepted' });
    case 'postponed':
      return mark(chat, event.id, { kind: 'waiting' });
    case 'refused':
      return mark(chat, event.id, { kind: 'refused', reason: event.reason });
    case 'withdrawn':
      return without(chat, event.id);
  }
}

function receive(chat: Chat, message: LocalMessage): Chat {
  const cleared = message.direction === 'in' ? without(chat, message.id) : chat;
  if (chat.transcript.some((known) => known.seq === message.seq)) return cleared;
  const transcript = [...chat.transcript, message].sort((a, b) => a.seq - b.seq).slice(-TRANSCRIPT_LIMIT);
  return { ...cleared, transcript };
}

function mark(chat: Chat, id: string, delivery: Delivery): Chat {
  return { ...chat, outgoing: chat.outgoing.map((one) => (one.id === id ? { ...one, delivery } : one)) };
}

function without(chat: Chat, id: string): Chat {
  return { ...chat, outgoing: chat.outgoing.filter((one) => one.id !== id) };
}

/** How far the transcript is known: what to ask the service for next. */
export function lastSeq(chat: Chat): number {
  return chat.transcript.at(-1)?.seq ?? 0;
}

/** The message to send next; order is kept, so one that is on its way holds the others back. */
export function nextToSend(chat: Chat): Outgoing | null {
  if (chat.outgoing.some((one) => one.delivery.kind === 'sending')) return null;
  return chat.outgoing.find((one) => one.delivery.kind === 'waiting') ?? null;
}
