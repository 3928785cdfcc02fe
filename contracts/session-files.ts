/**
 * Reads the emergency sessions of an incident from disk, for the status page and the command line alike; neither needs
 * the other, or a running process.
 *
 * Invariants: every text has gone through `redact`; only plain files are read, and no more of them than is shown.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HomePaths } from './paths.ts';
import type { Redact } from './redact.ts';
import {
  plain,
  readTranscriptLine,
  type SessionRecord,
  sessionEndSchema,
  showLine,
  type TryRecord,
  tryRecordSchema,
} from './session-record.ts';

/** Of each transcript the newest part, and of a record all there may be, bytes; and entries shown of a session. */
const TAIL_BYTES = 256 * 1024;
const RECORD_BYTES = 1024 * 1024;
const ENTRIES = 400;
/** Neither people nor budgets let an incident have more. */
const SESSIONS = 20;

/** Oldest first; none where no session was opened. */
export function readSessions(
  paths: Pick<HomePaths, 'emergencySession'>,
  incident: string,
  redact: Redact,
): SessionRecord[] {
  const records: SessionRecord[] = [];
  const first = paths.emergencySession(incident, 1);
  const present = new Set(namesIn(dirname(first)));
  for (let number = 1; number <= SESSIONS; number += 1) {
    const folder = paths.emergencySession(incident, number);
    if (present.has(folder.slice(dirname(folder).length + 1))) records.push(readOne(folder, number, redact));
  }
  return records;
}

function readOne(folder: string, number: number, redact: Redact): SessionRecord {
  const end =
    sessionEndSchema.safeParse(parse(readTail(join(folder, 'record.json'), RECORD_BYTES))).data ?? null;
  const transcripts = namesIn(folder).filter((name) => /^transcript-\d+\.jsonl$/.test(name));
  const lines = transcripts.flatMap((name) => readTail(join(folder, name), TAIL_BYTES).split('\n'));
  const said = lines.flatMap(readTranscriptLine).slice(-ENTRIES);
  return {
    number,
    end: end && { ...end, detail: plain(redact(end.detail)) },
    tries: readTries(join(folder, 'trials'), redact).map((tried) => settled(tried, end !== null)),
    transcript: said.map((line) => showLine(line, redact)),
  };
}

function readTries(folder: string, redact: Redact): TryRecord[] {
  const show = (text: string) => plain(redact(text));
  return namesIn(folder)
    .flatMap(
      (name) =>
        tryRecordSchema.safeParse(parse(readTail(join(folder, name, 'record.json'), RECORD_BYTES))).data ??
        [],
    )
    .map(({ detail, files, ...rest }) => ({
      ...rest,
      detail: show(detail),
      files: files.map(({ path, diff }) => ({ path, diff: show(diff) })),
    }));
}

/** Of a try that a dying supervisor could not describe any more: what was not kept is put back before a session ends. */
function settled(tried: TryRecord, isOver: boolean): TryRecord {
  return isOver && tried.outcome === null ? { ...tried, outcome: 'undone' } : tried;
}

/** In the order of their numbers. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return []; // there was no session, or it has tried nothing
  }
}

/** Empty for what is not there or is no plain file: the session's own folder could hold anything. */
function readTail(path: string, most: number): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) return '';
    const part = Buffer.alloc(Math.min(info.size, most));
    const length = readSync(fd, part, 0, part.length, info.size - part.length);
    return part.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // torn, or not written yet
  }
}
