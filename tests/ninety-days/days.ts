/**
 * An installation that lives through ninety days in seconds: the sign-in, Threads, the scheduler and the upkeep as the
 * service puts them together, on one fake clock. The outside world lives by the true time, the installation by its own
 * clock, which people set wrong.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths } from '../../contracts/paths.ts';
import { type RefreshJob, RefreshTimer } from '../../src/auth/refresh-timer.ts';
import type { SignIn } from '../../src/auth/sign-in.ts';
import { Fixture } from '../../src/auth/testing.ts';
import type { Clock } from '../../src/clock.ts';
import { LOOK_AGAIN_MS } from '../../src/tasks/alarm.ts';
import { ThreadsGraph } from '../../src/threads/graph.ts';
import { ThreadsTokens } from '../../src/threads/tokens.ts';
import { upkeepJobs } from '../../src/upkeep/jobs.ts';
import { Upkeep, type UpkeepJob } from '../../src/upkeep/upkeep.ts';
import { FakeClock } from '../fakes/clock.ts';
import { settle } from '../fakes/settle.ts';
import { SILENT, TaskWorld } from '../fakes/task-world.ts';
import { startThreads, type Threads } from '../world/sign-in/threads.ts';
import { DAY_MS, type Event, HOME_ZONE, START } from './events.ts';

export type Span = { from: number; to: number };
export type Run = { due: number; at: number };
/** A new login came into use, true time in milliseconds. */
export type Renewal = { at: number; by: 'us' | 'another program' | 'a person' };

type Process = { signIn: SignIn; tokens: ThreadsTokens; timer: RefreshTimer; upkeep: Upkeep };

export class NinetyDays {
  readonly tasks: TaskWorld;
  readonly paths = homePaths(mkdtempSync(join(tmpdir(), 'nanoclaw-days-')));
  readonly jobs: readonly UpkeepJob[];
  readonly jobRuns = new Map<string, Run[]>();
  /** By the wall clock: what nobody saw (the service was down, or the clock was set over it), what was lived through. */
  readonly unseen: Span[] = [];
  readonly lived: Span[] = [];
  readonly renewals: Renewal[] = [{ at: START, by: 'a person' }];
  readonly threadsRenewals: number[] = [];
  /** True times until which a renewal out of its time is explained by what befell the installation. */
  readonly disturbed: Span[] = [];
  restarts = 0;
  #process: Process;
  /** What was begun and takes real time; the clock stands still meanwhile. */
  #underWay: Promise<unknown>[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly auth: Fixture,
    readonly threads: Threads,
  ) {
    this.tasks = new TaskWorld(clock);
    this.jobs = this.#countedJobs();
    auth.signIn();
    const accessToken = threads.store.issue(true);
    const state = { accessToken, expiresAt: START + 60 * DAY_MS, lastRefreshAt: START };
    mkdirSync(this.paths.data);
    writeFileSync(this.paths.threadsState, JSON.stringify(state));
    this.#process = this.#boot();
  }

  static async begin(): Promise<NinetyDays> {
    const clock = new FakeClock(START);
    const truth: Clock = { now: clock.monotonic, monotonic: clock.monotonic, after: clock.after };
    const auth = await Fixture.create({}, truth, clock);
    return new NinetyDays(clock, auth, await startThreads({ clock: truth }));
  }

  async end(): Promise<void> {
    await this.#stop();
    await Promise.all([this.auth.close(), this.threads.stop()]);
    rmSync(this.paths.home, { recursive: true });
  }

  start(): void {
    const { timer, upkeep } = this.#process;
    timer.start();
    this.tasks.scheduler.start();
    upkeep.start();
  }

  /** True time, milliseconds. */
  get now(): number {
    return this.clock.monotonic();
  }

  /**
   * Time goes on from one due moment to the next; what is queued is run to its end at once.
   * @param isNoticed false while nobody can know yet that the clock was set
   */
  async live(ms: number, isNoticed = true): Promise<void> {
    const until = this.now + ms;
    if (isNoticed) this.lived.push({ from: this.clock.now() + 1, to: this.clock.now() + ms });
    while (this.now < until) {
      const wait = Math.min(...this.#dueTimes()) - this.clock.now();
      this.clock.advance(Math.min(wait > 0 ? wait : LOOK_AGAIN_MS, until - this.now));
      await this.#calm();
      // Timers that were set for this very moment meanwhile.
      this.clock.advance(0);
      await this.#calm();
      await this.#look();
    }
  }

  async meet(event: Event): Promise<void> {
    const from = this.clock.now();
    switch (event.do) {
      case 'restart':
        return this.#restart(0);
      case 'outage':
        await this.#restart(event.ms);
        this.unseen.push({ from, to: this.clock.now() });
        return this.#calm();
      case 'set':
        this.clock.set(event.ms);
        this.disturbed.push({ from: this.now, to: this.now + 2 * LOOK_AGAIN_MS });
        if (event.ms > 0) this.unseen.push({ from, to: this.clock.now() });
        return;
      case 'other_program':
        await this.auth.refresh({ ...this.auth.file.claudeAiOauth });
        this.renewals.push({ at: this.now, by: 'another program' });
        return;
      case 'endpoint_fails':
        await this.auth.oauth.misbehave({ kind: 'status', status: 500, times: event.times });
    }
  }

  /** Agents have a valid login at every moment; a person signs in anew when asked to. */
  async #look(): Promise<void> {
    const { signIn } = this.#process;
    const used = signIn.current();
    if (used.kind !== 'oauth' || used.value !== this.auth.oauth.store.accessTokens.at(-1))
      throw new Error(`no valid login at ${new Date(this.now).toISOString()}: ${used.kind}`);
    if (signIn.health().code !== 'token_expiring') return;
    this.auth.signIn();
    this.renewals.push({ at: this.now, by: 'a person' });
    await this.#calm();
  }

  async #restart(downMs: number): Promise<void> {
    await this.#stop();
    this.clock.advance(downMs);
    if (downMs > 0) this.disturbed.push({ from: this.now, to: this.now + LOOK_AGAIN_MS });
    this.tasks.scheduler = this.tasks.newScheduler();
    this.#process = this.#boot();
    this.restarts += 1;
    this.start();
  }

  async #stop(): Promise<void> {
    const { signIn, timer, upkeep } = this.#process;
    await Promise.all([this.tasks.scheduler.stop(), timer.stop(), signIn.stop(), upkeep.stop()]);
  }

  #boot(): Process {
    const { clock, paths, threads, tasks } = this;
    const signIn = this.auth.start();
    const tokens = new ThreadsTokens({
      graph: new ThreadsGraph({ baseUrl: threads.url, now: clock.now }),
      ...{ statePath: paths.threadsState, envPath: paths.env, envToken: undefined, clock, log: SILENT },
      onRecord: () => this.threadsRenewals.push(this.now),
    });
    const timer = new RefreshTimer([this.#watched(signIn), this.#watched(tokens)], clock);
    const upkeep = new Upkeep({
      ...{ jobs: this.jobs, store: tasks.store, timeZone: HOME_ZONE, clock, log: SILENT },
      onRecord: () => undefined,
    });
    return { signIn, tokens, timer, upkeep };
  }

  /** Remembers what was begun, so that it can be waited for while no time passes. */
  #watched(job: RefreshJob): RefreshJob {
    return {
      nextAt: () => job.nextAt(),
      refreshDue: (now) => {
        const begun = job.refreshDue(now);
        this.#underWay.push(begun);
        return begun;
      },
    };
  }

  async #calm(): Promise<void> {
    const granted = this.auth.oauth.store.granted;
    while (this.#underWay.length > 0) {
      await Promise.all(this.#underWay.splice(0));
      await settle(2);
    }
    if (this.auth.oauth.store.granted > granted) this.renewals.push({ at: this.now, by: 'us' });
    await settle(8);
    await this.tasks.finish();
  }

  #dueTimes(): number[] {
    const { signIn, tokens, upkeep } = this.#process;
    const isoTimes = [this.tasks.store.tasks.nextDue(), ...upkeep.list().map(({ nextRun }) => nextRun)];
    const times = isoTimes.map((iso) => Date.parse(iso ?? ''));
    return [...times, signIn.nextAt() ?? Number.NaN, tokens.nextAt() ?? Number.NaN].filter(
      (at) => !Number.isNaN(at),
    );
  }

  /** The installation's real jobs; only the two that need a built program and an engine do nothing. */
  #countedJobs(): UpkeepJob[] {
    const { paths, clock, jobRuns } = this;
    const { store } = this.tasks;
    const nothing = async () => 'done';
    const jobs = upkeepJobs({ paths, store, now: clock.now, backUp: nothing, pruneBuildCache: nothing });
    return jobs.map(({ name, schedule, run }) => ({
      name,
      schedule,
      run: (signal) => {
        const due = Date.parse(store.upkeep.find(name)?.lastDue ?? '');
        jobRuns.set(name, [...(jobRuns.get(name) ?? []), { due, at: clock.now() }]);
        const work = run(signal);
        this.#underWay.push(work);
        return work;
      },
    }));
  }
}
