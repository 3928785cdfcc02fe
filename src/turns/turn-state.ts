/**
 * What becomes of a turn: state and event in, next state and what is to be written out. Pure; turn-log.ts carries
 * the effects out in one write. Waiting before it and delivery after it are states of other rows: a message that
 * asks and is past the cursor is queued, a reply in the outbox is delivered or not.
 *
 *   (queued) ──opened──▶ running ──done──────────────────────────────▶ answered ──▶ (outbox: delivered | undeliverable)
 *                         │  ▲ │  ──gave up, chat removed────────────▶ failed       the chat has been told why
 *                         │  └─┘  ──interrupted by itself────────────▶ stopped
 *                         │ output, consumed, quiet, attempt failed
 *                         │
 *                         └─stop asked──▶ stopping ──interrupted, attempt failed, gave up, nobody works on it──▶ stopped
 *                                            └──done: it was quicker──▶ answered
 *
 * Invariants: an ended turn never changes; what was said before a stop is kept; a session is kept unless a reset
 * was asked for; the cursor moves in the step that ends the turn, and in no other.
 */
import type { AgentSession, Doing } from '../../contracts/link.ts';
import { STOP_REASONS, type StopReason, type TurnOutcome } from '../store/turns.ts';
import type { FailureCode } from './retry.ts';

export type TurnState =
  | { kind: 'running' }
  | { kind: 'stopping'; reason: StopReason }
  | { kind: TurnOutcome };

export type Reply = { ordinal: number; text: string };

export type TurnEvent =
  /** The agent has truly taken messages in, up to this row. */
  | { type: 'consumed'; upto: number }
  | { type: 'output'; reply: Reply }
  /** Its agent is at work, and the chat has heard nothing of it for long. */
  | { type: 'quiet'; doing: Doing | null }
  | { type: 'done'; final: Reply | null; session: AgentSession | null }
  /** The attempt came to nothing; whether there is another is the retry rule's to decide. */
  | { type: 'attempt_failed'; session: AgentSession | null }
  | { type: 'interrupted'; final: Reply | null; session: AgentSession | null }
  | { type: 'gave_up'; code: FailureCode }
  | { type: 'stop_asked'; reason: StopReason }
  /** No agent works on it: it waits for a slot or for its next attempt, or its agent is gone. */
  | { type: 'idle' }
  | { type: 'chat_removed' };

export type TurnEffect =
  | { do: 'take'; upto: number }
  | { do: 'reply'; reply: Reply }
  | { do: 'tell'; why: FailureCode | 'interrupted' }
  /** That it is still worked on. */
  | { do: 'reassure'; doing: Doing | null }
  /** Silence would look like an error. */
  | { do: 'tell_if_silent' }
  | { do: 'keep_session'; session: AgentSession }
  | { do: 'drop_session' }
  | { do: 'mark_stop'; reason: StopReason }
  /** Ends the turn and moves the cursor. */
  | { do: 'close'; outcome: TurnOutcome; code: string | null };

export type Transition = { state: TurnState; effects: readonly TurnEffect[] };

export function stepTurn(state: TurnState, event: TurnEvent): Transition {
  switch (state.kind) {
    case 'running':
      return stepRunning(event);
    case 'stopping':
      return stepStopping(state.reason, event);
    case 'answered':
    case 'failed':
    case 'stopped':
      return { state, effects: [] };
  }
}

function stepRunning(event: TurnEvent): Transition {
  const state = { kind: 'running' } as const;
  switch (event.type) {
    case 'consumed':
    case 'output':
      return { state, effects: [progress(event)] };
    case 'quiet':
      return { state, effects: [{ do: 'reassure', doing: event.doing }] };
    case 'done':
      return close('answered', null, [...keep(event.session), ...say(event.final), { do: 'tell_if_silent' }]);
    case 'attempt_failed':
      return { state, effects: keep(worthResuming(event.session)) };
    case 'interrupted': {
      const told = { do: 'tell', why: 'interrupted' } as const;
      return close('stopped', 'interrupted', [...keep(event.session), ...say(event.final), told]);
    }
    case 'gave_up':
      return close('failed', event.code, [{ do: 'tell', why: event.code }]);
    case 'stop_asked':
      return stopping(event.reason);
    case 'idle':
      return { state, effects: [] };
    case 'chat_removed':
      return close('failed', 'chat_gone', []);
  }
}

function stepStopping(reason: StopReason, event: TurnEvent): Transition {
  const state = { kind: 'stopping', reason } as const;
  switch (event.type) {
    case 'consumed':
    case 'output':
      return { state, effects: [progress(event)] };
    case 'quiet':
      return { state, effects: [] };
    case 'done':
      return close('answered', null, [...keepUnless(reason, event.session), ...say(event.final)]);
    case 'interrupted':
      return close('stopped', reason, [...keepUnless(reason, event.session), ...say(event.final)]);
    case 'attempt_failed':
      return close('stopped', reason, keepUnless(reason, event.session));
    case 'gave_up':
    case 'idle':
    case 'chat_removed':
      return close('stopped', reason, []);
    case 'stop_asked':
      return isStronger(event.reason, reason) ? stopping(event.reason) : { state, effects: [] };
  }
}

function progress(event: Extract<TurnEvent, { type: 'consumed' | 'output' }>): TurnEffect {
  return event.type === 'consumed' ? { do: 'take', upto: event.upto } : { do: 'reply', reply: event.reply };
}

function stopping(reason: StopReason): Transition {
  const forget: TurnEffect[] = reason === 'reset' ? [{ do: 'drop_session' }] : [];
  return { state: { kind: 'stopping', reason }, effects: [{ do: 'mark_stop', reason }, ...forget] };
}

function close(outcome: TurnOutcome, code: string | null, before: readonly TurnEffect[]): Transition {
  return { state: { kind: outcome }, effects: [...before, { do: 'close', outcome, code }] };
}

function keep(session: AgentSession | null): TurnEffect[] {
  return session ? [{ do: 'keep_session', session }] : [];
}

/**
 * The next attempt asks everything again that the assistant did not answer, so it must resume where the assistant spoke
 * last: a session without such a point would hold the questions of the failed attempt too.
 */
function worthResuming(session: AgentSession | null): AgentSession | null {
  return session?.lastAssistant ? session : null;
}

function keepUnless(reason: StopReason, session: AgentSession | null): TurnEffect[] {
  return reason === 'reset' ? [] : keep(session);
}

function say(final: Reply | null): TurnEffect[] {
  return final ? [{ do: 'reply', reply: final }] : [];
}

function isStronger(reason: StopReason, than: StopReason): boolean {
  return STOP_REASONS.indexOf(reason) > STOP_REASONS.indexOf(than);
}
