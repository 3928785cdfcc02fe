/**
 * The installation's own jobs, each at its time: one after the other, none while another one goes on.
 *
 * Invariants: a job's next time is on record before it runs, so that one that ends the process does not come back
 * with it; what was missed while nobody was there is made up for by one run, and what failed is tried again.
 */
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SystemJobRecord } from '../../contracts/tasks.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { JobState } from '../store/upkeep-state.ts';
import { Alarm, LOOK_AGAIN_MS } from '../tasks/alarm.ts';
import { nextCron } from '../tasks/cron.ts';
import { Zone } from '../tasks/zone.ts';

export type UpkeepJob = {
  name: string;
  /** Cron expression in the installation's time zone. */
  schedule: string;
  /** @returns what it did, in a few words; rejects when it could not */
  run(signal: AbortSignal): Promise<string>;
};

export type UpkeepOptions = {
  jobs: readonly UpkeepJob[];
  store: Store;
  timeZone: string;
  onRecord(record: { job: string; result: 'ok' | 'failed'; seconds: number; reason: string }): void;
  clock: Clock;
  log: Logger;
};

/** A job that takes longer is given up until its next time, milliseconds. */
const JOB_LIMIT_MS = 30 * 60_000;

/** A job that failed is tried again after this, unless its own time comes first, milliseconds. */
const AGAIN_MS = 60 * 60_000;

/** Pause before work that the store refused is taken up again, milliseconds. */
const STORE_RETRY_MS = 60_000;

export class Upkeep {
  readonly #alarm: Alarm;
  readonly #zone: Zone;
  readonly #stop = new AbortController();
  #working: Promise<void> | null = null;
  #cancelRetry: () => void = () => undefined;

  constructor(readonly options: UpkeepOptions) {
    this.#zone = new Zone(options.timeZone);
    const wake = () => this.start();
    this.#alarm = new Alarm({ clock: options.clock, onDue: wake, onSetBack: wake });
  }

  /** Plans every job and runs what is due; from then on by itself. */
  start(): void {
    if (this.#working || this.#stop.signal.aborted) return;
    this.#working = this.#work().then(
      () => {
        this.#working = null;
        this.#arm();
      },
      (error: unknown) => {
        // Only the store fails here; a job's own failure is a result.
        this.#working = null;
        this.options.log.error({ err: error }, 'upkeep was stopped by the store; trying again');
        this.#cancelRetry = this.options.clock.after(STORE_RETRY_MS, () => this.start());
      },
    );
  }

  /** Ends the job that goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#alarm.stop();
    this.#cancelRetry();
    await this.#working;
  }

  list(): SystemJobRecord[] {
    return this.options.jobs.map(({ name, schedule }) => {
      const state = this.options.store.upkeep.find(name);
      const { nextRun = null, lastRun = null, lastResult = null, detail = null } = state ?? {};
      return { name, schedule, nextRun, lastRun, lastResult, detail };
    });
  }

  /** A job that fails is a matter for people only: nothing of the service depends on it at once. */
  health(): ComponentHealth {
    const failed = this.list().filter(({ lastResult }) => lastResult === 'failed');
    const reason = failed.map(({ name, detail }) => `${name}: ${detail}`).join(' | ');
    return failed.length === 0
      ? { name: 'upkeep', state: 'ok', reason: 'every job has gone well', required: false }
      : { name: 'upkeep', state: 'degraded', code: 'job_failed', reason, required: false };
  }

  #arm(): void {
    const times = this.options.jobs.map(({ name }) => this.options.store.upkeep.find(name)?.nextRun);
    const next = times.filter((time) => time !== undefined).sort()[0];
    this.#alarm.set(next === undefined ? null : Date.parse(next));
  }

  async #work(): Promise<void> {
    for (const job of this.options.jobs) {
      const state = await this.#plan(job);
      if (state.nextRun > this.#nowIso() || this.#stop.signal.aborted) continue;
      await this.#run(job, state);
    }
  }

  /** A next time beyond the schedule's own was worked out by another clock or another schedule. */
  async #plan(job: UpkeepJob): Promise<JobState> {
    const { store } = this.options;
    const known = store.upkeep.find(job.name);
    // The clock may have been set back up to that long ago.
    const next = this.#nextOf(job, this.options.clock.now() - LOOK_AGAIN_MS);
    if (known && known.nextRun <= next) return known;
    const fresh: JobState = { lastDue: null, lastRun: null, lastResult: null, detail: null, nextRun: next };
    const planned = { ...fresh, ...known, nextRun: next };
    await store.write(() => store.upkeep.save(job.name, planned));
    return planned;
  }

  async #run(job: UpkeepJob, state: JobState): Promise<void> {
    const { store, clock, log, onRecord } = this.options;
    const due = state.nextRun;
    const begun: JobState = { ...state, nextRun: this.#nextOf(job, this.options.clock.now()) };
    const isNew = due !== state.lastDue;
    if (isNew) Object.assign(begun, { lastDue: due, lastRun: this.#nowIso(), lastResult: 'interrupted' });
    await store.write(() => store.upkeep.save(job.name, begun));
    if (!isNew) return;
    const started = clock.monotonic();
    const { result, detail } = await this.#attempt(job);
    const seconds = (clock.monotonic() - started) / 1000;
    onRecord({ job: job.name, result, seconds, reason: detail });
    log[result === 'ok' ? 'info' : 'error']({ job: job.name, seconds, detail }, 'upkeep');
    const nextRun = result === 'ok' ? begun.nextRun : earlier(begun.nextRun, clock.now() + AGAIN_MS);
    await store.write(() => store.upkeep.save(job.name, { ...begun, nextRun, lastResult: result, detail }));
  }

  async #attempt(job: UpkeepJob): Promise<{ result: 'ok' | 'failed'; detail: string }> {
    const limit = new AbortController();
    const cancel = this.options.clock.after(JOB_LIMIT_MS, () => limit.abort(new Error('it took too long')));
    const signal = AbortSignal.any([this.#stop.signal, limit.signal]);
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      return { result: 'ok', detail: await Promise.race([job.run(signal), ended]) };
    } catch (error) {
      return { result: 'failed', detail: error instanceof Error ? error.message : String(error) };
    } finally {
      cancel();
    }
  }

  #nextOf({ name, schedule }: UpkeepJob, after: number): string {
    const next = nextCron(schedule, after, this.#zone);
    if (next === null) throw new Error(`the schedule of the job "${name}" never comes: ${schedule}`);
    return new Date(next).toISOString();
  }

  #nowIso(): string {
    return new Date(this.options.clock.now()).toISOString();
  }
}

function earlier(iso: string, at: number): string {
  const other = new Date(at).toISOString();
  return other < iso ? other : iso;
}
