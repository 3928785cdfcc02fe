/** Writing that survives power loss. Synchronous on purpose: intent must be on disk before the deed. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DurableFile } from '../ports/records.ts';

/** Replaces a file as one step: a reader or a crash sees the old text or the new one. Mode 0600. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.tmp`;
  withFile(fresh, 'w', (fd) => {
    writeSync(fd, text);
    fsyncSync(fd);
  });
  renameSync(fresh, path);
}

/** Appends and syncs. */
export function appendFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  withFile(path, 'a', (fd) => {
    writeSync(fd, text);
    fsyncSync(fd);
  });
}

function withFile(path: string, flags: string, run: (fd: number) => void): void {
  const fd = openSync(path, flags, 0o600);
  try {
    run(fd);
  } finally {
    closeSync(fd);
  }
}

export function durableFile(path: string): DurableFile {
  return { read: () => readIfThere(path), write: (text) => replaceFile(path, text) };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
