/**
 * Turns what is due into runs that wait for their group's lane. Woken by one timer for the next due task, by a change
 * to a task, or at start.
 *
 * Invariants: a run and its task's next time are one write, made before the run can begin, so that a crash leaves
 * both or neither; a time on a schedule never has two runs, also when the clock is set back over it.
 */
import type { Logger } from 'pino';
import type { TaskRecord } from '../../contracts/tasks.ts';
import type { Clock } from '../clock.ts';
import type { Group } from '../store/groups.ts';
import { replyKey } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Language } from '../turns/notices.ts';
import { Alarm, LOOK_AGAIN_MS } from './alarm.ts';
import { type CatchUp, type DueVerdict, judgeDue } from './due.ts';
import { localTime } from './prompt.ts';
import { cancelTask } from './run-end.ts';
import { nextRun, type ScheduleRecord } from './schedule.ts';
import { missedNotice, unreadableNotice } from './texts.ts';

export type SchedulerOptions = {
  store: Store;
  groupOf(jid: string): Group | undefined;
  /** A run of this group waits. */
  onQueued(folder: string): void;
  deliver(jid: string): Promise<void>;
  onRecord(record: { task: string; group: string; result: string; seconds: number }): void;
  newTurnId(): string;
  catchUp: CatchUp;
  /** For tasks that name none. */
  timeZone: string;
  language: Language;
  clock: Clock;
  log: Logger;
};

/** Pause before work that the store refused is taken up again, milliseconds. */
const STORE_RETRY_MS = 5000;

type Claim = DueVerdict | 'chat_gone' | 'run_before' | 'unreadable';

export class Scheduler {
  readonly #alarm: Alarm;
  #cancelRetry: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(readonly options: SchedulerOptions) {
    const { clock } = options;
    this.#alarm = new Alarm({
      clock,
      onDue: () => this.#wake(() => this.#takeDue()),
      onSetBack: () => this.#wake(() => this.#plan(clock.now() - LOOK_AGAIN_MS)),
    });
  }

  /** Takes up what came due while nobody was there. */
  start(): void {
    const now = this.options.clock.now();
    this.#wake(() => this.#plan(now));
  }

  /** A task was added or changed, or a run was asked for. */
  changed(folder: string): void {
    if (this.#stopped) return;
    this.#arm();
    this.options.onQueued(folder);
  }

  /** Queues nothing any more; what is queued stays for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.stop();
    this.#cancelRetry();
    await this.#working;
  }

  #wake(work: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#working = this.#working.then(work).then(
      () => this.#arm(),
      (error: unknown) => {
        // Only the store fails here. Nothing was begun that is not on record.
        this.options.log.error({ err: error }, 'the scheduler was stopped by the store; trying again');
        this.#cancelRetry = this.options.clock.after(STORE_RETRY_MS, () => this.#wake(work));
      },
    );
  }

  #arm(): void {
    const next = this.options.store.tasks.nextDue();
    this.#alarm.set(next === null ? null : Date.parse(next));
  }

  /**
   * Brings next times forward that lie beyond the schedule's next one: the clock, or the time zone, was another when
   * they were worked out. Times that had their run already are passed over when they come.
   * @param since times after this one come again, wall-clock milliseconds
   */
  async #plan(since: number): Promise<void> {
    const { store, log } = this.options;
    for (const task of store.tasks.open()) {
      if (task.status !== 'active' || task.type === 'once' || task.nextRun === null) continue;
      const next = this.#nextAfter(task, since);
      if (next === null || next >= task.nextRun) continue;
      log.info(
        { task: task.id, from: task.nextRun, to: next },
        'the clock was set back: a task comes earlier',
      );
      await store.write(() => {
        const current = store.tasks.find(task.id);
        if (current?.nextRun === task.nextRun) store.tasks.save({ ...current, nextRun: next });
      });
    }
    await this.#takeDue();
  }

  async #takeDue(): Promise<void> {
    const { store, clock } = this.options;
    for (const task of store.tasks.due(iso(clock.now()))) {
      if (this.#stopped) return;
      const claim = await store.write(() => this.#claim(task));
      if (claim) this.#report(task, claim);
    }
  }

  /** @returns null when the task is another one by now */
  #claim(seen: TaskRecord): Claim | null {
    const { store, clock, groupOf } = this.options;
    const task = store.tasks.find(seen.id);
    const dueAt = seen.nextRun;
    if (task?.status !== 'active' || dueAt === null || task.nextRun !== dueAt) return null;
    if (groupOf(task.jid)?.folder !== task.folder) {
      cancelTask(store, task, 'chat_gone');
      return 'chat_gone';
    }
    const now = clock.now();
    const nextRun = this.#nextAfter(task, now);
    if (nextRun === null && task.type !== 'once') {
      store.tasks.save({ ...task, status: 'paused', nextRun: null });
      this.#tell(task, unreadableNotice(task, this.options.language));
      return 'unreadable';
    }
    const lateMs = now - Date.parse(dueAt);
    const facts = { type: task.type, lateMs, isBusy: store.tasks.hasOpenRun(task.id) };
    const verdict = judgeDue(facts, this.options.catchUp);
    const run = {
      taskId: task.id,
      dueAt,
      runAt: iso(now),
      status: verdict === 'run' ? 'queued' : verdict,
    } as const;
    const isNew = store.tasks.addRun(run);
    if (verdict === 'missed' && task.type === 'once') {
      store.tasks.save({ ...task, status: 'missed', nextRun: null });
      const due = localTime(Date.parse(dueAt), task.timeZone ?? this.options.timeZone);
      if (isNew) this.#tell(task, missedNotice(task, due, this.options.language));
      return verdict;
    }
    store.tasks.save({ ...task, nextRun, ...(isNew && verdict === 'run' ? { lastRun: iso(now) } : {}) });
    return isNew ? verdict : 'run_before';
  }

  /** To be called inside a write. */
  #tell({ folder, jid, thread }: TaskRecord, body: string): void {
    const { store, clock, newTurnId } = this.options;
    const id = newTurnId();
    const turn = {
      id,
      folder,
      jid,
      thread,
      fromSeq: 0,
      uptoSeq: 0,
      attempts: 0,
      failures: 0,
      stop: null,
      task: null,
    };
    store.turns.recordClosed(turn, clock.now());
    store.outbox.add({ key: replyKey(id, 1), turnId: id, ordinal: 1, jid, thread, body }, clock.now());
  }

  /** ISO time; null when it never comes again, or when what is stored can't be read. */
  #nextAfter(task: TaskRecord, now: number): string | null {
    const schedule: ScheduleRecord = { ...task, timeZone: task.timeZone ?? this.options.timeZone };
    try {
      const next = nextRun(schedule, now, Date.parse(task.nextRun ?? task.createdAt));
      return next === null ? null : iso(next);
    } catch (error) {
      this.options.log.error({ task: task.id, reason: (error as Error).message }, 'a schedule can’t be read');
      return null;
    }
  }

  #report(task: TaskRecord, claim: Claim): void {
    const { log, clock, onRecord, onQueued, deliver } = this.options;
    const seconds = Math.max(0, clock.now() - Date.parse(task.nextRun ?? task.createdAt)) / 1000;
    const about = { task: task.id, group: task.folder, lateSeconds: seconds };
    onRecord({ task: task.id, group: task.folder, result: claim === 'run' ? 'queued' : claim, seconds });
    switch (claim) {
      case 'run':
        log.info(about, 'Scheduled task is due');
        return onQueued(task.folder);
      case 'run_before':
        return log.info(about, 'this time of a task had its run already');
      case 'skipped':
        return log.warn(about, 'a task is due while its last run still goes on: skipped');
      case 'missed':
        log.warn(about, 'a task is too late and was not run');
        return void deliver(task.jid);
      case 'chat_gone':
        return log.warn(about, 'a task was cancelled: its chat is not registered any more');
      case 'unreadable':
        log.error(about, 'a task was paused: its schedule can’t be read');
        return void deliver(task.jid);
    }
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
