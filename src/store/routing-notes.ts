/**
 * What the routing record of a turn will say, kept in `router_state` from the decision until the line is in its file, so
 * that a process that dies in between loses none. What it means is known to router/routing-record.ts.
 */
import type { Db } from './open.ts';
import type { TurnOutcome } from './turns.ts';

const PREFIX = 'routing:';

/** A note whose turn has ended; `endedAt` in wall-clock milliseconds. */
export type OpenNote = {
  turn: string;
  note: string;
  state: TurnOutcome;
  code: string | null;
  endedAt: number;
};

export class RoutingNotes {
  readonly #put;
  readonly #drop;
  readonly #ended;
  readonly #orphans;

  constructor(db: Db) {
    this.#put = db.prepare(
      'INSERT INTO router_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#drop = db.prepare('DELETE FROM router_state WHERE key = ?');
    this.#ended = db.prepare<[], OpenNote>(
      `SELECT t.id AS turn, s.value AS note, t.state, t.error_code AS code, t.ended_at AS endedAt
       FROM router_state s JOIN turns t ON t.id = substr(s.key, ${PREFIX.length + 1})
       WHERE s.key GLOB '${PREFIX}*' AND t.state <> 'running'`,
    );
    this.#orphans = db.prepare(
      `DELETE FROM router_state WHERE key GLOB '${PREFIX}*'
       AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.id = substr(key, ${PREFIX.length + 1}))`,
    );
  }

  /** To be called inside a write. */
  put(turn: string, note: string): void {
    this.#put.run(PREFIX + turn, note);
  }

  /** To be called inside a write. */
  drop(turn: string): void {
    this.#drop.run(PREFIX + turn);
  }

  /** Of turns that ended and whose line may not have been written. */
  ended(): OpenNote[] {
    return this.#ended.all();
  }

  /** Forgets those of turns that are no more. To be called inside a write. */
  dropOrphans(): void {
    this.#orphans.run();
  }
}
