/**
 * The last thing a life of ours puts down when somebody has asked for its end: a supervisor that was not there to hear the
 * farewell knows by it that this was no crash. An empty file, whose name says all: a full disk has room for that (seen on
 * ext4 and tmpfs), but not for a new folder.
 */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Survives power loss once it returns.
 * @param path `HomePaths.meantEnd` of this life
 */
export function markMeantEnd(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  closeSync(openSync(path, 'w', 0o600));
  const entries = openSync(folder, 'r');
  try {
    fsyncSync(entries);
  } finally {
    closeSync(entries);
  }
}
