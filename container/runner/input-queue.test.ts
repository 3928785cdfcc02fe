import { expect, it } from 'vitest';
import { InputQueue } from './input-queue.ts';

it('hands out items in order, those that wait and those that come, until it is ended', async () => {
  const queue = new InputQueue<string>();
  queue.push('a');
  const reader = queue[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ done: false, value: 'a' });
  const waiting = reader.next();
  queue.push('b');
  expect(await waiting).toEqual({ done: false, value: 'b' });
  queue.push('c');
  queue.end();
  expect(await reader.next()).toEqual({ done: false, value: 'c' });
  expect((await reader.next()).done).toBe(true);
});
