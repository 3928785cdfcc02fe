/** A process that dies between any two writes of a run: the next one goes on with the same run, and makes no second. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { fakeRouter } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { SILENT, TaskWorld } from '../../tests/fakes/task-world.ts';
import type { Agent } from '../agents/agent.ts';
import { createStore, type Store } from '../store/store.ts';
import { Lane } from '../turns/lane.ts';
import { Slots } from '../turns/slots.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One process: dead after so many writes, and nothing of it goes on then. */
function startProcess(clock: FakeClock, writesLeft: number) {
  const real = createStore(join(folder, 'messages.db'));
  const life = { writesLeft };
  const write: Store['write'] = (work) => {
    life.writesLeft -= 1;
    return life.writesLeft < 0 ? new Promise(() => undefined) : real.write(work);
  };
  const store = { ...real, write };
  const world = new TaskWorld(clock, store);
  const agent = new FakeAgent();
  const lane = newLane(world, agent);
  return { world, agent, lane, isDead: () => life.writesLeft < 0, close: () => real.close() };
}

function newLane({ store, clock, turnLog, groups }: TaskWorld, agent: FakeAgent): Lane {
  return new Lane('main', {
    ...{ store, turnLog, clock, groups: () => groups, log: SILENT, slots: new Slots(1) },
    workerFor: (_folder, jid) => groups.find((group) => group.jid === jid),
    agents: {
      obtain: async () => agent as unknown as Agent,
      release: () => undefined,
      isLive: () => false,
      diskExcess: () => null,
    },
    inbox: { fetch: async () => new Map() },
    ...{ ...fakeRouter(), names: [], timeZone: 'UTC' },
    turnLimitMs: 60_000,
    progressAfterMs: 0,
    setWorking: () => undefined,
    deliver: async () => undefined,
    onRecord: () => undefined,
  });
}

/** As the service does it: what was left first, then what is due. */
async function live(process: ReturnType<typeof startProcess>): Promise<void> {
  const { world, lane, agent } = process;
  for (const turn of world.store.turns.running()) lane.resume(turn);
  world.scheduler.start();
  await settle();
  lane.wake();
  await settle();
  if (agent.orders.length > 0 && !process.isDead()) {
    const ordinal = agent.orders.at(-1)?.firstOrdinal ?? 1;
    if (ordinal === 1) await Promise.race([agent.say({ type: 'output', ordinal, text: 'half' }), settle()]);
    const final = { ordinal: 2, text: 'whole' };
    await Promise.race([agent.end(null, { final }), settle(40)]);
  }
}

/** The claim, the turn, its attempt, a reply, its end: five; with six nobody dies. */
const WRITES = 6;

it.each(Array.from({ length: WRITES + 1 }, (_, writes) => writes))('dead after %i writes', async (writes) => {
  const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
  const planned = startProcess(clock, 1);
  await planned.world.add({ type: 'cron', value: '0 9 * * *', context: 'group' });
  planned.close();

  clock.set(9 * 3_600_000 + 5000);
  const first = startProcess(clock, writes);
  await live(first);
  const isWhole = !first.isDead();
  first.close();

  const second = startProcess(clock, Number.MAX_SAFE_INTEGER);
  await live(second);
  const { store } = second.world;
  expect(second.world.runs()).toEqual(['2026-01-01T09:00 success']);
  expect(second.world.next()).toBe('2026-01-02T09:00');
  expect(second.world.bodies()).toEqual(['half', 'whole']);
  expect(store.db.prepare('SELECT count(*) FROM turns').pluck().get()).toBe(1);
  expect(store.turns.session('main')).toEqual({ id: 's1', lastAssistant: 'a1' });
  expect(isWhole).toBe(writes >= 5);
  second.close();
});
