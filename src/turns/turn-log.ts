/**
 * The durable side of a turn: each event is one write, so a crash between any two leaves a state from which the turn
 * goes on. What an event does is turn-state.ts's to say.
 */
import { randomBytes } from 'node:crypto';
import type { AgentSession, Doing } from '../../contracts/link.ts';
import type { TurnWork } from '../agents/run.ts';
import type { Group } from '../store/groups.ts';
import { type NewOutboxRow, replyKey } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { QueuedRun } from '../store/tasks.ts';
import type { StopReason, Turn, TurnOutcome } from '../store/turns.ts';
import { cancelTask, endRun } from '../tasks/run-end.ts';
import { aboutTask } from '../tasks/texts.ts';
import { type Language, noticeFor, stillAtWork } from './notices.ts';
import { stripInternal } from './prompt.ts';
import { askingThread, selectForTurn } from './select.ts';
import { type Reply, stepTurn, type TurnEffect, type TurnEvent, type TurnState } from './turn-state.ts';

export type TurnLogOptions = { store: Store; now(): number; newId(): string; language: Language };

export class TurnLog {
  constructor(readonly options: TurnLogOptions) {}

  /** Opens the next turn of a chat, if a message there asks; null when all is answered. */
  async openNext(group: Group): Promise<Turn | null> {
    const { store, newId, now } = this.options;
    const cursor = store.journal.cursor(group.jid);
    if (store.journal.firstAsking(group.jid, cursor) === null) return null;
    return store.write(() => {
      const question = store.journal.firstAsking(group.jid, cursor);
      const waiting = question === null ? [] : store.journal.around(group.jid, cursor, question);
      const asking = askingThread(waiting);
      const messages = asking ? selectForTurn(waiting, asking.thread) : [];
      const [first, last] = [messages[0], messages.at(-1)];
      if (!asking || !first || !last) return null;
      const { folder, jid } = group;
      const span = { fromSeq: first.seq, uptoSeq: last.seq };
      const turn: Turn = {
        id: newId(),
        folder,
        jid,
        thread: asking.thread,
        ...span,
        attempts: 0,
        failures: 0,
        stop: null,
        task: null,
      };
      store.turns.open(turn, now());
      return turn;
    });
  }

  /** Opens the turn of a run that waits; null when it does not wait any more. */
  openRun({ run, task }: QueuedRun): Promise<Turn | null> {
    const { store, newId, now } = this.options;
    return store.write(() => {
      if (store.tasks.nextQueued(task.folder)?.run !== run) return null;
      const { folder, jid, thread, context } = task;
      const isolated = context === 'isolated';
      const turn: Turn = {
        ...{ id: newId(), folder, jid, thread, task: { run, isolated } },
        ...{ fromSeq: 0, uptoSeq: 0, attempts: 0, failures: 0, stop: null },
      };
      store.turns.open(turn, now());
      store.tasks.beginRun(run, new Date(now()).toISOString());
      return turn;
    });
  }

  /** The chat of a waiting run is not this group's any more. */
  dropRun({ task }: QueuedRun): Promise<void> {
    const { store } = this.options;
    return store.write(() => {
      const current = store.tasks.find(task.id);
      if (current) cancelTask(store, current, 'chat_gone');
    });
  }

  async countAttempt(turn: Turn): Promise<void> {
    await this.options.store.write(() => this.options.store.turns.countAttempt(turn.id));
    turn.attempts += 1;
  }

  async countFailure(turn: Turn): Promise<void> {
    await this.options.store.write(() => this.options.store.turns.countFailure(turn.id));
    turn.failures += 1;
  }

  /**
   * Records what the agent said.
   * @param offeredUpto the last message the agent was given: it can't have consumed later ones, whatever it says
   * @param inWrite becomes durable with it, or not at all
   */
  take(turn: Turn, work: TurnWork, offeredUpto: number, inWrite?: () => void): Promise<void> {
    return this.options.store.write(() => {
      this.applyInWrite(turn, eventOf(work, turn, offeredUpto));
      inWrite?.();
    });
  }

  /** Carries an event out in one write. */
  apply(turn: Turn, event: TurnEvent): Promise<void> {
    return this.options.store.write(() => this.applyInWrite(turn, event));
  }

  /** The same, as part of a write that does more. */
  applyInWrite(turn: Turn, event: TurnEvent): void {
    const state = this.#stateOf(turn);
    if (!state) return;
    for (const effect of stepTurn(state, event).effects) this.#carryOut(turn, effect);
  }

  /**
   * The light model's answer: the reply, the turn's end, the cursor, and what the group's session is to be told of it.
   * @param inWrite becomes durable with it, or not at all
   * @returns false when the turn has ended, or somebody wants it ended: then nothing is written
   */
  answerLightly(turn: Turn, text: string, inWrite: () => void): Promise<boolean> {
    const { store, now } = this.options;
    return store.write(() => {
      if (this.#stateOf(turn)?.kind !== 'running') return false;
      this.applyInWrite(turn, { type: 'done', final: { ordinal: 1, text }, session: null });
      store.lightHistory.note(turn.folder, turn.id, now());
      inWrite();
      return true;
    });
  }

  /**
   * The session can't be resumed where it stands. A Claude Code that was killed may not have written what it said last, so
   * the next attempt goes back to where the turn found the session, and only if that is refused too begins a new one.
   */
  leaveSession(turn: Turn, found: AgentSession | null): Promise<void> {
    const { store } = this.options;
    return store.write(() => {
      const hasMoved = store.turns.sessionOf(turn)?.lastAssistant !== found?.lastAssistant;
      store.turns.keepSessionOf(turn, hasMoved ? found : null);
    });
  }

  /** Why a person wants the turn ended; null when nobody does, or when it has ended. */
  stopReason(turn: Turn): StopReason | null {
    const state = this.#stateOf(turn);
    return state?.kind === 'stopping' ? state.reason : null;
  }

  #stateOf(turn: Turn): TurnState | null {
    const known = this.options.store.turns.state(turn.id);
    if (!known) return null;
    const { state, stop } = known;
    return state === 'running' && stop !== null ? { kind: 'stopping', reason: stop } : { kind: state };
  }

  #carryOut(turn: Turn, effect: TurnEffect): void {
    const { store } = this.options;
    switch (effect.do) {
      case 'take':
        turn.uptoSeq = Math.max(turn.uptoSeq, effect.upto);
        return store.turns.consumed(turn.id, turn.uptoSeq);
      case 'reply':
        return this.#reply(turn, effect.reply);
      case 'tell':
        return this.#tell(turn, effect.why);
      case 'reassure':
        return this.#reassure(turn, effect.doing);
      case 'tell_if_silent':
        // Nobody waits for a task: it may decide that there is nothing to say.
        if (turn.task || store.outbox.countFor(turn.id) > 0) return;
        return this.#tell(turn, 'silent');
      case 'keep_session':
        return this.#keepSession(turn, effect.session);
      case 'drop_session':
        return forgetConversation(store, turn.folder);
      case 'mark_stop':
        return store.turns.askStop(turn.id, effect.reason);
      case 'close':
        return this.#close(turn, effect.outcome, effect.code);
    }
  }

  /** A session that has moved on in this turn holds its prompt, and with it what the light model had answered before. */
  #keepSession(turn: Turn, session: AgentSession): void {
    const { turns, lightHistory } = this.options.store;
    const hasMoved =
      session.lastAssistant === null || session.lastAssistant !== turns.sessionOf(turn)?.lastAssistant;
    turns.keepSessionOf(turn, session);
    if (hasMoved && !turn.task?.isolated) lightHistory.clear(turn.folder);
  }

  #close(turn: Turn, outcome: TurnOutcome, code: string | null): void {
    const { store, now, language } = this.options;
    store.turns.end(turn.id, outcome, code, now());
    if (turn.task) endRun(store, turn, turn.task.run, { outcome, code, now: now(), language });
    else store.journal.advance(turn.jid, turn.uptoSeq);
  }

  #tell(turn: Turn, why: Parameters<typeof noticeFor>[0]): void {
    const { store, language } = this.options;
    const ordinal = store.outbox.lastOrdinal(turn.id) + 1;
    const notice = noticeFor(why, language);
    const task = turn.task && store.tasks.ofRun(turn.task.run);
    this.#reply(turn, { ordinal, text: task ? aboutTask(task, notice, language) : notice });
  }

  /** Nothing while the chat's platform takes nothing: it would come together with what is said later. */
  #reassure(turn: Turn, doing: Doing | null): void {
    const { store, now, language } = this.options;
    if (store.outbox.next(turn.jid) !== null) return;
    const sinceMs = now() - (store.turns.startedAt(turn.id) ?? now());
    const ordinal = -1 - store.outbox.reassurances(turn.id);
    this.#reply(turn, { ordinal, text: stillAtWork(doing, sinceMs, language) });
  }

  #reply(turn: Turn, { ordinal, text }: Reply): void {
    const body = stripInternal(text);
    if (body === '') return;
    const { id: turnId, jid, thread } = turn;
    const row: NewOutboxRow = { key: replyKey(turnId, ordinal), turnId, ordinal, jid, thread, body };
    this.options.store.outbox.add(row, this.options.now());
  }
}

/** A new conversation begins with the group's next message. To be called inside a write. */
export function forgetConversation({ turns, lightHistory }: Store, folder: string): void {
  turns.dropSession(folder);
  lightHistory.clear(folder);
}

function eventOf(work: TurnWork, turn: Turn, offeredUpto: number): TurnEvent {
  switch (work.type) {
    case 'consumed': {
      const known = work.messages.map(Number).filter((seq) => seq <= offeredUpto);
      return { type: 'consumed', upto: Math.max(turn.uptoSeq, ...known) };
    }
    case 'output':
      return { type: 'output', reply: { ordinal: work.ordinal, text: work.text } };
    case 'end': {
      const { session, final } = work;
      if (work.outcome === 'failed') return { type: 'attempt_failed', session };
      return { type: work.outcome, final, session };
    }
  }
}

/** Twelve characters, so that with its ordinal a key stays within Discord's 25. */
export function newTurnId(): string {
  return randomBytes(6).toString('hex');
}
