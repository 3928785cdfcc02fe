/** Waits for something, but not for ever. */
import type { Clock } from '../clock.ts';

/** @returns `late` when `ms` have passed first; what is waited for goes on */
export async function within<T>(clock: Clock, ms: number, wanted: Promise<T>): Promise<T | 'late'> {
  let cancel = (): void => undefined;
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'));
  });
  const first = await Promise.race([wanted, late]);
  cancel();
  return first;
}
