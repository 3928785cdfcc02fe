/**
 * Talking to a service that may die at any moment: a post is repeated under the same id until it is known to be
 * stored, and events go on after the last one seen, so nothing is lost, doubled or shown twice.
 */
import type { LocalPost } from '../../../contracts/local-chat.ts';
import { UnreachableError } from '../errors.ts';
import type { ChatEvent, ChatTransport, Pause, Posted } from './transport.ts';

/** A restarted orchestrator is back within a second or two: look often at first, never rarer than every 2 s. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

export type Persistence = { transport: ChatTransport; pause: Pause; onWaiting(): void };

/**
 * @returns null when the signal ended the waiting
 * @throws RefusedError
 */
export async function deliver(
  { transport, pause, onWaiting }: Persistence,
  message: LocalPost,
  signal: AbortSignal,
): Promise<Posted | null> {
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await transport.post(message, signal);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (!signal.aborted) onWaiting();
      await pause(wait, signal);
    }
  }
  return null;
}

export type FollowEvent = ChatEvent | { type: 'lost' };

/** Events of a chat across reconnects, until the signal aborts. */
export async function* follow(
  { transport, pause, onWaiting }: Persistence,
  chat: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  let last = after;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const event of transport.events(chat, last, signal)) {
        wait = FIRST_WAIT_MS;
        if (event.type === 'message') last = Math.max(last, event.message.seq);
        yield event;
      }
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
    if (signal.aborted) return;
    onWaiting();
    yield { type: 'lost' };
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}
