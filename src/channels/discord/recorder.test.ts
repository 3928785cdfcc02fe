import { beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../store/journal.ts';
import type { MessageChange, Receipt } from '../channel.ts';
import { Recorder } from './recorder.ts';

const JID = 'dc:5';
const message = (id: string, jid = JID) => ({ jid, id }) as InboundMessage;
const edit = (id: string, text = 'new'): MessageChange => ({
  ...{ jid: JID, id, kind: 'edited', text, mentioned: false, at: 1 },
});
const STORED: Receipt = { kind: 'stored', asks: true, isCommand: false };

/** What the store was told, in order. */
let told: string[];
let receipt: Receipt;
let recorder: Recorder;

beforeEach(() => {
  [told, receipt] = [[], STORED];
  recorder = new Recorder({
    async inbound({ jid, id }) {
      told.push(`message ${jid} ${id}`);
      return receipt;
    },
    async changed(change) {
      told.push(`${change.kind} ${change.id}`);
    },
  });
});

describe('the store', () => {
  it('is called in the same step, in the order in which things came', () => {
    void recorder.store({ kind: 'message', message: message('1') });
    void recorder.store({ kind: 'change', change: edit('1') });
    void recorder.store({ kind: 'change', change: { jid: JID, id: '1', kind: 'deleted' } });
    expect(told).toEqual(['message dc:5 1', 'edited 1', 'deleted 1']);
  });

  it('is told again of a change that came before its message, and only of that one', async () => {
    for (const id of ['1', '2']) await recorder.store({ kind: 'change', change: edit(id) });
    await recorder.store({ kind: 'message', message: message('1', 'dc:6') });
    await recorder.store({ kind: 'message', message: message('1') });
    expect(told.slice(2)).toEqual(['message dc:6 1', 'message dc:5 1', 'edited 1']);
  });

  it('remembers no more than a hundred changes', async () => {
    for (let n = 0; n <= 100; n += 1) await recorder.store({ kind: 'change', change: edit(`${n}`) });
    told = [];
    await recorder.store({ kind: 'message', message: message('0') });
    await recorder.store({ kind: 'message', message: message('1') });
    expect(told).toEqual(['message dc:5 0', 'message dc:5 1', 'edited 1']);
  });
});

describe('a message of the history that was edited', () => {
  const item = { kind: 'message', message: message('1'), edit: edit('1') } as const;

  it('changes the one that is stored', async () => {
    receipt = { kind: 'duplicate' };
    await recorder.store(item);
    expect(told).toEqual(['message dc:5 1', 'edited 1']);
  });

  it('is stored as it is now when it is new', async () => {
    await recorder.store(item);
    expect(told).toEqual(['message dc:5 1']);
  });
});

it('who waits for a message is told what became of it', async () => {
  const receipts: Receipt[] = [];
  await recorder.store({ kind: 'message', message: message('1'), stored: (one) => receipts.push(one) });
  expect(receipts).toEqual([STORED]);
});
