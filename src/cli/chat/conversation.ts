/**
 * When a one-message conversation is over. Pure: what happened in, what to do out.
 *
 *   waiting ──answer──▶ answered ──working:false, then quiet──▶ done
 *
 * Invariants: every answer is printed once, in order; it never ends before an answer; it ends only after a quiet
 * moment, because a turn's last reply may be delivered just after the sign goes off, and further ones follow at once.
 */
import type { LocalMessage } from '../../../contracts/local-chat.ts';

export type Conversation = {
  /** Id of the message that was sent. */
  id: string;
  answered: boolean;
  /** null: not known, since the connection was lost. */
  working: boolean | null;
  printed: ReadonlySet<string>;
};

export type Happening =
  | { type: 'message'; message: LocalMessage }
  | { type: 'working'; working: boolean }
  | { type: 'lost' }
  | { type: 'quiet' };

export type Effect =
  | { type: 'print'; text: string }
  /** Tell `quiet` after this long, milliseconds; replaces an earlier one. */
  | { type: 'await_quiet'; ms: number }
  | { type: 'done' };

/** Replies of one turn reach the record within milliseconds of one another once the turn is over. */
export const QUIET_MS = 250;

export function beginConversation(id: string): Conversation {
  return { id, answered: false, working: null, printed: new Set() };
}

export function advance(state: Conversation, happening: Happening): [Conversation, Effect[]] {
  switch (happening.type) {
    case 'message':
      return takeMessage(state, happening.message);
    case 'working':
      return settle({ ...state, working: happening.working }, []);
    case 'lost':
      return [{ ...state, working: null }, []];
    case 'quiet':
      return [state, state.answered && state.working === false ? [{ type: 'done' }] : []];
  }
}

function takeMessage(state: Conversation, message: LocalMessage): [Conversation, Effect[]] {
  const isOurs = message.direction === 'out' && message.answers.includes(state.id);
  if (!isOurs || state.printed.has(message.id)) return [state, []];
  const printed = new Set(state.printed).add(message.id);
  return settle({ ...state, answered: true, printed }, [{ type: 'print', text: message.text }]);
}

function settle(state: Conversation, effects: Effect[]): [Conversation, Effect[]] {
  const isOver = state.answered && state.working === false;
  return [state, isOver ? [...effects, { type: 'await_quiet', ms: QUIET_MS }] : effects];
}
