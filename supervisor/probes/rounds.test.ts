import { beforeEach, expect, it } from 'vitest';
import { settle } from '../../tests/fakes/settle.ts';
import { FakeSupervisorClock } from '../../tests/fakes/supervisor-clock.ts';
import type { Probe, Sighting } from './codes.ts';
import { Rounds } from './rounds.ts';

const well: Sighting = { code: 'disk_low', target: 'home', state: 'good', detail: 'room' };

let clock: FakeSupervisorClock;
let told: Sighting[];
let warnings: string[];

beforeEach(() => {
  clock = new FakeSupervisorClock();
  told = [];
  warnings = [];
});

const start = (...probes: Probe[]) => startAt(1, ...probes);

function startAt(pace: number, ...probes: Probe[]): Rounds {
  const log = { info: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined };
  const rounds = new Rounds({ probes, clock, pace, log, tell: (sighting) => told.push(sighting) });
  rounds.start();
  return rounds;
}

function probe(look: Probe['look'], intervalMs = 1000): Probe {
  return { name: 'test', intervalMs, look };
}

it('each probe looks at once and then at its own pace', async () => {
  const looks = [0, 0];
  const counting = (index: 0 | 1) => async () => {
    looks[index] = (looks[index] ?? 0) + 1;
    return [well];
  };
  start(probe(counting(0), 1000), probe(counting(1), 3000));
  for (let second = 0; second < 6; second += 1) {
    await settle();
    clock.advance(1000);
  }
  await settle();
  expect(looks).toEqual([7, 3]);
  expect(told).toHaveLength(10);
});

it('a pace below 1 makes every probe look more often', async () => {
  let looks = 0;
  startAt(
    0.5,
    probe(async () => {
      looks += 1;
      return [];
    }),
  );
  for (let second = 0; second < 3; second += 1) {
    await settle();
    clock.advance(500);
  }
  await settle();
  expect(looks).toBe(4);
});

it('a probe that hangs is given up, said so, and looks again; the others go on', async () => {
  let aborted = 0;
  const hanging = probe((signal) => {
    signal.addEventListener('abort', () => {
      aborted += 1;
    });
    return new Promise(() => undefined);
  });
  start(
    hanging,
    probe(async () => [well]),
  );
  await settle();
  expect(told).toHaveLength(1);
  clock.advance(10_000);
  await settle();
  expect(aborted).toBe(1);
  expect(warnings).toEqual(['the probe test could not look: Error: it took too long']);
  clock.advance(1000);
  await settle();
  clock.advance(10_000);
  expect(aborted).toBe(2);
});

it('a probe that fails is logged and tried again', async () => {
  let tries = 0;
  start(
    probe(async () => {
      tries += 1;
      if (tries === 1) throw new Error('EIO');
      return [well];
    }),
  );
  await settle();
  clock.advance(1000);
  await settle();
  expect([tries, told.length, warnings.length]).toEqual([2, 1, 1]);
});

it('after stop nothing is told and nobody looks, and stop may be called twice', async () => {
  let finish = (_: Sighting[]): void => undefined;
  let looks = 0;
  const rounds = start(
    probe(() => {
      looks += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    }),
  );
  const stopped = rounds.stop();
  finish([well]);
  await stopped;
  await rounds.stop();
  clock.advance(60_000);
  await settle();
  expect([looks, told.length, warnings.length]).toEqual([1, 0, 0]);
});
