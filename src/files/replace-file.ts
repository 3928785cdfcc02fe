/**
 * Replacing a file as a whole: whoever reads it sees the old text or the new one, after a power loss too. The room
 * for the new text is taken beforehand, so that what must not be lost can be asked for only once it can be kept.
 */
import {
  chownSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Whoever replaces a file has its new text within seconds. */
const LEFTOVER_MS = 10 * 60_000;

export type Replacement = {
  /** Puts the text in the file's place, durably. @throws the file system's error; the old text then stays. */
  commit(text: string): void;
  /** Gives the room back. Harmless after `commit`. */
  discard(): void;
};

/** Far more than the state files that are replaced this way ever hold, bytes. */
const ROOM_BYTES = 32 * 1024;

/**
 * The file ends up readable by its owner only: all that is replaced this way holds secrets or lies beside them.
 * @throws the file system's error when the folder cannot be written to or is full
 */
export function openReplacement(path: string): Replacement {
  const target = resolveLink(path);
  const fresh = `${target}.${process.pid}.new`;
  rmSync(fresh, { force: true }); // left by a process of the same number that was killed
  const fd = openSync(fresh, 'wx', 0o600);
  let open = true;
  const close = () => {
    if (open) closeSync(fd);
    open = false;
  };
  const discard = () => {
    if (!open) return;
    close();
    rmSync(fresh, { force: true });
  };
  try {
    removeLeftovers(target, fstatSync(fd).mtimeMs);
    writeAll(fd, Buffer.alloc(ROOM_BYTES, ' '));
    fsyncSync(fd);
    keepOwner(target, fresh);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    discard,
    commit(text) {
      try {
        put(fd, text);
        close();
        renameSync(fresh, target);
        syncFolder(dirname(target));
      } catch (error) {
        close();
        rmSync(fresh, { force: true });
        throw error;
      }
    },
  };
}

/**
 * Of processes that were killed in between: they may hold a secret. By age, since a process of another container may be
 * at work beside us. @param now of the file system's own clock
 */
function removeLeftovers(target: string, now: number): void {
  const folder = dirname(target);
  const start = `${basename(target)}.`;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(start) || !/^\d+\.new$/.test(name.slice(start.length))) continue;
    const age = now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now);
    if (age > LEFTOVER_MS) rmSync(join(folder, name), { force: true });
  }
}

/** Replaces a file at once. @throws the file system's error; the old text then stays. */
export function replaceFile(path: string, text: string): void {
  openReplacement(path).commit(text);
}

function put(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  writeAll(fd, bytes);
  ftruncateSync(fd, bytes.length);
  fsyncSync(fd);
}

/** From the file's begin. One call writes what fits on a nearly full disk, and only the next one fails. */
function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written, written);
}

/** A file that is a link elsewhere stays one. */
function resolveLink(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there yet
  }
}

/** Root, as in `sudo nanoclaw …`, must not take the file away from the user it belongs to. */
function keepOwner(target: string, fresh: string): void {
  const before = statSync(target, { throwIfNoEntry: false }) ?? statSync(dirname(target));
  if (process.getuid?.() === 0 && before.uid !== 0) chownSync(fresh, before.uid, before.gid);
}

/** The new name is in the folder's own data. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
