import { expect, it } from 'vitest';
import { remedy } from './bounded.ts';
import { done } from './outcome.ts';

const forever = () => new Promise<never>(() => undefined);
const timeout = new DOMException('late', 'TimeoutError');

it('what a remedy throws is its failure', async () => {
  const broken = remedy('free_disk', 1000, () => Promise.reject(new Error('EROFS')));
  expect(await broken.run(null, new AbortController().signal)).toEqual({ kind: 'failed', detail: 'EROFS' });
});

it.each([
  ['its limit', timeout, 'not done within 1 s'],
  ['its caller', undefined, 'it was called off'],
])('one that heeds no signal ends with %s all the same', async (_title, reason, detail) => {
  const caller = new AbortController();
  const outcome = remedy('free_disk', 1000, forever).run(null, caller.signal);
  caller.abort(reason);
  expect(await outcome).toEqual({ kind: 'failed', detail });
});

it('one that is called off before it begins does not begin', async () => {
  let begun = false;
  const marking = remedy('free_disk', 1000, async () => {
    begun = true;
    return done('x');
  });
  expect(await marking.run(null, AbortSignal.abort())).toMatchObject({ kind: 'failed' });
  expect(begun).toBe(false);
});
