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
  /** For the order of what runs inside. */
  readonly output: InsideOrder['output'];
  /**
   * Starts what `places.order` says.
   * @param limitSeconds holds when no supervisor watches, as far as the sandbox can tell the time
   * @returns the process whose end is the session's @throws when it cannot be started, or the disk refuses
   */
  start(places: Places, limitSeconds: number): Promise<number>;
  /** Ends it with all that it started and its window; nothing there is no error. Says so in the log where it fails. */
  end(places: Places, running: Running | null): Promise<void>;
  /** Of the run that has ended; null when it was killed or nothing is known. */
  exitCode(places: Places): Promise<number | null>;
  /** What the session takes on disk, bytes; counting may end at `enough`. @throws when nobody can tell */
  diskBytes(places: Places, enough: number): Promise<number>;
}

export type SandboxFound = { ok: true; sandbox: SessionSandbox } | { ok: false; reason: string };
