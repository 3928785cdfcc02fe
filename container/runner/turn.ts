/**
 * What one turn sends to the host, as a pure state machine.
 *
 *   running ──result, inputs still unanswered──▶ running    output (when there is text)
 *   running ──result, all inputs answered──────▶ over       end done
 *   running ──result with a failure, gone──────▶ over       end failed
 *   running ──interrupt──▶ stopping
 *   stopping ──result, gone──▶ over                         end interrupted
 *   over ──anything──▶ over                                 nothing
 *
 * Invariants: exactly one `end`, and it is the last frame; ordinals rise by one from the first; each offered
 * message is reported consumed at most once, and before the reply that answers it.
 */
import type { Failure } from './conversation.ts';

export type Input = {
  uuid: string;
  messages: readonly string[];
  /** Came as an offer while the turn ran: the host wants to know when it is consumed. */
  offered: boolean;
  state: 'pushed' | 'taken' | 'answered';
};

export type Turn = {
  id: string;
  phase: 'running' | 'stopping' | 'over';
  nextOrdinal: number;
  inputs: readonly Input[];
};

export type TurnEvent =
  | { type: 'pushed'; uuid: string; messages: readonly string[]; offered: boolean }
  | { type: 'taken'; inputs: readonly string[] }
  | { type: 'result'; inputs: readonly string[] | null; text: string | null; failure: Failure | null }
  | { type: 'interrupt' }
  | { type: 'gone'; failure: Failure };

type Reply = { ordinal: number; text: string };
export type TurnFrame =
  | { type: 'consumed'; messages: string[] }
  | ({ type: 'output' } & Reply)
  | { type: 'end'; outcome: 'done' | 'failed' | 'interrupted'; final: Reply | null; error: Failure | null };

export type Step = { turn: Turn; frames: TurnFrame[] };

/**
 * Longest reply, characters. Escaped for JSON a character takes at most 6 bytes, so a frame stays below
 * LINK_LINE_LIMIT (8 MiB) whatever the text holds.
 */
export const REPLY_LIMIT = 1_000_000;

export function newTurn(id: string, firstOrdinal: number): Turn {
  return { id, phase: 'running', nextOrdinal: firstOrdinal, inputs: [] };
}

/** Whether the turn holds every one of these messages already. */
export function holdsMessages(turn: Turn, messages: readonly string[]): boolean {
  const held = new Set(turn.inputs.flatMap((input) => input.messages));
  return messages.every((message) => held.has(message));
}

/** Whether an input was pushed that no result has answered: the session may still act on it. */
export function hasUnanswered(turn: Turn): boolean {
  return turn.inputs.some((input) => input.state !== 'answered');
}

export function stepTurn(turn: Turn, event: TurnEvent): Step {
  if (turn.phase === 'over') return { turn, frames: [] };
  switch (event.type) {
    case 'pushed': {
      const { uuid, messages, offered } = event;
      return {
        turn: { ...turn, inputs: [...turn.inputs, { uuid, messages, offered, state: 'pushed' }] },
        frames: [],
      };
    }
    case 'taken':
      return take(turn, event.inputs);
    case 'interrupt':
      return { turn: { ...turn, phase: 'stopping' }, frames: [] };
    case 'gone':
      return turn.phase === 'stopping'
        ? end(turn, 'interrupted', null)
        : end(turn, 'failed', null, event.failure);
    case 'result':
      return settle(turn, event);
  }
}

function take(turn: Turn, uuids: readonly string[]): Step {
  const fresh = turn.inputs.filter((input) => input.state === 'pushed' && uuids.includes(input.uuid));
  const inputs = turn.inputs.map((input) =>
    fresh.includes(input) ? { ...input, state: 'taken' as const } : input,
  );
  const messages = fresh.filter((input) => input.offered).flatMap((input) => input.messages);
  return { turn: { ...turn, inputs }, frames: messages.length > 0 ? [{ type: 'consumed', messages }] : [] };
}

/** A result that answers none of our inputs is not ours: a notification the session gave itself. */
function settle(turn: Turn, result: Extract<TurnEvent, { type: 'result' }>): Step {
  const answers = (input: Input) =>
    result.inputs ? result.inputs.includes(input.uuid) : input.state !== 'pushed' || result.failure !== null;
  if (!turn.inputs.some(answers)) return { turn, frames: [] };
  const taken = take(
    turn,
    turn.inputs.filter(answers).map((input) => input.uuid),
  );
  const inputs = taken.turn.inputs.map((input) =>
    answers(input) ? { ...input, state: 'answered' as const } : input,
  );
  const step = conclude({ ...taken.turn, inputs }, result);
  return { turn: step.turn, frames: [...taken.frames, ...step.frames] };
}

function conclude(turn: Turn, { text, failure }: Extract<TurnEvent, { type: 'result' }>): Step {
  const reply = failure ? null : text;
  if (turn.phase === 'stopping') return end(turn, 'interrupted', reply);
  if (failure) return end(turn, 'failed', null, failure);
  if (!hasUnanswered(turn)) return end(turn, 'done', reply);
  if (reply === null) return { turn, frames: [] };
  const output: TurnFrame = { type: 'output', ordinal: turn.nextOrdinal, text: clip(reply) };
  return { turn: { ...turn, nextOrdinal: turn.nextOrdinal + 1 }, frames: [output] };
}

function end(
  turn: Turn,
  outcome: 'done' | 'failed' | 'interrupted',
  reply: string | null,
  error: Failure | null = null,
): Step {
  const final = reply === null ? null : { ordinal: turn.nextOrdinal, text: clip(reply) };
  return { turn: { ...turn, phase: 'over' }, frames: [{ type: 'end', outcome, final, error }] };
}

function clip(text: string): string {
  if (text.length <= REPLY_LIMIT) return text;
  return `${text.slice(0, REPLY_LIMIT)}\n\n[cut here: the reply was ${text.length} characters long]`;
}
