import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { InboundMessage } from '../store/journal.ts';
import { createStore } from '../store/store.ts';
import { quietenBefore } from '../upkeep/positions.ts';
import { createInbound } from './receive.ts';

const group = { jid: 'C00GENERAL', name: 'g', folder: 'g', triggerPattern: null, requiresTrigger: true };
const mention = (id: string, at: number): InboundMessage => ({
  ...{ jid: group.jid, channel: 'slack', chatName: 'g', isGroup: true, thread: null },
  ...{ id, sender: 'U1', senderName: 'minji', text: '@폴 hello', at },
});

it('what was said before a database was lost is stored when it is found again, and asks nothing', async () => {
  const store = createStore(':memory:');
  quietenBefore(store.db, 2000);
  const woken: boolean[] = [];
  const inbound = createInbound({
    ...{ store, assistantName: '폴', triggerPattern: undefined, log: pino({ level: 'silent' }) },
    groupOf: () => group,
    onStored: (_group, asks) => woken.push(asks),
  });
  expect(await inbound(mention('before', 1999))).toEqual({ kind: 'stored', asks: false });
  expect(await inbound(mention('after', 2000))).toEqual({ kind: 'stored', asks: true });
  expect(woken).toEqual([false, true]);
  store.close();
});
