/**
 * Watches a running session until it has ended: by itself, by its time, by silence, by too much on disk, or because
 * nobody needs it any more. It only looks and says why; ending it is the caller's.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../../supervisor/ports/clock.ts';
import { pause } from './pause.ts';
import type { Places } from './places.ts';
import type { Progress, Transcript } from './transcript.ts';

const LOOK_EVERY_MS = 500;
/** A look at the size costs a walk. */
const SIZE_EVERY_LOOKS = 20;
/** Read of what Claude Code complained of. */
const ERRORS_BYTES = 2000;

export type Stop = 'exited' | 'time' | 'silent' | 'disk' | 'unneeded' | 'let_go';

export type WatchParts = {
  clock: Clock;
  isAlive(): Promise<boolean>;
  /** Whether it has taken more of the disk than it may. */
  fillsDisk(): Promise<boolean>;
  transcript: Transcript;
  /** Wall clock, milliseconds. */
  deadline: number;
  silentSeconds: number;
  isBusy(): boolean;
  isNeeded(): boolean;
  /** Fires when the supervisor lets go of it. */
  signal: AbortSignal;
};

export async function watchSession(parts: WatchParts): Promise<Stop> {
  let heard = { bytes: -1, at: parts.clock.now().mono };
  for (let looks = 1; ; looks += 1) {
    // Asked first: what it said last is in the transcript before it is seen to have ended.
    const isAlive = await parts.isAlive();
    const { bytes } = parts.transcript.look();
    const now = parts.clock.now();
    if (bytes !== heard.bytes || parts.isBusy()) heard = { bytes, at: now.mono };
    const stop = judge(parts, { now, heardAt: heard.at, isAlive });
    if (stop !== null) return stop;
    if (looks % SIZE_EVERY_LOOKS === 0 && (await parts.fillsDisk())) return 'disk';
    await pause(parts.clock, LOOK_EVERY_MS, parts.signal);
  }
}

type Look = { now: { mono: number; wall: number }; heardAt: number; isAlive: boolean };

function judge(parts: WatchParts, { now, heardAt, isAlive }: Look): Stop | null {
  const { deadline, silentSeconds, signal } = parts;
  if (signal.aborted) return 'let_go';
  if (!isAlive) return 'exited';
  if (!parts.isNeeded()) return 'unneeded';
  if (now.wall >= deadline) return 'time';
  if (now.mono - heardAt >= silentSeconds * 1000) return 'silent';
  return null;
}

/** What is on record of the run when it has ended. */
export function readEnd(places: Places, transcript: Transcript): { progress: Progress; errors: string } {
  return { progress: transcript.look(), errors: readTail(places.errors) };
}

/** The session decides how much it writes there. */
function readTail(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return ''; // it was killed before it could write
  }
  try {
    const { size } = fstatSync(fd);
    const part = Buffer.alloc(Math.min(size, ERRORS_BYTES));
    const length = readSync(fd, part, 0, part.length, size - part.length);
    return part.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}
