/**
 * Scheduled tasks and their runs. All changes are to be made inside a write.
 *
 *   task  active ⇄ paused;  active | paused → completed | cancelled | missed
 *   run   queued → running → success | failed | stopped;  queued → cancelled;  or at once skipped | missed
 *
 * Invariant: a time on a task's schedule has one run at most (`task_runs_once`), whatever the clock does.
 */
import type { RunRecord, RunStatus, TaskRecord } from '../../contracts/tasks.ts';
import type { Db } from './open.ts';

export type TaskSummary = {
  id: string;
  prompt: string;
  type: string;
  value: string;
  status: string;
  /** ISO time; null when it will not run again. */
  nextRun: string | null;
};

export type NewRun = {
  taskId: string;
  dueAt: string | null;
  runAt: string;
  status: RunStatus;
  error?: string;
};

/** A run that waits for its turn, and what it is of. */
export type QueuedRun = { run: number; task: TaskRecord };

const TASK_COLUMNS = `t.id, t.group_folder AS folder, t.chat_jid AS jid, t.thread, t.prompt, t.schedule_type AS type,
  t.schedule_value AS value, t.time_zone AS timeZone, t.context_mode AS context, t.status, t.next_run AS nextRun,
  t.last_run AS lastRun, t.last_result AS lastResult, t.failures, t.created_at AS createdAt`;
const RUN_COLUMNS = 'id, due_at AS dueAt, run_at AS runAt, duration_ms AS durationMs, status, result, error';
const OPEN = "t.status IN ('active', 'paused')";

export class Tasks {
  readonly #inFolder;
  readonly #find;
  readonly #open;
  readonly #due;
  readonly #nextDue;
  readonly #save;
  readonly #addRun;
  readonly #queued;
  readonly #setRun;
  readonly #dropQueued;
  readonly #openRun;
  readonly #ofRun;
  readonly #runs;

  constructor(db: Db) {
    this.#inFolder = db.prepare<[string], TaskSummary>(
      `SELECT id, prompt, schedule_type AS type, schedule_value AS value, status, next_run AS nextRun
       FROM scheduled_tasks WHERE group_folder = ? AND status IN ('active', 'paused') ORDER BY next_run, id`,
    );
    this.#find = db.prepare<[string], TaskRecord>(
      `SELECT ${TASK_COLUMNS} FROM scheduled_tasks t WHERE id = ?`,
    );
    this.#open = db.prepare<[], TaskRecord>(
      `SELECT ${TASK_COLUMNS} FROM scheduled_tasks t WHERE ${OPEN} ORDER BY t.next_run IS NULL, t.next_run, t.id`,
    );
    this.#due = db.prepare<[string], TaskRecord>(
      `SELECT ${TASK_COLUMNS} FROM scheduled_tasks t WHERE t.status = 'active' AND t.next_run <= ? ORDER BY t.next_run, t.id`,
    );
    this.#nextDue = db
      .prepare<[], string | null>(`SELECT min(next_run) FROM scheduled_tasks WHERE status = 'active'`)
      .pluck();
    this.#save = db.prepare<[TaskRecord]>(
      `INSERT INTO scheduled_tasks (id, group_folder, chat_jid, thread, prompt, schedule_type, schedule_value, time_zone,
         context_mode, status, next_run, last_run, last_result, failures, created_at)
       VALUES (@id, @folder, @jid, @thread, @prompt, @type, @value, @timeZone, @context, @status, @nextRun, @lastRun,
         @lastResult, @failures, @createdAt)
       ON CONFLICT (id) DO UPDATE SET prompt = excluded.prompt, schedule_type = excluded.schedule_type,
         schedule_value = excluded.schedule_value, time_zone = excluded.time_zone, context_mode = excluded.context_mode,
         status = excluded.status, next_run = excluded.next_run, last_run = excluded.last_run,
         last_result = excluded.last_result, failures = excluded.failures`,
    );
    this.#addRun = db.prepare<[Required<Omit<NewRun, 'error'>> & { error: string | null }]>(
      `INSERT INTO task_run_logs (task_id, due_at, run_at, duration_ms, status, error)
       VALUES (@taskId, @dueAt, @runAt, 0, @status, @error) ON CONFLICT (task_id, due_at) DO NOTHING`,
    );
    this.#queued = db.prepare<[string], TaskRecord & { run: number }>(
      `SELECT r.id AS run, ${TASK_COLUMNS} FROM task_run_logs r JOIN scheduled_tasks t ON t.id = r.task_id
       WHERE r.status = 'queued' AND t.group_folder = ? ORDER BY r.id LIMIT 1`,
    );
    this.#setRun = db.prepare(
      `UPDATE task_run_logs SET status = @status, run_at = coalesce(@runAt, run_at), duration_ms = coalesce(@durationMs, duration_ms),
         result = @result, error = @error WHERE id = @id`,
    );
    this.#dropQueued = db.prepare(
      `UPDATE task_run_logs SET status = 'cancelled', error = ? WHERE task_id = ? AND status = 'queued'`,
    );
    this.#openRun = db
      .prepare<[string], number>(
        `SELECT id FROM task_run_logs WHERE task_id = ? AND status IN ('queued', 'running') LIMIT 1`,
      )
      .pluck();
    this.#ofRun = db.prepare<[number], TaskRecord>(
      `SELECT ${TASK_COLUMNS} FROM task_run_logs r JOIN scheduled_tasks t ON t.id = r.task_id WHERE r.id = ?`,
    );
    this.#runs = db.prepare<[string, number], RunRecord>(
      `SELECT ${RUN_COLUMNS} FROM task_run_logs WHERE task_id = ? ORDER BY id DESC LIMIT ?`,
    );
  }

  inFolder(folder: string): TaskSummary[] {
    return this.#inFolder.all(folder);
  }

  find(id: string): TaskRecord | null {
    return this.#find.get(id) ?? null;
  }

  /** Active and paused ones, the next first. */
  open(): TaskRecord[] {
    return this.#open.all();
  }

  /** Those whose time has come, the oldest first. */
  due(now: string): TaskRecord[] {
    return this.#due.all(now);
  }

  /** When the next one is due; null when none is. */
  nextDue(): string | null {
    return this.#nextDue.get() ?? null;
  }

  /** Adds a task, or changes one; its group and its address stay as they were. */
  save(task: TaskRecord): void {
    this.#save.run(task);
  }

  /** @returns false when the schedule's time has its run already */
  addRun(run: NewRun): boolean {
    return this.#addRun.run({ ...run, error: run.error ?? null }).changes === 1;
  }

  /** The run of a group that has waited longest; null when none waits. */
  nextQueued(folder: string): QueuedRun | null {
    const row = this.#queued.get(folder);
    if (!row) return null;
    const { run, ...task } = row;
    return { run, task };
  }

  beginRun(id: number, runAt: string): void {
    this.#setRun.run({ id, status: 'running', runAt, durationMs: null, result: null, error: null });
  }

  endRun(
    id: number,
    end: { status: RunStatus; durationMs: number; result: string | null; error: string | null },
  ): void {
    this.#setRun.run({ id, runAt: null, ...end });
  }

  /** Runs of a task that nobody has begun are not begun any more. */
  dropQueued(taskId: string, reason: string): void {
    this.#dropQueued.run(reason, taskId);
  }

  /** Whether a run of this task waits or goes on. */
  hasOpenRun(taskId: string): boolean {
    return this.#openRun.get(taskId) !== undefined;
  }

  /** The task that a run is of. */
  ofRun(run: number): TaskRecord | null {
    return this.#ofRun.get(run) ?? null;
  }

  /** Runs of a task, latest first. */
  runs(taskId: string, most: number): RunRecord[] {
    return this.#runs.all(taskId, most);
  }
}
