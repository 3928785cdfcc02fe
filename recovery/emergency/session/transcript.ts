/**
 * Follows the session's streamed JSON: how far it is, and how it ended. What it cost is the forwarder's to say. It is looked at from the last place
 * on, so a long session costs no more than a short one.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import * as z from 'zod';
import { LineSplitter, LineTooLongError } from '../../../contracts/lines.ts';

/** One tool's output in one line. */
const LINE_LIMIT = 8 * 1024 * 1024;
const PART = 64 * 1024;

/** Many times what a session may have. */
const TURNS_LIMIT = 10_000;

const resultSchema = z.object({
  type: z.literal('result'),
  is_error: z.boolean(),
  /** Null where it can't be: the session can write here too. */
  num_turns: z.number().int().nonnegative().max(TURNS_LIMIT).nullable().catch(null),
  /** Of the API; null when the end had another reason. */
  api_error_status: z.number().nullish().catch(null),
  subtype: z.string().catch(''),
  result: z.string().catch(''),
});
export type SessionResult = z.infer<typeof resultSchema>;

export type Progress = {
  bytes: number;
  /** Answers of the model so far. */
  turns: number;
  result: SessionResult | null;
};

export class Transcript {
  #at = 0;
  #turns = 0;
  #result: SessionResult | null = null;
  #lines = new LineSplitter(LINE_LIMIT);

  constructor(readonly path: string) {}

  /** Reads what was added. A file that is not there yet is empty. */
  look(): Progress {
    let fd: number;
    try {
      fd = openSync(this.path, 'r');
    } catch {
      return this.#progress(); // the window has not opened it yet
    }
    try {
      this.#readNew(fd);
    } finally {
      closeSync(fd);
    }
    return this.#progress();
  }

  #readNew(fd: number): void {
    const { size } = fstatSync(fd);
    if (this.#at >= size) return; // most looks find nothing new, and cost no memory
    const part = Buffer.alloc(PART);
    while (this.#at < size) {
      const length = readSync(fd, part, 0, PART, this.#at);
      if (length === 0) return;
      this.#at += length;
      for (const line of this.#split(Buffer.from(part.subarray(0, length)))) this.#take(line);
    }
  }

  /** A line longer than any is dropped with what came before it in its part. */
  #split(part: Buffer): string[] {
    try {
      return this.#lines.push(part);
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      this.#lines = new LineSplitter(LINE_LIMIT);
      return [];
    }
  }

  #take(line: string): void {
    if (line.startsWith('{"type":"assistant"')) this.#turns += 1;
    // Its keys come in any order; the look at the text spares parsing the many large lines.
    if (!line.includes('"type":"result"')) return;
    try {
      const parsed = resultSchema.safeParse(JSON.parse(line));
      if (parsed.success) this.#result = parsed.data;
    } catch {
      return; // cut off by the end of the session
    }
  }

  #progress(): Progress {
    return { bytes: this.#at, turns: this.#result?.num_turns ?? this.#turns, result: this.#result };
  }
}
