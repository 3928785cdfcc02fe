/** Time as the supervisor sees it; the one place timers come from. */
import type { Now } from '../decide/event.ts';

export interface Clock {
  now(): Now;
  /** Calls back once after `ms` milliseconds; the result cancels it. */
  after(ms: number, run: () => void): () => void;
}
