/** Scheduled tasks on record. */
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

export class Tasks {
  readonly #inFolder;

  constructor(db: Db) {
    this.#inFolder = db.prepare<[string], TaskSummary>(
      `SELECT id, prompt, schedule_type AS type, schedule_value AS value, status, next_run AS nextRun
       FROM scheduled_tasks WHERE group_folder = ? AND status IN ('active', 'paused') ORDER BY next_run, id`,
    );
  }

  inFolder(folder: string): TaskSummary[] {
    return this.#inFolder.all(folder);
  }
}
