/** What is known of the installation's own jobs. All changes are to be made inside a write. */
import * as z from 'zod';
import type { Db } from './open.ts';

/** Times are ISO 8601 in UTC. */
const schema = z.object({
  nextRun: z.string(),
  /** The time on the schedule that was last run. */
  lastDue: z.string().nullable(),
  lastRun: z.string().nullable(),
  lastResult: z.enum(['ok', 'failed', 'interrupted']).nullable(),
  detail: z.string().nullable(),
});
export type JobState = z.infer<typeof schema>;

export class UpkeepStates {
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#get = db.prepare<[string], string>('SELECT value FROM router_state WHERE key = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO router_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  /** Null before the first plan, and when what is stored can't be read: it is planned anew. */
  find(job: string): JobState | null {
    const parsed = schema.safeParse(readJson(this.#get.get(`upkeep:${job}`)));
    return parsed.success ? parsed.data : null;
  }

  save(job: string, state: JobState): void {
    this.#put.run(`upkeep:${job}`, JSON.stringify(state));
  }
}

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null; // fails the schema, which is where it is seen
  }
}
