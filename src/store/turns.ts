/** Turns and the Claude session each group goes on with. All changes are to be made inside a write. */
import type { AgentSession } from '../../contracts/link.ts';
import type { Db } from './open.ts';

/** A turn on record: the messages `from_seq…upto_seq` of one chat, answered together. */
export type Turn = {
  id: string;
  folder: string;
  jid: string;
  thread: string | null;
  fromSeq: number;
  uptoSeq: number;
  attempts: number;
  /** Why a person wants it ended; null while nobody does. */
  stop: StopReason | null;
};

/** Weakest first: the question was deleted; end it and keep what was sent; the same, and forget the conversation. */
export const STOP_REASONS = ['withdrawn', 'stop', 'reset'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export type TurnOutcome = 'answered' | 'failed' | 'stopped';

const COLUMNS = 'id, group_folder, chat_jid, thread, from_seq, upto_seq, attempts, stop';

type Row = {
  id: string;
  group_folder: string;
  chat_jid: string;
  thread: string | null;
  from_seq: number;
  upto_seq: number;
  attempts: number;
  stop: StopReason | null;
};

export class Turns {
  readonly #insert;
  readonly #running;
  readonly #consumed;
  readonly #attempt;
  readonly #end;
  readonly #state;
  readonly #answers;
  readonly #session;
  readonly #saveSession;
  readonly #dropSession;
  readonly #runningIn;
  readonly #closed;
  readonly #askStop;
  readonly #lastActive;

  constructor(db: Db) {
    this.#insert = db.prepare(
      `INSERT INTO turns (id, group_folder, chat_jid, thread, state, from_seq, upto_seq, started_at)
       VALUES (@id, @folder, @jid, @thread, 'running', @fromSeq, @uptoSeq, @now)`,
    );
    this.#running = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM turns WHERE state = 'running'`);
    this.#runningIn = db.prepare<[string], Row & { started_at: number }>(
      `SELECT ${COLUMNS}, started_at FROM turns WHERE state = 'running' AND group_folder = ?`,
    );
    this.#closed = db.prepare(
      `INSERT INTO turns (id, group_folder, chat_jid, thread, state, from_seq, upto_seq, started_at, ended_at)
       VALUES (@id, @folder, @jid, @thread, 'answered', @fromSeq, @uptoSeq, @now, @now)`,
    );
    this.#askStop = db.prepare(`UPDATE turns SET stop = ? WHERE id = ? AND state = 'running'`);
    this.#lastActive = db.prepare<[number], { folder: string; at: number }>(
      `SELECT group_folder AS folder, max(started_at) AS at
       FROM (SELECT group_folder, started_at FROM turns ORDER BY rowid DESC LIMIT ?) GROUP BY group_folder`,
    );
    this.#consumed = db.prepare(`UPDATE turns SET upto_seq = max(upto_seq, ?) WHERE id = ?`);
    this.#attempt = db.prepare(`UPDATE turns SET attempts = attempts + 1 WHERE id = ?`);
    this.#end = db.prepare(
      `UPDATE turns SET state = ?, ended_at = ?, error_code = ? WHERE id = ? AND state = 'running'`,
    );
    this.#state = db.prepare<[string], { state: 'running' | TurnOutcome; stop: StopReason | null }>(
      'SELECT state, stop FROM turns WHERE id = ?',
    );
    this.#answers = db
      .prepare<[string], string>(
        `SELECT m.id FROM turns t JOIN messages m ON m.chat_jid = t.chat_jid AND m.seq BETWEEN t.from_seq AND t.upto_seq
         WHERE t.id = ? ORDER BY m.seq`,
      )
      .pluck();
    this.#session = db.prepare<[string], AgentSession>(
      'SELECT session_id AS id, last_assistant AS lastAssistant FROM sessions WHERE group_folder = ?',
    );
    this.#saveSession = db.prepare(
      `INSERT INTO sessions (group_folder, session_id, last_assistant) VALUES (?, ?, ?)
       ON CONFLICT (group_folder) DO UPDATE SET session_id = excluded.session_id, last_assistant = excluded.last_assistant`,
    );
    this.#dropSession = db.prepare('DELETE FROM sessions WHERE group_folder = ?');
  }

  open(turn: Turn, now: number): void {
    this.#insert.run({ ...turn, now });
  }

  /** Turns that a former process left unfinished. */
  running(): Turn[] {
    return this.#running.all().map(toTurn);
  }

  /** The turn a group works on; `startedAt` in wall-clock milliseconds. */
  runningIn(folder: string): (Turn & { startedAt: number }) | null {
    const row = this.#runningIn.get(folder);
    return row ? { ...toTurn(row), startedAt: row.started_at } : null;
  }

  /** When each group had a turn last, wall-clock milliseconds, as far as the newest `turns` turns tell. */
  lastActive(turns: number): { folder: string; at: number }[] {
    return this.#lastActive.all(turns);
  }

  /** A turn that needed no agent: over as soon as it is on record. */
  recordClosed(turn: Turn, now: number): void {
    this.#closed.run({ ...turn, now });
  }

  askStop(id: string, reason: StopReason): void {
    this.#askStop.run(reason, id);
  }

  state(id: string): { state: 'running' | TurnOutcome; stop: StopReason | null } | null {
    return this.#state.get(id) ?? null;
  }

  /** False once the turn has ended, whatever its agent did after that. */
  isRunning(id: string): boolean {
    return this.#state.get(id)?.state === 'running';
  }

  /** Platform ids of the messages a turn has taken. */
  answers(id: string): string[] {
    return this.#answers.all(id);
  }

  /** The agent has taken messages up to `seq` in. */
  consumed(id: string, seq: number): void {
    this.#consumed.run(seq, id);
  }

  countAttempt(id: string): void {
    this.#attempt.run(id);
  }

  end(id: string, state: TurnOutcome, errorCode: string | null, now: number): void {
    this.#end.run(state, now, errorCode, id);
  }

  session(folder: string): AgentSession | null {
    return this.#session.get(folder) ?? null;
  }

  saveSession(folder: string, session: AgentSession): void {
    this.#saveSession.run(folder, session.id, session.lastAssistant);
  }

  dropSession(folder: string): void {
    this.#dropSession.run(folder);
  }
}

function toTurn(row: Row): Turn {
  return {
    id: row.id,
    folder: row.group_folder,
    jid: row.chat_jid,
    thread: row.thread,
    fromSeq: row.from_seq,
    uptoSeq: row.upto_seq,
    attempts: row.attempts,
    stop: row.stop,
  };
}
