/**
 * `supervisor/state.json`. Replaced as one step and synced. A file that cannot be understood is kept beside with
 * `.bad` and the supervisor starts afresh: it must never be stopped by its own memory.
 */
import { readFileSync, renameSync } from 'node:fs';
import * as z from 'zod';
import type { State } from '../decide/state.ts';
import type { StateStore } from '../ports/records.ts';
import { replaceFile } from './durable.ts';
import { STATE_VERSION, stateSchema } from './state-schema.ts';

const fileSchema = z.object({ version: z.literal(STATE_VERSION), state: stateSchema });

export class StateFile implements StateStore {
  constructor(readonly path: string) {}

  save(snapshot: object): void {
    replaceFile(this.path, JSON.stringify({ version: STATE_VERSION, state: snapshot }));
  }

  /** The saved state, or null and why there is none; `problem` is null on a first start. */
  load(): { state: State | null; problem: string | null } {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      return { state: null, problem: missing ? null : `state file: ${String(error)}` };
    }
    const state = parseState(text);
    return state ? { state, problem: null } : { state: null, problem: this.#setAside() };
  }

  #setAside(): string {
    const aside = `${this.path}.bad`;
    try {
      renameSync(this.path, aside);
      return `the saved state could not be read; it is kept as ${aside} and a new one is begun`;
    } catch (error) {
      return `the saved state could not be read or set aside (${String(error)}); a new one is begun`;
    }
  }
}

function parseState(text: string): State | null {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.state : null;
  } catch {
    return null; // not even JSON: reported by the caller as unreadable
  }
}
