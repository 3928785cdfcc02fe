import { expect, it } from 'vitest';
import type { InboundMessage } from '../../store/journal.ts';
import { Held } from './held.ts';
import type { Item } from './recorder.ts';

const live = (n: number): Item => ({ kind: 'message', message: { id: `${n}` } as InboundMessage });
const asked: Item = { ...live(0), kind: 'message', stored: () => undefined } as Item;
const change: Item = { kind: 'change', change: { jid: 'dc:1', id: '9', kind: 'deleted' } };

it('keeps the order, and puts back in front what could not be stored', () => {
  const held = new Held();
  for (const item of [live(1), change, live(2)]) held.add(item);
  const items = held.takeAll();
  expect([items, held.isEmpty]).toEqual([[live(1), change, live(2)], true]);
  held.add(live(3));
  held.putBack(items);
  expect(held.takeAll()).toEqual([live(1), change, live(2), live(3)]);
});

it('lets the oldest message go when there is too much, for it is in the history; nothing else is', () => {
  const held = new Held();
  for (const item of [change, asked]) held.add(item);
  for (let n = 1; n <= 600; n += 1) held.add(live(n));
  const items = held.takeAll();
  expect(items).toHaveLength(500);
  expect(items.slice(0, 3)).toEqual([change, asked, live(103)]);
});
