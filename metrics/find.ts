/**
 * Whether an incident has a record already: asked by a supervisor that goes on where another one ended, before
 * anything else happens, so it reads without giving way.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { dateOf, parseRecord } from './read.ts';
import { fileNameAt } from './record.ts';

const CHUNK_BYTES = 512 * 1024;

/**
 * @param since wall clock, milliseconds; a day whose file is gone is past its time, and what it held was written
 */
export function holdsRecord(folder: string, metric: string, incident: string, since: number): boolean {
  const first = fileNameAt(since);
  const names = filesIn(folder).filter((name) => dateOf(name) !== null && name >= first);
  if (!names.includes(first)) return names.length > 0;
  return names.some((name) => isIn(join(folder, name), metric, incident));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // the folder is lost, and every record with it
  }
}

function isIn(path: string, metric: string, incident: string): boolean {
  const isIt = (line: string) => {
    const record = line.includes(incident) ? parseRecord(line) : null;
    return record?.metric === metric && record.incident === incident;
  };
  for (const lines of chunksOf(path)) if (lines.some(isIt)) return true;
  return false;
}

function* chunksOf(path: string): Generator<string[]> {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    let rest = '';
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      // Only the names of metrics and incidents count, and these are ASCII.
      const lines = (rest + buffer.toString('latin1', 0, read)).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } finally {
    closeSync(file);
  }
}
