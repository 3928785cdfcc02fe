/** A group's usage of the day, one row a group in `router_state`; what it means is known to agents/daily-usage.ts. */
import type { Db } from './open.ts';

const keyOf = (folder: string) => `usage:${folder}`;

export class DailyUsageRows {
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#get = db.prepare<[string], string>('SELECT value FROM router_state WHERE key = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO router_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  get(folder: string): string | null {
    return this.#get.get(keyOf(folder)) ?? null;
  }

  /** To be called inside a write. */
  put(folder: string, text: string): void {
    this.#put.run(keyOf(folder), text);
  }
}
