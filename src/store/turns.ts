/** Turns and the Claude session each group goes on with. All changes are to be made inside a write. */
import type { AgentSession } from '../../contracts/link.ts';
import type { Db } from './open.ts';

/** A run of a scheduled task; an isolated one has a session of its own, which no other turn goes on with. */
export type TurnTask = { run: number; isolated: boolean };

/** A turn on record: the messages `from_seq…upto_seq` of one chat, answered together, or a run of a task. */
export type Turn = {
  id: string;
  folder: string;
  jid: string;
  thread: string | null;
  fromSeq: number;
  uptoSeq: number;
  /** Attempts that were begun. */
  attempts: number;
  /** Attempts that came to nothing by themselves; one that our own restart cut off is none. */
  failures: number;
  /** Why a person wants it ended; null while nobody does. */
  stop: StopReason | null;
  /** Null when it answers messages; else it takes none. */
  task: TurnTask | null;
};

/** Weakest first: the question was deleted; end it and keep what was sent; the same, and forget the conversation. */
export const STOP_REASONS = ['withdrawn', 'stop', 'reset'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export type TurnOutcome = 'answered' | 'failed' | 'stopped';

/** How a turn is, or how it ended; `code` says why, where it was not answered. */
export type KnownState = { state: 'running' | TurnOutcome; stop: StopReason | null; code: string | null };

const COLUMNS =
  'id, group_folder, chat_jid, thread, from_seq, upto_seq, attempts, failures, stop, kind, task_run';

type Kind = 'messages' | 'task' | 'isolated_task';

type Row = {
  id: string;
  group_folder: string;
  chat_jid: string;
  thread: string | null;
  from_seq: number;
  upto_seq: number;
  attempts: number;
  failures: number;
  stop: StopReason | null;
  kind: Kind;
  task_run: number | null;
};

export class Turns {
  readonly #insert;
  readonly #running;
  readonly #consumed;
  readonly #attempt;
  readonly #failure;
  readonly #end;
  readonly #state;
  readonly #answers;
  readonly #session;
  readonly #saveSession;
  readonly #dropSession;
  readonly #ownSession;
  readonly #saveOwnSession;
  readonly #startedAt;
  readonly #runningIn;
  readonly #closed;
  readonly #askStop;
  readonly #lastActive;

  constructor(db: Db) {
    this.#insert = db.prepare(
      `INSERT INTO turns (id, group_folder, chat_jid, thread, state, from_seq, upto_seq, started_at, kind, task_run)
       VALUES (@id, @folder, @jid, @thread, 'running', @fromSeq, @uptoSeq, @now, @kind, @taskRun)`,
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
    this.#failure = db.prepare(`UPDATE turns SET failures = failures + 1 WHERE id = ?`);
    this.#attempt = db.prepare(`UPDATE turns SET attempts = attempts + 1 WHERE id = ?`);
    this.#end = db.prepare(
      `UPDATE turns SET state = ?, ended_at = ?, error_code = ? WHERE id = ? AND state = 'running'`,
    );
    this.#state = db.prepare<[string], KnownState>(
      'SELECT state, stop, error_code AS code FROM turns WHERE id = ?',
    );
    this.#answers = db
      .prepare<[string], string>(
        `SELECT m.id FROM turns t JOIN messages m ON m.chat_jid = t.chat_jid AND m.seq BETWEEN t.from_seq AND t.upto_seq
         WHERE t.id = ? AND (m.asks = 1 OR m.is_command = 1) ORDER BY m.seq`,
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
    this.#ownSession = db.prepare<[string], AgentSession>(
      'SELECT session_id AS id, last_assistant AS lastAssistant FROM turns WHERE id = ? AND session_id IS NOT NULL',
    );
    this.#saveOwnSession = db.prepare('UPDATE turns SET session_id = ?, last_assistant = ? WHERE id = ?');
    this.#startedAt = db.prepare<[string], number>('SELECT started_at FROM turns WHERE id = ?').pluck();
  }

  open(turn: Turn, now: number): void {
    this.#insert.run({ ...turn, kind: kindOf(turn.task), taskRun: turn.task?.run ?? null, now });
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

  state(id: string): KnownState | null {
    return this.#state.get(id) ?? null;
  }

  /** False once the turn has ended, whatever its agent did after that. */
  isRunning(id: string): boolean {
    return this.#state.get(id)?.state === 'running';
  }

  /** Platform ids of the questions and commands a turn has taken, oldest first. */
  answers(id: string): string[] {
    return this.#answers.all(id);
  }

  /** The agent has taken messages up to `seq` in. */
  consumed(id: string, seq: number): void {
    this.#consumed.run(seq, id);
  }

  countFailure(id: string): void {
    this.#failure.run(id);
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

  /** The session that a turn goes on with: its group's, or its own. */
  sessionOf({ id, folder, task }: Turn): AgentSession | null {
    return task?.isolated ? (this.#ownSession.get(id) ?? null) : this.session(folder);
  }

  /** Null forgets it: the turn's next attempt begins a new one. */
  keepSessionOf({ id, folder, task }: Turn, session: AgentSession | null): void {
    if (task?.isolated) this.#saveOwnSession.run(session?.id ?? null, session?.lastAssistant ?? null, id);
    else if (session) this.saveSession(folder, session);
    else this.dropSession(folder);
  }

  /** When a turn was opened, wall-clock milliseconds. */
  startedAt(id: string): number | null {
    return this.#startedAt.get(id) ?? null;
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
    failures: row.failures,
    stop: row.stop,
    task: row.task_run === null ? null : { run: row.task_run, isolated: row.kind === 'isolated_task' },
  };
}

function kindOf(task: TurnTask | null): Kind {
  if (!task) return 'messages';
  return task.isolated ? 'isolated_task' : 'task';
}
