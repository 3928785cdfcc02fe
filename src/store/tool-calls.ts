/** Results of host tool calls that had an effect, so that a repeated call returns the first result. */
import type { Db } from './open.ts';

export class ToolCalls {
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#get = db
      .prepare<[string, string], string>('SELECT result FROM tool_calls WHERE session_id = ? AND id = ?')
      .pluck();
    this.#put = db.prepare('INSERT INTO tool_calls (session_id, id, result) VALUES (?, ?, ?)');
  }

  /** The recorded result; undefined when this call is new. */
  find(session: string, id: string): unknown {
    const result = this.#get.get(session, id);
    return result === undefined ? undefined : JSON.parse(result);
  }

  /** To be called in the write that has the effect. */
  record(session: string, id: string, result: unknown): void {
    this.#put.run(session, id, JSON.stringify(result));
  }
}
