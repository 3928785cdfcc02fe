/**
 * Where the Claude Code of a session runs. Inside, paths are the same everywhere (`INSIDE`); outside, the window that
 * shows it is always the supervisor's own user's: a tmux client does what its server says (`detach-client -E` runs a
 * command), so nobody is ever to attach to a server that a session could have got hold of.
 */
import type { InsideOrder } from '../inside/run-inside.ts';
import type { Running } from '../session/end-process.ts';
import type { Places } from '../session/places.ts';
import type { SandboxKind } from '../session/state.ts';

export interface SessionSandbox {
  readonly kind: SandboxKind;
  /** What the machine lacks for it, in words; mostly empty. */
  readonly caveat: string;
  /** For the order of what runs inside. */
  readonly output: InsideOrder['output'];
  /**
   * Starts what `places.order` says.
   * @param limitSeconds holds when no supervisor watches, as far as the sandbox can tell the time
   * @returns the process whose end is the session's @throws when it cannot be started, or the disk refuses
   */
  start(places: Places, limitSeconds: number): Promise<Running>;
  /** Also of one that a former supervisor has started. One of which nothing can be learned now is alive. */
  isAlive(running: Running): Promise<boolean>;
  /** Brings what it says into its files and its window, until the signal fires, where these do not do it by themselves. */
  listen(places: Places, signal: AbortSignal): void;
  /** Ends it with all that it started and its window; nothing there is no error. Says so in the log where it fails. */
  end(places: Places, running: Running | null): Promise<void>;
  /** Of the run that has ended; null when it was killed or nothing is known. */
  exitCode(places: Places): Promise<number | null>;
  /** What the session takes on disk, bytes; counting may end at `enough`. @throws when nobody can tell */
  diskBytes(places: Places, enough: number): Promise<number>;
  /** Removes what a former supervisor has left. @param kept what runs, or ran, and is still to be followed */
  clear(kept: Running | null): Promise<void>;
}

export type SandboxFound = { ok: true; sandbox: SessionSandbox } | { ok: false; reason: string };
