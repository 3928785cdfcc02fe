import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aGroup, aMessage } from '../../tests/fakes/records.ts';
import { createStore, type Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import { newTurnId, TurnLog } from '../turns/turn-log.ts';
import { GroupDirectory } from './directory.ts';
import { createRemoval } from './remove-chat.ts';

const [TEAM, OTHER] = ['C1', 'C2'].map((jid) => aGroup({ jid, folder: 'team' }));

let store: Store;
let turnLog: TurnLog;
let stopped: string[];
let remove: (jid: string) => Promise<boolean>;

beforeEach(async () => {
  store = createStore(':memory:');
  const directory = new GroupDirectory(store, new FakeClock());
  for (const group of [TEAM, OTHER]) if (group) await directory.register(group);
  turnLog = new TurnLog({ store, now: () => 0, newId: newTurnId, language: 'en' });
  stopped = [];
  const lanes = { stopTurn: (folder: string) => void stopped.push(folder) };
  remove = createRemoval({ store, directory, turnLog, lanes });
});

async function begin(): Promise<Turn> {
  await store.write(() => {
    const message = aMessage({ jid: 'C1' });
    store.journal.touchChat(message);
    store.journal.append(message, { asks: true, isCommand: false });
  });
  const turn = TEAM && (await turnLog.openNext(TEAM));
  if (!turn) throw new Error('no turn');
  return turn;
}

describe('a chat that is removed', () => {
  it('while its question is worked on gets no answer any more, and the work is ended', async () => {
    const turn = await begin();
    expect(await remove('C1')).toBe(true);
    expect([store.turns.state(turn.id)?.state, store.groups.all().length, stopped]).toEqual([
      'failed',
      1,
      ['team'],
    ]);
    await turnLog.apply(turn, { type: 'done', final: { ordinal: 1, text: 'too late' }, session: null });
    expect(store.outbox.openChats()).toEqual([]);
  });

  it('leaves the work for another chat of its group alone', async () => {
    const turn = await begin();
    await remove('C2');
    expect([store.turns.isRunning(turn.id), stopped]).toEqual([true, []]);
  });

  it('that was none is said to be none', async () => {
    expect(await remove('C404')).toBe(false);
  });
});
