/**
 * Follows one process that is not our child by looking whether it is there. Usually its closed connection tells
 * sooner; then it is looked for closely.
 */
import type { Started } from '../ports/process-owner.ts';
import { isAlive } from './birth.ts';

const WATCH_MS = 250;
/** After a signal or a closed connection its end is near and worth looking for closely. */
const WATCH_CLOSELY_MS = 10;

export class ProcessWatch {
  #watched: { target: Started; timer: NodeJS.Timeout } | null = null;

  constructor(readonly onGone: (target: Started) => void) {}

  follow(target: Started): void {
    this.#lookEvery(target, WATCH_MS);
  }

  followClosely(pid: number): void {
    const target = this.#watched?.target;
    if (target?.pid === pid) this.#lookEvery(target, WATCH_CLOSELY_MS);
  }

  stop(): void {
    clearInterval(this.#watched?.timer);
    this.#watched = null;
  }

  #lookEvery(target: Started, ms: number): void {
    this.stop();
    this.#watched = { target, timer: setInterval(() => this.#look(target), ms) };
  }

  #look(target: Started): void {
    if (isAlive(target.pid, target.birth)) return;
    this.stop();
    this.onGone(target);
  }
}

/** A process that went between the look and the signal is no error. */
export function signalIfAlive({ pid, birth }: Started, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  if (!isAlive(pid, birth)) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it went between the look and the signal
  }
}
