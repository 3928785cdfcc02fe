import { expect, it } from 'vitest';
import { Slots, type Urgency } from './slots.ts';

/** Asks for slots and notes who was served. */
function queueAt(limit: number) {
  const slots = new Slots(limit);
  const served: string[] = [];
  const leave = new Map<string, AbortController>();
  const ask = async (name: string, urgency: Urgency) => {
    const controller = new AbortController();
    leave.set(name, controller);
    if (await slots.acquire(urgency, controller.signal)) served.push(name);
  };
  return { slots, served, ask, leave: (name: string) => leave.get(name)?.abort() };
}

it('serves who waits longest, tasks before messages', async () => {
  const { slots, served, ask } = queueAt(1);
  const all = [ask('a', 'message'), ask('b', 'message'), ask('task', 'task'), ask('c', 'message')];
  for (let turn = 0; turn < 3; turn += 1) slots.release();
  await Promise.all(all);
  expect(served).toEqual(['a', 'task', 'b', 'c']);
});

it('gives no slot to one that has left, and none is lost', async () => {
  const { slots, served, ask, leave } = queueAt(1);
  const all = [ask('a', 'message'), ask('b', 'message'), ask('c', 'message')];
  leave('b');
  slots.release();
  await Promise.all(all);
  expect(served).toEqual(['a', 'c']);
  slots.release();
  await ask('d', 'message');
  expect(served).toEqual(['a', 'c', 'd']);
});

it('never gives out more than there are', async () => {
  const { slots, served, ask } = queueAt(2);
  const all = ['a', 'b', 'c'].map((name) => ask(name, 'message'));
  await Promise.all(all.slice(0, 2));
  expect(served).toEqual(['a', 'b']);
  expect(slots.waiting).toBe(1);
  slots.release();
  await Promise.all(all);
});
