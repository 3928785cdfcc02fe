import { pino } from 'pino';
import { expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { Prewarmer } from './prewarmer.ts';

function setUp(wanted: string[], fails: (folder: string) => boolean = () => false) {
  const clock = new FakeClock();
  const started: string[] = [];
  const pending: Array<() => void> = [];
  const prewarmer = new Prewarmer({
    next: () => wanted[0] ?? null,
    async warm(folder) {
      started.push(folder);
      if (fails(folder)) throw new Error('the engine does not answer');
      await new Promise<void>((resolve) => pending.push(resolve));
      wanted.shift();
    },
    clock,
    log: pino({ enabled: false }),
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  const finish = async () => {
    pending.shift()?.();
    await settle();
  };
  return { prewarmer, started, pass, finish };
}

it('starts one after the other, with a pause in between', async () => {
  const { prewarmer, started, pass, finish } = setUp(['main', 'a']);
  prewarmer.start();
  expect(started).toEqual([]);
  await pass(2000);
  await pass(60_000);
  expect(started).toEqual(['main']); // still on its way
  await finish();
  await pass(1999);
  expect(started).toEqual(['main']);
  await pass(1);
  expect(started).toEqual(['main', 'a']);
});

it('looks again after a minute when there was nothing to do', async () => {
  const wanted: string[] = [];
  const { prewarmer, started, pass } = setUp(wanted);
  prewarmer.start();
  await pass(2000);
  wanted.push('main');
  await pass(60_000);
  expect(started).toEqual(['main']);
});

it('leaves a sandbox that is down alone for minutes', async () => {
  const { prewarmer, started, pass } = setUp(['main', 'a'], () => true);
  prewarmer.start();
  await pass(2000);
  await pass(4 * 60_000);
  expect(started).toEqual(['main']);
  await pass(60_000);
  expect(started).toEqual(['main', 'main']);
});

it('starts nothing more once it is stopped, also twice', async () => {
  const { prewarmer, started, pass, finish } = setUp(['main', 'a']);
  prewarmer.start();
  await pass(2000);
  prewarmer.stop();
  prewarmer.stop();
  await finish();
  await pass(10 * 60_000);
  expect(started).toEqual(['main']);
});
