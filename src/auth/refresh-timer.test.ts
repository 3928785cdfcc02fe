import { afterEach, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { RefreshTimer } from './refresh-timer.ts';

const clock = new FakeClock(0);
const looks: number[] = [];
let next: number | null = null;
const job = {
  nextAt: () => next,
  async refreshDue(now: number) {
    looks.push(now);
  },
};
const timer = new RefreshTimer([job], clock);
afterEach(() => timer.stop());

async function pass(ms: number): Promise<number[]> {
  clock.advance(ms);
  await settle();
  return looks.splice(0);
}

it('looks at once, then when something is due, and every minute whatever was said', async () => {
  timer.start();
  await settle();
  expect(await pass(59_999)).toEqual([0]);
  next = 70_000;
  expect(await pass(1)).toEqual([60_000]);
  next = null;
  expect(await pass(9_999)).toEqual([]);
  expect(await pass(1)).toEqual([70_000]);
  await timer.stop();
  expect(await pass(600_000)).toEqual([]);
  await timer.stop();
});
