import { beforeEach, describe, expect, it } from 'vitest';
import { aGroup } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { HOME, TaskWorld } from '../../tests/fakes/task-world.ts';
import { LOOK_AGAIN_MS } from './alarm.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: TaskWorld;
beforeEach(() => {
  world = new TaskWorld();
});

describe('a recurring task', () => {
  it('is queued at its time, and its next time is on record before it runs', async () => {
    await world.add({ type: 'cron', value: '0 9 * * *' });
    await world.pass(9 * HOUR_MS - 1);
    expect(world.runs()).toEqual([]);
    await world.pass(1);
    expect(world.runs()).toEqual(['2026-01-01T09:00 queued']);
    expect(world.next()).toBe('2026-01-02T09:00');
  });

  it('goes on day after day, and its runs are logged with their results', async () => {
    await world.add({ type: 'cron', value: '0 9 * * *' });
    await world.pass(9 * HOUR_MS);
    await world.finish({ type: 'done', final: { ordinal: 1, text: 'sunny' }, session: null });
    await world.pass(DAY_MS);
    await world.finish();
    expect(world.runs()).toEqual(['2026-01-01T09:00 success', '2026-01-02T09:00 success']);
    expect(world.store.tasks.runs('task1', 9).map((run) => run.result)).toEqual([null, 'sunny']);
    expect(world.bodies()).toEqual(['sunny']);
  });

  it('is skipped, and that is logged, while its last run still goes on', async () => {
    await world.add({ type: 'interval', value: '60000' });
    await world.pass(60_000);
    await world.pass(60_000);
    expect(world.runs()).toEqual(['2026-01-01T00:01 queued', '2026-01-01T00:02 skipped']);
    await world.finish();
    await world.pass(60_000);
    expect(world.runs().at(-1)).toBe('2026-01-01T00:03 queued');
  });

  it('keeps the beat of its interval through long runs and late starts', async () => {
    await world.add({ type: 'interval', value: '90000' });
    await world.pass(90_000);
    await world.finish();
    await world.scheduler.stop();
    world.clock.advance(10 * 90_000 + 12_345);
    world.scheduler = world.newScheduler();
    world.scheduler.start();
    await settle();
    await world.finish();
    const next = Date.parse(world.store.tasks.find('task1')?.nextRun ?? '');
    expect((next - Date.parse('2026-01-01T00:00:00Z')) % 90_000).toBe(0);
    expect(world.runs()).toHaveLength(2);
  });
});

describe('after a time in which nobody was there', () => {
  async function sleep(ms: number): Promise<void> {
    await world.scheduler.stop();
    world.clock.advance(ms);
    world.scheduler = world.newScheduler();
    world.scheduler.start();
    await settle();
  }

  it('one run makes up for all that a recurring task missed', async () => {
    await world.add({ type: 'cron', value: '0 * * * *' });
    await sleep(5 * HOUR_MS + 1800_000);
    expect(world.runs()).toEqual(['2026-01-01T01:00 queued']);
    expect(world.next()).toBe('2026-01-01T06:00');
  });

  it('nothing is made up for where the policy says so', async () => {
    world.catchUp = { ...world.catchUp, recurring: 'skip' };
    await world.add({ type: 'cron', value: '0 * * * *' });
    await sleep(5 * HOUR_MS + 1800_000);
    expect(world.runs()).toEqual(['2026-01-01T01:00 missed']);
    expect(world.next()).toBe('2026-01-01T06:00');
  });

  it('a task for a single time still runs within a day', async () => {
    await world.add({ type: 'once', value: '2026-01-01T01:00:00Z' });
    await sleep(DAY_MS);
    expect(world.runs()).toEqual(['2026-01-01T01:00 queued']);
    await world.finish();
    expect(world.store.tasks.find('task1')?.status).toBe('completed');
  });

  it('is told as missed after that, where it was asked for', async () => {
    await world.add({ type: 'once', value: '2026-01-01T01:00:00Z' }, { ...HOME, thread: 'T1' });
    await sleep(DAY_MS + HOUR_MS + 1);
    expect(world.runs()).toEqual(['2026-01-01T01:00 missed']);
    expect(world.store.tasks.find('task1')?.status).toBe('missed');
    expect(world.store.outbox.next('local:main')).toMatchObject({ thread: 'T1' });
    expect(world.bodies()[0]).toContain('2026-01-01 01:00');
    expect(world.delivered).toEqual(['local:main']);
  });
});

describe('when the wall clock is set', () => {
  it('forward by a day, what is due then runs within a minute, once', async () => {
    await world.add({ type: 'cron', value: '0 9 * * *' });
    await world.pass(HOUR_MS);
    world.clock.set(DAY_MS);
    await world.pass(LOOK_AGAIN_MS);
    expect(world.runs()).toEqual(['2026-01-01T09:00 queued']);
    expect(world.next()).toBe('2026-01-02T09:00');
  });

  it('forward and back again, every time still has its run, and none two', async () => {
    await world.add({ type: 'cron', value: '0 */6 * * *' });
    await world.pass(7 * HOUR_MS);
    await world.finish();
    world.clock.set(DAY_MS);
    await world.pass(LOOK_AGAIN_MS);
    await world.finish();
    world.clock.set(-DAY_MS);
    await world.pass(LOOK_AGAIN_MS);
    for (let hour = 0; hour < 48; hour += 1) {
      await world.pass(HOUR_MS);
      await world.finish();
    }
    const due = world.runs().map((run) => run.slice(0, 16));
    expect(new Set(due).size).toBe(due.length);
    const expected = ['01T06', '01T12', '01T18', '02T00', '02T06', '02T12', '02T18', '03T00', '03T06'];
    expect([...due].sort()).toEqual(expected.map((at) => `2026-01-${at}:00`));
  });

  it('ten years ahead for a moment, tasks do not sleep for ten years', async () => {
    await world.add({ type: 'cron', value: '0 9 * * *' });
    world.clock.set(3652 * DAY_MS);
    await world.pass(LOOK_AGAIN_MS);
    await world.finish();
    world.clock.set(-3652 * DAY_MS);
    await world.scheduler.stop();
    world.scheduler = world.newScheduler();
    world.scheduler.start();
    await settle();
    expect(world.next()).toBe('2026-01-01T09:00');
  });

  it('back by a day, a task that ran does not run again', async () => {
    await world.add({ type: 'cron', value: '0 9 * * *' });
    await world.pass(10 * HOUR_MS);
    await world.finish();
    world.clock.set(-DAY_MS);
    await world.pass(LOOK_AGAIN_MS);
    for (let hour = 0; hour < 48; hour += 1) {
      await world.pass(HOUR_MS);
      await world.finish();
    }
    expect(world.runs()).toEqual(['2026-01-01T09:00 success', '2026-01-02T09:00 success']);
    expect(world.records).toContain('task1 run_before');
  });
});

describe('a task that fails', () => {
  it('is paused after five failures in a row, and its chat is told', async () => {
    await world.add({ type: 'cron', value: '0 * * * *' });
    for (let hour = 0; hour < 6; hour += 1) {
      await world.pass(HOUR_MS);
      await world.finish({ type: 'gave_up', code: 'network' });
    }
    expect(world.runs()).toHaveLength(5);
    expect(world.store.tasks.find('task1')).toMatchObject({ status: 'paused', nextRun: null });
    expect(world.bodies()).toHaveLength(6);
    expect(world.bodies()[0]).toMatch(/^Scheduled task `task1`.*could not reach the model/);
    expect(world.bodies().at(-1)).toContain('nanoclaw tasks resume task1');
  });

  it('goes on after it was resumed, with its failures forgotten', async () => {
    await world.add({ type: 'cron', value: '0 * * * *' });
    await world.store.write(() => world.desk.act(null, 'task1', 'pause'));
    await world.store.write(() => world.desk.act(null, 'task1', 'resume'));
    world.scheduler.changed('main');
    await world.pass(HOUR_MS);
    expect(world.runs()).toEqual(['2026-01-01T01:00 queued']);
  });
});

it('cancels a task whose chat is not registered any more', async () => {
  world.groups = [aGroup(), aGroup({ jid: 'C1', folder: 'team' })];
  await world.add({ type: 'cron', value: '0 * * * *' }, { folder: 'team', jid: 'C1', thread: null });
  world.groups = [aGroup()];
  await world.pass(HOUR_MS);
  expect(world.store.tasks.find('task1')?.status).toBe('cancelled');
  expect(world.records).toEqual(['task1 chat_gone']);
  expect(world.runs()).toEqual([]);
});

it('pauses a task whose schedule somebody has spoilt in the database, tells its chat, and the others go on', async () => {
  await world.add({ type: 'cron', value: '0 1 * * *' });
  await world.add({ type: 'cron', value: '0 1 * * *' });
  world.store.db.exec("UPDATE scheduled_tasks SET schedule_value = 'whenever' WHERE id = 'task1'");
  await world.pass(HOUR_MS);
  expect(world.store.tasks.find('task1')?.status).toBe('paused');
  expect(world.runs('task2')).toEqual(['2026-01-01T01:00 queued']);
  expect(world.bodies()).toEqual([expect.stringContaining("(whenever) can't be read, so it is paused")]);
  expect(world.delivered).toEqual(['local:main']);
});

it('takes its work up again after the store refused it', async () => {
  await world.add({ type: 'cron', value: '0 1 * * *' });
  world.store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON task_run_logs BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END",
  );
  await world.pass(HOUR_MS);
  world.store.db.exec('DROP TRIGGER full');
  await world.pass(5000);
  expect(world.runs()).toEqual(['2026-01-01T01:00 queued']);
});

it('begins nothing after it was stopped, and may be stopped twice', async () => {
  await world.add({ type: 'cron', value: '0 * * * *' });
  await world.scheduler.stop();
  await world.scheduler.stop();
  await world.pass(DAY_MS);
  expect(world.runs()).toEqual([]);
  expect(world.clock.untilTimer).toBeNull();
});
