/**
 * One renewal of the login at a time on this machine, Claude Code's own included: this is the folder it locks with
 * itself (seen with 2.1.329: `.oauth_refresh.lock` beside the credentials, touched while it is held; a folder that
 * is not touched any more is taken over). Works across containers that share the folder, and outlives a crash by
 * the time below. Invariant: only the holder's own folder is ever removed by the holder.
 */
import { mkdirSync, renameSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';

/** How often a holder shows that it lives. */
const TOUCH_MS = 2000;
/** Untouched for so long by our own watch (no wall clock in it), a lock belongs to nobody. Claude Code's touch every 5 s. */
const ABANDONED_MS = 12_000;
const LOOK_MS = 200;

/** Another process renews the login and did not finish within the wait. */
export class RefreshBusyError extends Error {
  readonly code = 'REFRESH_BUSY';
}

export type RefreshLock = { release(): void };

/**
 * @param waitMs longest wait for another holder; must be longer than an abandoned lock takes to show
 * @throws RefreshBusyError · the signal's reason · the file system's error when there can be no lock
 */
export async function lockRefresh(
  credentialsPath: string,
  { clock, signal, waitMs = 40_000 }: { clock: Clock; signal: AbortSignal; waitMs?: number },
): Promise<RefreshLock> {
  const path = join(dirname(credentialsPath), '.oauth_refresh.lock');
  const end = clock.monotonic() + waitMs;
  let watched = { mark: '', since: 0 };
  for (;;) {
    signal.throwIfAborted();
    if (make(path)) return hold(path, clock);
    const mark = markOf(path);
    if (mark === null) continue; // released between the two looks
    if (watched.mark !== mark) watched = { mark, since: clock.monotonic() };
    if (clock.monotonic() - watched.since >= ABANDONED_MS) takeAway(path, mark);
    else if (clock.monotonic() >= end) {
      throw new RefreshBusyError('another process has been renewing the sign-in for too long');
    } else await pause(clock, LOOK_MS, signal);
  }
}

function make(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function hold(path: string, clock: Clock): RefreshLock {
  const identity = identityOf(path);
  const isOurs = () => identityOf(path) === identity;
  const touch = () => {
    if (!isOurs()) return;
    const now = new Date(clock.now());
    utimesSync(path, now, now);
    timer.cancel = clock.after(TOUCH_MS, touch);
  };
  const timer = { cancel: clock.after(TOUCH_MS, touch) };
  return {
    release() {
      timer.cancel();
      if (isOurs()) rmdirSync(path);
    },
  };
}

/** A folder's number is used again as soon as it is removed; together with its birth it names one folder. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino}/${found.birthtimeNs}` : null;
}

/** Which folder it is and when it was last touched. */
function markOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino}/${found.mtimeMs}` : null;
}

/** Moved away first: of two that see the same abandoned lock, one moves it, the other finds nothing. */
function takeAway(path: string, mark: string): void {
  const aside = `${path}.${process.pid}.abandoned`;
  try {
    if (markOf(path) !== mark) return;
    renameSync(path, aside);
    rmdirSync(aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // another one was quicker
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      done();
    };
    const cancel = clock.after(ms, wake);
    signal.addEventListener('abort', wake);
  });
}
