/** A scheduler with its store for tests: the lane is played by `finish`, time by a fake clock. */
import { pino } from 'pino';
import type { Group } from '../../src/store/groups.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { type Place, TaskDesk, type TaskWish } from '../../src/tasks/desk.ts';
import { CATCH_UP, type CatchUp } from '../../src/tasks/due.ts';
import { Scheduler } from '../../src/tasks/scheduler.ts';
import { newTurnId, TurnLog } from '../../src/turns/turn-log.ts';
import type { TurnEvent } from '../../src/turns/turn-state.ts';
import { FakeClock } from './clock.ts';
import { aGroup } from './records.ts';
import { settle } from './settle.ts';

export const SILENT = pino({ level: 'silent' });
export const HOME: Place = { folder: 'main', jid: 'local:main', thread: null };

export class TaskWorld {
  groups: Group[] = [aGroup()];
  records: string[] = [];
  delivered: string[] = [];
  catchUp: CatchUp = CATCH_UP;
  scheduler: Scheduler;
  readonly desk: TaskDesk;
  readonly turnLog: TurnLog;
  #ids = 0;

  constructor(
    readonly clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z')),
    readonly store: Store = createStore(':memory:'),
  ) {
    const groupOf = (jid: string) => this.groups.find((group) => group.jid === jid);
    const newTaskId = () => {
      this.#ids += 1;
      return `task${this.#ids}`;
    };
    this.desk = new TaskDesk({ store, groupOf, newTaskId, timeZone: 'UTC', now: clock.now });
    this.turnLog = new TurnLog({ store, now: clock.now, newId: newTurnId, language: 'en' });
    this.scheduler = this.newScheduler();
  }

  /** What a new process would have. */
  newScheduler(): Scheduler {
    return new Scheduler({
      store: this.store,
      groupOf: (jid) => this.groups.find((group) => group.jid === jid),
      onQueued: () => undefined,
      deliver: async (jid) => void this.delivered.push(jid),
      onRecord: ({ task, result }) => this.records.push(`${task} ${result}`),
      newTurnId,
      catchUp: this.catchUp,
      timeZone: 'UTC',
      language: 'en',
      clock: this.clock,
      log: SILENT,
    });
  }

  async add(wish: Partial<TaskWish> & Pick<TaskWish, 'type' | 'value'>, place = HOME): Promise<string> {
    const whole: TaskWish = { prompt: 'do it', timeZone: null, context: 'isolated', ...wish };
    const task = await this.store.write(() => this.desk.schedule(whole, place));
    this.scheduler.changed(place.folder);
    return task.id;
  }

  /** Runs what waits to its end. */
  async finish(event: TurnEvent = { type: 'done', final: null, session: null }, folder = 'main') {
    for (let run = this.store.tasks.nextQueued(folder); run; run = this.store.tasks.nextQueued(folder)) {
      const turn = await this.turnLog.openRun(run);
      if (turn) await this.turnLog.apply(turn, event);
    }
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  /** `due status`, oldest first. */
  runs(id = 'task1'): string[] {
    const runs = this.store.tasks.runs(id, 100_000).reverse();
    return runs.map((run) => `${short(run.dueAt)} ${run.status}`);
  }

  next(id = 'task1'): string {
    return short(this.store.tasks.find(id)?.nextRun ?? null);
  }

  bodies(): string[] {
    return this.store.db.prepare<[], string>('SELECT body FROM outbox ORDER BY seq').pluck().all();
  }
}

function short(iso: string | null): string {
  return iso?.slice(0, 16) ?? 'none';
}
