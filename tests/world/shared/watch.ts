/** Waiting for something to become true in a stand-in, without polling: looked at again after every change. */
import type { Clock } from '../../../src/clock.ts';

/** What was waited for did not come about in time. */
export class NotInTimeError extends Error {
  readonly code = 'NOT_IN_TIME';
}

export class Watch {
  #waiting = new Set<() => void>();

  constructor(readonly clock: Pick<Clock, 'after'>) {}

  /** To be called after every change that somebody might wait for. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Resolves with the first answer of `look` that is neither false, null nor undefined.
   * @param ms deadline in milliseconds
   * @throws NotInTimeError past the deadline; whatever `look` throws
   */
  until<Found>(look: () => Found, ms: number): Promise<Exclude<Found, false | null | undefined>> {
    return new Promise((done, failed) => {
      const end = () => {
        this.#waiting.delete(again);
        cancel();
      };
      const again = () => {
        try {
          const found = look();
          if (found === false || found === null || found === undefined) return;
          end();
          done(found as Exclude<Found, false | null | undefined>);
        } catch (error) {
          end();
          failed(error);
        }
      };
      const cancel = this.clock.after(ms, () => {
        end();
        failed(new NotInTimeError(`not within ${ms} ms: ${look.toString().slice(0, 120)}`));
      });
      this.#waiting.add(again);
      again();
    });
  }
}
