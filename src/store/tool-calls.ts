/** Results of host tool calls that had an effect, so that a repeated call returns the first result. */
import type { Db } from './open.ts';

/** The folder is ours; session and id come from the agent and count only within it. */
export type ToolCall = { folder: string; session: string; id: string };

export class ToolCalls {
  readonly #get;
  readonly #put;

  constructor(db: Db) {
    this.#get = db
      .prepare<[ToolCall], string>(
        'SELECT result FROM tool_calls WHERE group_folder = @folder AND session_id = @session AND id = @id',
      )
      .pluck();
    this.#put = db.prepare<[ToolCall & { result: string; now: number }]>(
      `INSERT INTO tool_calls (group_folder, session_id, id, result, created_at)
       VALUES (@folder, @session, @id, @result, @now)`,
    );
  }

  /** The recorded result; undefined when this call is new. */
  find(call: ToolCall): unknown {
    const result = this.#get.get(call);
    return result === undefined ? undefined : JSON.parse(result);
  }

  /** To be called in the write that has the effect. @param now wall clock, milliseconds */
  record(call: ToolCall, result: unknown, now: number): void {
    this.#put.run({ ...call, result: JSON.stringify(result), now });
  }
}
