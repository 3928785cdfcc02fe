/** The local chat as the CLI needs it; socket.ts is the real one, tests write their own. */
import type { LocalMessage, LocalPost } from '../../../contracts/local-chat.ts';

export type ChatEvent = { type: 'message'; message: LocalMessage } | { type: 'working'; working: boolean };

/** `asks`: whether the message calls the assistant; null when the service doesn't say (a repeated post). */
export type Posted = { asks: boolean | null };

export type ChatTransport = {
  /**
   * Repeating it with the same id stores nothing twice.
   * @throws UnreachableError when nobody took it · RefusedError when it will never be taken
   */
  post(message: LocalPost, signal: AbortSignal): Promise<Posted>;
  /**
   * All messages after `after`, then what comes; ends with the connection.
   * @throws UnreachableError
   */
  events(chat: string, after: number, signal: AbortSignal): AsyncIterable<ChatEvent>;
};

/** Waits; resolves early, without an error, when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** The service understood the message and will not take it. */
export class RefusedError extends Error {
  readonly code = 'REFUSED';
}
