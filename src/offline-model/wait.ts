/** Waiting on behalf of a client, as long as it stays. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';

/** False when the client left while it waited; the timer ends with it. */
export function wait(clock: Pick<Clock, 'after'>, ms: number, res: ServerResponse): Promise<boolean> {
  if (ms === 0) return Promise.resolve(!res.destroyed);
  return new Promise((done) => {
    const left = () => {
      cancel();
      done(false);
    };
    const cancel = clock.after(ms, () => {
      res.off('close', left);
      done(true);
    });
    res.once('close', left);
  });
}
