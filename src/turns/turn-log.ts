/**
 * The durable side of a turn. Each step is one write, so a crash between any two leaves a state from which the
 * turn goes on: replies on record stay, the rest is asked for again.
 *
 *   (mention stored) ──open──▶ running ──output──▶ running ──end──▶ answered      replies then belong to the outbox
 *                                 └──────────fail──────────────────▶ failed       the chat has been told why
 */
import { randomBytes } from 'node:crypto';
import type { TurnEnd, TurnWork } from '../agents/agent.ts';
import type { Group } from '../store/groups.ts';
import { type NewOutboxRow, replyKey } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import { type Language, noticeFor } from './notices.ts';
import { stripInternal } from './prompt.ts';
import type { FailureCode } from './retry.ts';
import { askingThread, selectForTurn } from './select.ts';

export type TurnLogOptions = { store: Store; now(): number; newId(): string; language: Language };

export class TurnLog {
  constructor(readonly options: TurnLogOptions) {}

  /** Opens the next turn of a chat, if a message there asks; null when all is answered. */
  async openNext(group: Group): Promise<Turn | null> {
    const { store, newId, now } = this.options;
    const cursor = store.journal.cursor(group.jid);
    if (store.journal.firstAsking(group.jid, cursor) === null) return null;
    return store.write(() => {
      const waiting = store.journal.range(group.jid, cursor);
      const asking = askingThread(waiting);
      const messages = asking ? selectForTurn(waiting, asking.thread) : [];
      const [first, last] = [messages[0], messages.at(-1)];
      if (!asking || !first || !last) return null;
      const { folder, jid } = group;
      const span = { fromSeq: first.seq, uptoSeq: last.seq };
      const turn: Turn = { id: newId(), folder, jid, thread: asking.thread, ...span, attempts: 0 };
      store.turns.open(turn, now());
      return turn;
    });
  }

  async countAttempt(turn: Turn): Promise<void> {
    await this.options.store.write(() => this.options.store.turns.countAttempt(turn.id));
    turn.attempts += 1;
  }

  /**
   * Records what the agent said; the frame that ends the turn and the cursor's advance are one write.
   * @param offeredUpto the last message the agent was given: it can't have consumed later ones, whatever it says
   */
  async take(turn: Turn, work: TurnWork, offeredUpto: number): Promise<void> {
    const { store } = this.options;
    switch (work.type) {
      case 'consumed': {
        const known = work.messages.map(Number).filter((seq) => seq <= offeredUpto);
        const upto = Math.max(turn.uptoSeq, ...known);
        await store.write(() => store.turns.consumed(turn.id, upto));
        turn.uptoSeq = upto;
        return;
      }
      case 'output':
        return store.write(() => this.#reply(turn, work.ordinal, work.text));
      case 'end':
        return this.#end(turn, work);
    }
  }

  /** Gives the turn up: the chat is told, the cursor moves on. */
  fail(turn: Turn, code: FailureCode): Promise<void> {
    const { store, now, language } = this.options;
    return store.write(() => {
      this.#reply(turn, store.outbox.lastOrdinal(turn.id) + 1, noticeFor(code, language));
      store.turns.end(turn.id, 'failed', code, now());
      store.journal.advance(turn.jid, turn.uptoSeq);
    });
  }

  /** The turn's chat is no longer registered: there is nobody to answer. */
  abandon(turn: Turn): Promise<void> {
    const { store, now } = this.options;
    return store.write(() => {
      store.turns.end(turn.id, 'failed', 'chat_gone', now());
      store.journal.advance(turn.jid, turn.uptoSeq);
    });
  }

  /** The session can't be resumed: the next attempt starts a new one. */
  forgetSession(turn: Turn): Promise<void> {
    return this.options.store.write(() => this.options.store.turns.dropSession(turn.folder));
  }

  async #end(turn: Turn, end: TurnEnd): Promise<void> {
    const { store, now, language } = this.options;
    await store.write(() => {
      if (!store.turns.isRunning(turn.id)) return; // given up meanwhile; its chat has been told
      if (end.session) store.turns.saveSession(turn.folder, end.session);
      if (end.outcome === 'failed') return; // what follows is the retry rule's to decide
      if (end.final) this.#reply(turn, end.final.ordinal, end.final.text);
      if (end.outcome === 'interrupted' || store.outbox.countFor(turn.id) === 0) {
        const notice = noticeFor(end.outcome === 'interrupted' ? 'interrupted' : 'silent', language);
        this.#reply(turn, store.outbox.lastOrdinal(turn.id) + 1, notice);
      }
      store.turns.end(turn.id, 'answered', null, now());
      store.journal.advance(turn.jid, turn.uptoSeq);
    });
  }

  #reply(turn: Turn, ordinal: number, text: string): void {
    const body = stripInternal(text);
    if (body === '') return;
    const row: NewOutboxRow = {
      key: replyKey(turn.id, ordinal),
      turnId: turn.id,
      ordinal,
      jid: turn.jid,
      thread: turn.thread,
      body,
    };
    this.options.store.outbox.add(row, this.options.now());
  }
}

/** Twelve characters, so that with its ordinal a key stays within Discord's 25. */
export function newTurnId(): string {
  return randomBytes(6).toString('hex');
}
