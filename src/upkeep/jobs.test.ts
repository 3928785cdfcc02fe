import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aGroup, aMessage, aTask, aTurn } from '../../tests/fakes/records.ts';
import { DAY_MS, NOW, UpkeepHome } from '../../tests/fakes/upkeep-home.ts';
import type { Store } from '../store/store.ts';

let world: UpkeepHome;
let store: Store;

beforeEach(() => {
  world = new UpkeepHome();
  store = world.store;
});
afterEach(() => world.close());

describe('the store', () => {
  const long = NOW - 200 * DAY_MS;
  const count = (table: string) => store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

  async function write(jid: string, id: string, at: number, asks = false): Promise<void> {
    const message = aMessage({ jid, id, at });
    await store.write(() => {
      store.journal.touchChat(message);
      store.journal.append(message, { asks, isCommand: false });
    });
  }

  it('forgets old messages of chats that are not registered, and no others', async () => {
    await store.write(() => store.groups.register(aGroup({ jid: 'C1' })));
    await write('C1', 'registered', long);
    await write('C2', 'recent', NOW - DAY_MS);
    await write('C2', 'unanswered', long, true);
    await write('C2', 'old', long);
    await world.run('store-pruning');
    expect(store.db.prepare('SELECT id FROM messages ORDER BY seq').pluck().all()).toEqual([
      ...['registered', 'recent', 'unanswered'],
    ]);
  });

  it('forgets a question of such a chat once it was answered', async () => {
    await write('C2', 'answered', long, true);
    await store.write(() => store.journal.advance('C2', 1));
    await world.run('store-pruning');
    expect(count('messages')).toBe(0);
  });

  it('forgets replies that were delivered long ago; what is on its way, or was not delivered, stays', async () => {
    await store.write(() => {
      store.turns.open(aTurn(), long);
      for (const ordinal of [1, 2, 3]) {
        const row = { key: `t.${ordinal}`, turnId: 'turn1', ordinal, jid: 'C1', thread: null, body: 'hi' };
        store.outbox.add(row, long);
      }
      store.outbox.settle(1, 'sent', { receipt: 'r' }, long);
      store.outbox.settle(2, 'undeliverable', { reason: 'gone' }, long);
    });
    await world.run('store-pruning');
    expect(count('outbox')).toBe(3);
    await store.write(() => store.turns.end('turn1', 'answered', null, long));
    await world.run('store-pruning');
    expect(store.db.prepare('SELECT key FROM outbox ORDER BY seq').pluck().all()).toEqual(['t.2', 't.3']);
  });

  it('forgets turns that ended long ago, but of each chat the newest, and none that something refers to', async () => {
    await store.write(() => {
      for (const [id, seq] of Object.entries({ old: 1, unsent: 2, light: 3, newest: 4 })) {
        store.turns.open(aTurn({ id, fromSeq: seq, uptoSeq: seq }), long);
        store.turns.end(id, 'answered', null, long);
      }
      for (const id of ['run', 'other']) {
        const task = { run: 1, isolated: true };
        store.turns.open(aTurn({ id, fromSeq: 0, uptoSeq: 0, jid: id, task }), long);
        if (id === 'run') store.turns.end(id, 'answered', null, long);
        else store.turns.end(id, 'answered', null, NOW);
      }
      store.turns.open(aTurn({ id: 'running', folder: 'team' }), long);
      const row = { key: 'u.1', turnId: 'unsent', ordinal: 1, jid: 'C1', thread: null, body: 'hi' };
      store.outbox.add(row, long);
      store.lightHistory.note('main', 'light', NOW);
    });
    expect(await world.run('store-pruning')).toContain('turns 2');
    expect(store.db.prepare('SELECT id FROM turns ORDER BY rowid').pluck().all()).toEqual([
      ...['unsent', 'light', 'newest', 'other', 'running'],
    ]);
  });

  it('forgets light answers that no session asked for in a month, then their turns', async () => {
    await store.write(() => {
      for (const [id, seq] of Object.entries({ light: 1, newest: 2 })) {
        store.turns.recordClosed(aTurn({ id, fromSeq: seq, uptoSeq: seq }), long);
        store.lightHistory.note('main', id, long);
      }
    });
    await world.run('store-pruning');
    expect({ told: count('light_history'), turns: count('turns') }).toEqual({ told: 0, turns: 1 });
  });

  it('forgets old tool calls and old runs of tasks, but no run that waits or goes on', async () => {
    const runAt = new Date(long).toISOString();
    await store.write(() => {
      store.toolCalls.record({ folder: 'main', session: 's', id: 'old' }, true, long);
      store.toolCalls.record({ folder: 'main', session: 's', id: 'new' }, true, NOW);
      store.tasks.save(aTask());
      for (const status of ['success', 'queued', 'running'] as const)
        store.tasks.addRun({ taskId: 'task1', dueAt: null, runAt, status });
    });
    await world.run('store-pruning');
    expect({ calls: count('tool_calls'), runs: count('task_run_logs') }).toEqual({ calls: 1, runs: 2 });
  });

  it('is pruned in small pieces, however much there is', async () => {
    for (let id = 0; id < 1200; id += 1) void write('C2', `m${id}`, long);
    await write('C2', 'last', long);
    expect(await world.run('store-pruning')).toContain('messages 1201');
  });

  it('empties its write-ahead log', async () => {
    await write('C2', 'm1', NOW);
    expect(await world.run('wal-checkpoint')).toBe('the log is empty');
  });
});
