import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LightWorld } from '../../tests/fakes/light-world.ts';
import { lightAnswer } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import type { Store } from '../store/store.ts';

let world: LightWorld;
let folder: string;
beforeEach(() => {
  world = new LightWorld();
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-routing-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function lines(): Record<string, unknown>[] {
  const text = readdirSync(folder)
    .filter((name) => name !== 'routing-metrics.jsonl')
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

const notes = () =>
  world.store.db.prepare("SELECT count(*) FROM router_state WHERE key GLOB 'routing:*'").pluck().get();

/** A process that dies after so many of its writes. */
function dyingAfter(writes: number): Partial<Store> {
  let left = writes;
  return {
    write: (work) => {
      left -= 1;
      return left < 0 ? new Promise(() => undefined) : world.store.write(work);
    },
  };
}

/** Another process: what is left to write, then the lane. */
async function succeed(): Promise<void> {
  world.routingOf(world.store, folder).recover();
  world.lane = world.newLane({}, folder);
  for (const turn of world.running()) world.lane.resume(turn);
  world.lane.wake();
  await settle();
}

/** The turn; the light answer with its note; the note's end. Lines come between the last two. */
it.each([0, 1, 2, 3])(
  'a process that dies after %i writes of a light turn leaves one line in the end, and no note',
  async (writes) => {
    await world.write('안녕');
    world.newLane(dyingAfter(writes), folder).wake();
    await settle();
    if (world.asked.length > 0) await world.say(lightAnswer('Hello!'));
    await succeed();
    if (world.running().length > 0) await world.say(lightAnswer('Hello!'));
    await succeed();
    expect(lines()).toEqual([
      expect.objectContaining({ tier: 'light', outcome: 'answered', tokens: 60, group: 'main' }),
    ]);
    expect(notes()).toBe(0);
  },
);

describe('a record that a former process did not come to write', () => {
  const draft = {
    ...({ turn: 'turn1', group: 'main', tier: 'agent', model: 'claude', score: 90 } as const),
    ...{ reasons: ['command'] as const, handover: null, tokens: 8, cost: 0.5 },
  };
  beforeEach(async () => {
    const { store, clock } = world;
    await world.write('배포해줘');
    await store.write(() => {
      store.turns.open(
        {
          ...{ id: 'turn1', folder: 'main', jid: 'C1', thread: null, fromSeq: 1, uptoSeq: 1 },
          ...{ attempts: 0, failures: 0, stop: null, task: null },
        },
        clock.now(),
      );
      world.routingOf(store, folder).noteInWrite(draft);
    });
    clock.advance(4000);
  });
  const end = () =>
    world.store.write(() => world.store.turns.end('turn1', 'failed', 'auth', world.clock.now()));

  it('has what was spent, and the time at which its turn ended', async () => {
    await end();
    const endedAt = world.clock.now();
    world.clock.advance(3 * 86_400_000);
    await succeed();
    const ts = new Date(endedAt).toISOString();
    expect(lines()).toEqual([
      { ...draft, latency: 4, outcome: 'auth', ts, timestamp: Math.floor(endedAt / 1000) },
    ]);
  });

  it('waits for a turn that still runs', () => {
    world.routingOf(world.store, folder).recover();
    expect([lines(), notes()]).toEqual([[], 1]);
  });

  it('is written where only half a line of it is', async () => {
    await end();
    world.routingOf(world.store, folder).recover();
    await settle();
    const [file = ''] = readdirSync(folder).filter((name) => /\d/u.test(name));
    rmSync(join(folder, file));
    appendFileSync(join(folder, file), '{"timestamp":1,"turn":"turn1","gro');
    await world.store.write(() => world.routingOf(world.store, folder).noteInWrite(draft));
    world.routingOf(world.store, folder).recover();
    expect(lines()).toHaveLength(1);
  });

  it('stays noted where the file can’t be written', async () => {
    await end();
    const { store } = world;
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    world.routingOf(store, blocked).recover();
    await settle();
    rmSync(blocked);
    expect([lines(), notes()]).toEqual([[], 1]);
  });
});
