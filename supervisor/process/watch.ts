/**
 * Follows one process that is not our child by looking whether it is there, at growing intervals: a young process may
 * die before it has dialled us, an old one has a connection whose close tells sooner and starts the looking afresh.
 */
import type { Started } from '../ports/process-owner.ts';
import { isAlive } from './birth.ts';

/** A signal or a closed connection comes some milliseconds before the end. */
const FIRST_LOOK_MS = 4;
/** A look wakes an idle process, which costs several times what the look does. */
const LONGEST_MS = 5000;

export class ProcessWatch {
  #target: Started | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(readonly onGone: (target: Started) => void) {}

  follow(target: Started): void {
    this.#target = target;
    this.#lookIn(FIRST_LOOK_MS);
  }

  /** The end of the followed process is near. */
  lookClosely(pid: number): void {
    if (this.#target?.pid === pid) this.#lookIn(FIRST_LOOK_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#target = null;
  }

  #lookIn(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(ms), ms);
  }

  #look(waited: number): void {
    const target = this.#target;
    if (target === null) return;
    if (isAlive(target.pid, target.birth)) return this.#lookIn(Math.min(LONGEST_MS, waited * 2));
    this.stop();
    this.onGone(target);
  }
}

/** @returns whether it was there to get the signal; one that went between the look and the signal is no error */
export function signalIfAlive({ pid, birth }: Started, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  if (!isAlive(pid, birth)) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it went between the look and the signal
  }
}
