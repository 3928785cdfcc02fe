/** What the runner's deciding parts need from the outside, so that they are tested without waiting. */

export interface Timers {
  /** Calls back once after `ms`; the returned function takes that back. */
  after(ms: number, callback: () => void): () => void;
}

/** One event of the run's log. Fields never hold a message body or a credential. */
export type Log = (event: string, fields?: Record<string, string | number | boolean | null>) => void;

export const systemTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A log that writes one JSON line an event. */
export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  return (event, fields = {}) => write(`${JSON.stringify({ ts: now().toISOString(), event, ...fields })}\n`);
}
