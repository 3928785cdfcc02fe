/**
 * Brings every routed turn into `routing-metrics.jsonl` once, whatever dies in between: a note in the store from the
 * decision on, the line when the turn has ended, then the note is dropped.
 *
 *   noted ──the turn ends──▶ line written ──▶ note dropped
 *
 * Invariant: a note that a former process left is a line that may be missing, so the files are searched for the turn's id
 * before it is written. Nobody waits for a note: the store carries it out with the next write of the turn.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import * as z from 'zod';
import { fileNameAt } from '../../metrics/record.ts';
import type { OpenNote } from '../store/routing-notes.ts';
import type { Store } from '../store/store.ts';
import { ROUTING_STEM, type RoutingDraft, type RoutingRecord } from './routing-record.ts';

export type RoutingJournalOptions = {
  store: Pick<Store, 'write' | 'routingNotes'>;
  records: { write(record: RoutingRecord, endedAt?: number): boolean };
  /** Where the lines are. */
  folder: string;
  /** Wall clock, milliseconds. */
  now(): number;
  log: Pick<Logger, 'warn' | 'info'>;
};

/** `at` = when the router decided, wall-clock milliseconds. The draft was written by us: only its shape is looked at. */
const noteSchema = z.object({
  at: z.number(),
  draft: z.custom<RoutingDraft>((value) => typeof value === 'object' && value !== null && 'turn' in value),
});
const lineSchema = z.object({ turn: z.string() });

export class RoutingJournal {
  constructor(readonly options: RoutingJournalOptions) {}

  /** Notes what is known now; a later note of the same turn takes its place. */
  note(draft: RoutingDraft): void {
    this.#later(() => this.noteInWrite(draft));
  }

  /** The same, as part of a write that does more. */
  noteInWrite(draft: RoutingDraft): void {
    const note = { at: this.options.now(), draft };
    this.options.store.routingNotes.put(draft.turn, JSON.stringify(note));
  }

  /** The turn has ended. A line that can't be written now is the next process's to write. */
  write(record: RoutingRecord): void {
    if (this.options.records.write(record)) {
      this.#later(() => this.options.store.routingNotes.drop(record.turn));
    }
  }

  /** Writes what a former process did not come to write. To be called before any turn goes on. */
  recover(): void {
    const { store, records, log } = this.options;
    const open = store.routingNotes.ended();
    const written = open.length === 0 ? new Set() : this.#writtenSince(Math.min(...open.map(startOf)));
    let count = 0;
    for (const note of open) {
      const record = written.has(note.turn) ? null : recordOf(note);
      if (record !== null && !records.write(record, note.endedAt)) continue;
      if (record !== null) count += 1;
      this.#later(() => store.routingNotes.drop(note.turn));
    }
    this.#later(() => store.routingNotes.dropOrphans());
    if (count > 0) log.info({ count }, 'routing records of a former process were written');
  }

  /** Ids of the turns whose lines are in the files of that day or later. */
  #writtenSince(at: number): Set<string> {
    const first = fileNameAt(at, ROUTING_STEM);
    const name = new RegExp(`^${ROUTING_STEM}-\\d{4}-\\d{2}-\\d{2}\\.jsonl$`);
    const files = listed(this.options.folder).filter((file) => name.test(file) && file >= first);
    const lines = files.flatMap((file) => readFileSync(join(this.options.folder, file), 'utf8').split('\n'));
    return new Set(lines.flatMap(turnIn));
  }

  #later(work: () => void): void {
    // A store that takes no writes fails the turn itself, which says so; the note is made good at the next start.
    this.options.store.write(work).catch((error: Error) => {
      this.options.log.warn({ reason: error.message }, 'the routing record could not be noted');
    });
  }
}

/** The clock may have been set back in between: whichever is earlier. */
function startOf({ note, endedAt }: OpenNote): number {
  const read = noteSchema.safeParse(parse(note));
  return read.success ? Math.min(read.data.at, endedAt) : endedAt;
}

/** Null for a note that nobody can read. */
function recordOf({ note, state, code, endedAt }: OpenNote): RoutingRecord | null {
  const read = noteSchema.safeParse(parse(note));
  if (!read.success) return null;
  const { at, draft } = read.data;
  return { ...draft, latency: Math.max(0, endedAt - at) / 1000, outcome: code ?? state };
}

function turnIn(line: string): string[] {
  const read = lineSchema.safeParse(parse(line));
  return read.success ? [read.data.turn] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // half a line of a process that died: its record is not there
  }
}

/** A folder that is not there holds no line. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // writing the lines says what is wrong with it
  }
}
