/**
 * Ninety days in one go: every renewal, rotation, schedule and upkeep job comes at its time, over restarts, outages, a
 * clock that people set wrong and an endpoint that fails; nothing twice, nothing missed, no token wasted.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LOOK_AGAIN_MS } from '../../src/tasks/alarm.ts';
import { NinetyDays } from './days.ts';
import { DAY_MS, DAYS, EVENTS, HOME_ZONE, HOUR_MS, SCHEDULES, START } from './events.ts';
import { type Judgement, judgeRenewals, judgeRuns } from './judge.ts';

let world: NinetyDays;
beforeEach(async () => {
  world = await NinetyDays.begin();
});
afterEach(() => world.end());

async function liveThrough(): Promise<void> {
  for (const schedule of SCHEDULES) await world.tasks.add(schedule);
  world.start();
  for (const event of EVENTS) {
    await world.live(START + event.atHour * HOUR_MS - world.now);
    await world.meet(event);
    await world.live(LOOK_AGAIN_MS, false);
  }
  await world.live(START + DAYS * DAY_MS - world.now);
}

function judgeAll(): Judgement[] {
  const until = world.clock.now() - LOOK_AGAIN_MS;
  const tasks = SCHEDULES.map((schedule, index) => {
    const runs = world.tasks.store.tasks.runs(`task${index + 1}`, 100_000);
    const made = runs.map(({ dueAt, runAt }) => ({ due: Date.parse(dueAt ?? ''), at: Date.parse(runAt) }));
    const name = `task ${schedule.value} ${schedule.timeZone}`;
    return judgeRuns({ name, schedule, runs: made }, world, until);
  });
  const jobs = world.jobs.map(({ name, schedule: value }) => {
    const schedule = { type: 'cron', value, timeZone: HOME_ZONE } as const;
    return judgeRuns({ name: `upkeep ${name}`, schedule, runs: world.jobRuns.get(name) ?? [] }, world, until);
  });
  return [...tasks, ...jobs];
}

it('everything comes at its time, nothing twice, nothing missed, no token wasted', async () => {
  await liveThrough();
  const judgements = judgeAll();
  const { oauth } = world.auth;
  const wasted = judgeRenewals(world.renewals, world.disturbed);
  const asked = oauth.attempts.filter(({ status }) => status === 200).length;
  const by = (who: string) => world.renewals.filter((renewal) => renewal.by === who).length;
  process.stdout.write(
    [
      `ninety days: ${world.restarts} restarts, ${EVENTS.length} events`,
      `sign-in: ${by('us')} renewals, ${by('another program')} by another program, ${by('a person')} sign-ins by a person; tokens wasted ${wasted.length}`,
      `Threads: ${world.threadsRenewals.length} renewal, on day ${((world.threadsRenewals[0] ?? 0) - START) / DAY_MS}`,
      ...judgements.map(
        ({ name, expected, ran, wrong }) => `${name}: ${expected} times, ${ran} runs, ${wrong.length} wrong`,
      ),
      '',
    ].join('\n'),
  );
  expect(judgements.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(judgements.filter(({ expected, ran }) => ran <= expected / 2)).toEqual([]);
  expect(wasted).toEqual([]);
  // Each answer that granted a login was used: none was asked for twice, none was lost.
  expect(asked).toBe(by('us') + by('another program'));
  expect([by('us') > 250, by('a person')]).toEqual([true, 4]);
  expect(world.threadsRenewals.map((at) => Math.floor((at - START) / DAY_MS))).toEqual([53]);
}, 180_000);
