/** Ninety days in a second: every renewal at its time, across restarts and clock jumps, none wasted, none twice. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { startThreads, type Threads } from '../../tests/world/sign-in/threads.ts';
import type { Clock } from '../clock.ts';
import { ThreadsGraph } from '../threads/graph.ts';
import { ThreadsTokens } from '../threads/tokens.ts';
import type { RefreshJob } from './refresh-timer.ts';
import type { SignIn } from './sign-in.ts';
import { Fixture } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 1_700_000_000_000;
/** Longest pause between two looks, as of the timer that drives them. */
const LOOK_MS = 30 * MINUTE;

/** True time goes on; what the machine's wall clock says of it can be wrong. */
class WrongClock implements Clock {
  offset = 0;
  constructor(readonly truth: FakeClock) {}
  now = () => this.truth.now() + this.offset;
  monotonic = () => this.truth.monotonic();
  after = (ms: number, callback: () => void) => this.truth.after(ms, callback);
}

let truth: FakeClock;
let clock: WrongClock;
let f: Fixture;
let threads: Threads;
let folder: string;
beforeEach(async () => {
  truth = new FakeClock(START);
  clock = new WrongClock(truth);
  // The server lives by the true time, the machine by its own clock.
  f = await Fixture.create({}, truth, clock);
  threads = await startThreads({ clock: truth });
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-days-'));
});
afterEach(async () => {
  await Promise.all([f.close(), threads.stop()]);
  rmSync(folder, { recursive: true });
});

function startThreadsJob(): ThreadsTokens {
  return new ThreadsTokens({
    graph: new ThreadsGraph({ baseUrl: threads.url, now: clock.now }),
    ...{ statePath: join(folder, 'state.json'), envPath: join(folder, '.env'), envToken: undefined, clock },
    log: pino({ level: 'silent' }),
    onRecord: () => undefined,
  });
}

type Process = { signIn: SignIn; jobs: RefreshJob[] };
function boot(): Process {
  const signIn = f.start();
  return { signIn, jobs: [signIn, startThreadsJob()] };
}

/** Lets true time pass; looks as the timer would, and checks that the agents have a valid token all along. */
async function run({ signIn, jobs }: Process, untilDay: number): Promise<void> {
  while (truth.now() < START + untilDay * DAY) {
    for (const job of jobs) await job.refreshDue(clock.now());
    const used = signIn.current();
    expect(used).toMatchObject({ kind: 'oauth', value: f.oauth.store.accessTokens.at(-1) });
    const next = Math.min(...jobs.map((job) => job.nextAt() ?? Number.POSITIVE_INFINITY)) - clock.now();
    truth.advance(Math.min(LOOK_MS, Math.max(1000, next)));
  }
}

/** Gaps between renewals, minutes. */
function gaps(): number[] {
  const times = [START, ...f.oauth.attempts.map(({ at }) => at)];
  return times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / MINUTE);
}

it('Every renewal of 90 days comes at its time, over restarts, downtimes and clock jumps; none is wasted', async () => {
  f.signIn();
  const token = threads.store.issue(true);
  const state = { accessToken: token, expiresAt: START + 60 * DAY, lastRefreshAt: START };
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state));

  await run(boot(), 10);
  await run(boot(), 11); // restarted
  for (let crash = 0; crash < 20; crash += 1) await run(boot(), 12 + crash / 20); // a bad day
  truth.advance(20 * HOUR); // nobody was there
  const process = boot();
  await run(process, 20);
  clock.offset = DAY; // set wrong for two hours, then right again
  await run(process, 20 + 2 / 24);
  clock.offset = 0;
  await run(process, 40);
  clock.offset = -DAY;
  await run(process, 40.5);
  clock.offset = 0;
  await run(process, 60);
  await f.refresh({ ...f.file.claudeAiOauth }); // Claude Code itself came first
  await run(process, 90);

  const { store, attempts } = f.oauth;
  // Each request was granted, and each token it granted was in use until the next: none wasted.
  expect([attempts.length, store.accessTokens.length]).toEqual([store.granted, store.granted + 1]);
  const eight = 8 * 60 - 5;
  const unusual = gaps().filter((minutes) => Math.abs(minutes - eight) > 1);
  expect(store.granted - unusual.length).toBeGreaterThan(260);
  // The downtime made one late. A clock set ahead, one set right again, and the other program made one early each.
  expect(unusual.map((minutes) => Math.sign(minutes - eight))).toEqual([1, -1, -1, -1]);
  expect(threads.store.renewed).toBe(1);
}, 60_000);
