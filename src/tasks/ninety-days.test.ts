/**
 * Ninety days with restarts, outages and a clock that is set forward and back: every time on every schedule has its
 * run, or is made up for by the one after the outage; none has two.
 */
import { expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { SILENT, TaskWorld } from '../../tests/fakes/task-world.ts';
import { Upkeep, type UpkeepJob } from '../upkeep/upkeep.ts';
import { LOOK_AGAIN_MS } from './alarm.ts';
import { nextRun } from './schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Both summer times begin within. */
const START = Date.parse('2026-02-01T00:00:00Z');
const DAYS = 90;

const SCHEDULES = [
  { type: 'cron', value: '30 2 * * *', timeZone: 'America/New_York' },
  { type: 'cron', value: '30 2 * * *', timeZone: 'Europe/Berlin' },
  { type: 'cron', value: '0 9 * * 1-5', timeZone: 'Asia/Seoul' },
  { type: 'cron', value: '15 * * * *', timeZone: 'UTC' },
  { type: 'cron', value: '0 0 L * *', timeZone: 'Asia/Seoul' },
  { type: 'interval', value: String(7 * HOUR_MS), timeZone: 'UTC' },
] as const;

const JOBS = ['0 3 * * *', '10 3 * * *', '0 4 * * 0'] as const;

type Event = { atHour: number } & (
  | { do: 'restart' }
  | { do: 'outage'; ms: number }
  | { do: 'set'; ms: number }
);

/** The numbers are of no account; what they do is. */
const EVENTS: Event[] = [
  { atHour: 50, do: 'restart' },
  { atHour: 100, do: 'outage', ms: 3 * HOUR_MS },
  { atHour: 200, do: 'set', ms: DAY_MS },
  { atHour: 201, do: 'set', ms: -DAY_MS },
  { atHour: 420, do: 'outage', ms: 50 * HOUR_MS },
  { atHour: 421, do: 'restart' },
  { atHour: 600, do: 'set', ms: -DAY_MS },
  { atHour: 630, do: 'set', ms: DAY_MS },
  { atHour: 845.45, do: 'outage', ms: 2 * HOUR_MS },
  { atHour: 1000, do: 'restart' },
  { atHour: 1350, do: 'set', ms: 90_000 },
  { atHour: 1700, do: 'set', ms: -90_000 },
  { atHour: 1900, do: 'outage', ms: 30 * 60_000 },
];

type Run = { due: number; at: number };

class Ninety {
  readonly clock = new FakeClock(START);
  readonly tasks = new TaskWorld(this.clock);
  readonly jobRuns = new Map<string, Run[]>();
  upkeep = this.#newUpkeep();
  /** Pieces of the wall clock that nobody saw: the service was down, or the clock was set over them. */
  readonly unseen: { from: number; to: number }[] = [];
  /** Pieces of it that the service lived through. */
  readonly lived: { from: number; to: number }[] = [];

  #newUpkeep(): Upkeep {
    const jobs: UpkeepJob[] = JOBS.map((schedule) => ({
      name: schedule,
      schedule,
      run: async () => {
        const due = Date.parse(this.tasks.store.upkeep.find(schedule)?.lastDue ?? '');
        this.jobRuns.set(schedule, [...(this.jobRuns.get(schedule) ?? []), { due, at: this.clock.now() }]);
        return 'done';
      },
    }));
    const { store } = this.tasks;
    return new Upkeep({
      jobs,
      store,
      timeZone: 'UTC',
      onRecord: () => undefined,
      clock: this.clock,
      log: SILENT,
    });
  }

  start(): void {
    this.tasks.scheduler.start();
    this.upkeep.start();
  }

  async restart(): Promise<void> {
    await Promise.all([this.tasks.scheduler.stop(), this.upkeep.stop()]);
    this.tasks.scheduler = this.tasks.newScheduler();
    this.upkeep = this.#newUpkeep();
  }

  /**
   * Time goes on from one due moment to the next; what is queued is run to its end at once.
   * @param isNoticed false while nobody can know yet that the clock was set
   */
  async live(ms: number, isNoticed = true): Promise<void> {
    const until = this.clock.monotonic() + ms;
    if (isNoticed) this.lived.push({ from: this.clock.now() + 1, to: this.clock.now() + ms });
    while (this.clock.monotonic() < until) {
      const due = Math.min(...this.#dueTimes());
      const wait = due > this.clock.now() ? due - this.clock.now() : LOOK_AGAIN_MS;
      this.clock.advance(Math.min(wait, until - this.clock.monotonic()));
      await settle(8);
      await this.tasks.finish();
    }
  }

  #dueTimes(): number[] {
    const jobs = this.upkeep.list().map((job) => Date.parse(job.nextRun ?? ''));
    return [Date.parse(this.tasks.store.tasks.nextDue() ?? ''), ...jobs].filter((at) => !Number.isNaN(at));
  }

  async meet(event: Event): Promise<void> {
    const from = this.clock.now();
    switch (event.do) {
      case 'restart':
        await this.restart();
        return this.start();
      case 'outage':
        await this.restart();
        this.clock.advance(event.ms);
        this.unseen.push({ from, to: this.clock.now() });
        return this.start();
      case 'set':
        this.clock.set(event.ms);
        if (event.ms > 0) this.unseen.push({ from, to: this.clock.now() });
    }
  }
}

/** All times of a schedule, worked out on their own. */
function slots(schedule: Parameters<typeof nextRun>[0], until: number): number[] {
  const found: number[] = [];
  for (
    let at = nextRun(schedule, START, START);
    at !== null && at <= until;
    at = nextRun(schedule, at, START)
  )
    found.push(at);
  return found;
}

type Expected = { name: string; slots: readonly number[]; runs: readonly Run[] };

/** @returns what is wrong, one line each */
function check({ name, slots: expected, runs }: Expected, { lived, unseen }: Ninety): string[] {
  const time = (at: number) => `${name}: ${new Date(at).toISOString()}`;
  const within = (spans: Ninety['lived'], at: number) => spans.some(({ from, to }) => from <= at && at <= to);
  const due = new Set(runs.map((run) => run.due));
  const wrong = due.size < runs.length ? [`${name}: a time has two runs`] : [];
  for (const run of runs) {
    if (!expected.includes(run.due)) wrong.push(`${time(run.due)} is no time of it`);
    if (!within(unseen, run.due) && run.at - run.due > LOOK_AGAIN_MS) wrong.push(`${time(run.due)} was late`);
  }
  for (const slot of expected) {
    const isMadeUpFor = !within(lived, slot) && runs.some((run) => run.due <= slot && slot <= run.at);
    if (!due.has(slot) && !isMadeUpFor) wrong.push(`${time(slot)} was missed`);
  }
  return wrong;
}

it('every time has its run, none has two, through outages, restarts and set clocks', async () => {
  const world = new Ninety();
  for (const schedule of SCHEDULES) await world.tasks.add(schedule);
  world.start();
  let hour = 0;
  for (const event of EVENTS) {
    await world.live((event.atHour - hour) * HOUR_MS);
    hour = event.atHour;
    await world.meet(event);
    await world.live(LOOK_AGAIN_MS, false);
  }
  await world.live((DAYS * 24 - hour) * HOUR_MS);

  const end = world.clock.now() - LOOK_AGAIN_MS;
  const wrong = SCHEDULES.flatMap((schedule, index) => {
    const runs = world.tasks.store.tasks.runs(`task${index + 1}`, 100_000);
    const made = runs.map(({ dueAt, runAt }) => ({ due: Date.parse(dueAt ?? ''), at: Date.parse(runAt) }));
    const expected = slots(schedule, end);
    expect(made.length).toBeGreaterThan(expected.length / 2);
    const name = `${schedule.value} ${schedule.timeZone}`;
    return check({ name, slots: expected, runs: made.filter(({ due }) => due <= end) }, world);
  });
  for (const schedule of JOBS) {
    const expected = slots({ type: 'cron', value: schedule, timeZone: 'UTC' }, end);
    wrong.push(
      ...check(
        { name: `upkeep ${schedule}`, slots: expected, runs: world.jobRuns.get(schedule) ?? [] },
        world,
      ),
    );
  }
  expect(wrong).toEqual([]);
}, 60_000);
