/**
 * What people and agents may do with tasks. A group sees and changes its own; the main group and the operator all.
 * Every method is to be called inside a write and refuses with a reason (TaskRefusedError).
 */
import type { ContextMode, ScheduleType, TaskAction, TaskDetail, TaskRecord } from '../../contracts/tasks.ts';
import { type Group, MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';
import { cancelTask } from './run-end.ts';
import { nextRun, readSchedule, type ScheduleRecord, TaskRefusedError } from './schedule.ts';

export type TaskDeskOptions = {
  store: Store;
  groupOf(jid: string): Group | undefined;
  newTaskId(): string;
  /** For tasks that name none. */
  timeZone: string;
  now(): number;
};

/** Whose tasks may be seen and changed: a group's own, or all (null). */
export type Scope = string | null;

export type TaskWish = {
  prompt: string;
  type: ScheduleType;
  value: string;
  timeZone: string | null;
  context: ContextMode;
};

export type Place = { folder: string; jid: string; thread: string | null };

/** A group that schedules without end would fill the store and spend without end. */
const MOST_TASKS = 100;

const RUNS_SHOWN = 10;

export class TaskDesk {
  constructor(readonly options: TaskDeskOptions) {}

  schedule(wish: TaskWish, { folder, jid, thread }: Place): TaskRecord {
    const { store, groupOf, newTaskId, now } = this.options;
    this.#assertRoom(folder);
    if ((groupOf(jid)?.folder ?? folder) !== folder) {
      throw new TaskRefusedError('nothing can be scheduled from work that another group has handed over');
    }
    const at = now();
    const schedule = this.#read(wish, at);
    const { type, value } = schedule;
    const task: TaskRecord = {
      ...{ id: newTaskId(), folder, jid, thread, type, value },
      ...{ prompt: wish.prompt, timeZone: wish.timeZone, context: wish.context },
      ...{ status: 'active', lastRun: null, lastResult: null, failures: 0 },
      nextRun: isoOf(nextRun(schedule, at, at)),
      createdAt: new Date(at).toISOString(),
    };
    store.tasks.save(task);
    return task;
  }

  /** Something that the asking group hands to another one: it runs there next, and its answer goes to the asker. */
  handOver(prompt: string, folder: string, asker: Place): TaskRecord {
    const { store, newTaskId, now } = this.options;
    if (folder === asker.folder) throw new TaskRefusedError('that chat is of this very group: do it here');
    this.#assertRoom(folder);
    const at = new Date(now()).toISOString();
    const task: TaskRecord = {
      ...{ id: newTaskId(), folder, jid: asker.jid, thread: asker.thread, prompt },
      ...{ type: 'once', value: at, timeZone: null, context: 'group', status: 'active' },
      ...{ nextRun: null, lastRun: at, lastResult: null, failures: 0, createdAt: at },
    };
    store.tasks.save(task);
    store.tasks.addRun({ taskId: task.id, dueAt: null, runAt: at, status: 'queued' });
    return task;
  }

  /** Where the main group wants a task of another chat to go. */
  placeOf(jid: string): Place {
    const group = this.options.groupOf(jid);
    if (!group) throw new TaskRefusedError(`the chat ${jid} is not registered`);
    return { folder: group.folder, jid, thread: null };
  }

  list(scope: Scope): TaskRecord[] {
    return this.options.store.tasks.open().filter((task) => scope === null || task.folder === scope);
  }

  get(scope: Scope, id: string): TaskDetail {
    const task = this.#find(scope, id);
    return { task, runs: this.options.store.tasks.runs(id, RUNS_SHOWN) };
  }

  update(scope: Scope, id: string, change: Partial<TaskWish>): TaskRecord {
    const { store, now } = this.options;
    const task = this.#findOpen(scope, id);
    const { type, value } = { ...task, ...change };
    const isRescheduled = [change.type, change.value, change.timeZone].some((part) => part !== undefined);
    if (change.type !== undefined && change.type !== task.type && change.value === undefined) {
      throw new TaskRefusedError(`a schedule of the type ${change.type} needs a value as well`);
    }
    const changed: TaskRecord = { ...task, ...change };
    if (isRescheduled) {
      const schedule = this.#read({ type, value, timeZone: changed.timeZone }, now());
      changed.value = schedule.value;
      changed.failures = 0;
      if (task.status === 'active') changed.nextRun = isoOf(nextRun(schedule, now(), now()));
    }
    store.tasks.save(changed);
    return changed;
  }

  /** @throws TaskRefusedError also when the task is in no state for it */
  act(scope: Scope, id: string, action: TaskAction): TaskRecord {
    const { store } = this.options;
    const task = this.#findOpen(scope, id);
    switch (action) {
      case 'pause':
        store.tasks.dropQueued(id, 'paused');
        store.tasks.save({ ...task, status: 'paused', nextRun: null });
        break;
      case 'resume':
        this.#resume(task);
        break;
      case 'cancel':
        cancelTask(store, task, 'cancelled');
        break;
      case 'run':
        this.#runNow(task);
        break;
    }
    return store.tasks.find(id) ?? task;
  }

  #resume(task: TaskRecord): void {
    const { store, now } = this.options;
    if (task.status !== 'paused') throw new TaskRefusedError(`task ${task.id} is not paused`);
    const schedule = this.#read(task, now());
    const next = isoOf(nextRun(schedule, now(), Date.parse(task.createdAt)));
    store.tasks.save({ ...task, status: 'active', failures: 0, nextRun: next });
  }

  #runNow(task: TaskRecord): void {
    const { store, groupOf, now } = this.options;
    if (groupOf(task.jid)?.folder !== task.folder) {
      throw new TaskRefusedError(`the chat ${task.jid} is not registered any more`);
    }
    if (store.tasks.hasOpenRun(task.id)) throw new TaskRefusedError(`a run of task ${task.id} goes on`);
    const runAt = new Date(now()).toISOString();
    store.tasks.addRun({ taskId: task.id, dueAt: null, runAt, status: 'queued' });
    store.tasks.save({ ...task, lastRun: runAt });
  }

  #assertRoom(folder: string): void {
    if (this.options.store.tasks.inFolder(folder).length < MOST_TASKS) return;
    throw new TaskRefusedError(`this group has ${MOST_TASKS} tasks already: cancel one first`);
  }

  #read(wish: Pick<TaskWish, 'type' | 'value' | 'timeZone'>, now: number): ScheduleRecord {
    const { type, value } = wish;
    return readSchedule({ type, value, timeZone: wish.timeZone ?? this.options.timeZone }, now);
  }

  #findOpen(scope: Scope, id: string): TaskRecord {
    const task = this.#find(scope, id);
    if (task.status === 'active' || task.status === 'paused') return task;
    throw new TaskRefusedError(`task ${id} is ${task.status}: schedule a new one`);
  }

  /** A task of another group is as unknown as one that never was. */
  #find(scope: Scope, id: string): TaskRecord {
    const task = this.options.store.tasks.find(id);
    if (!task || (scope !== null && task.folder !== scope)) throw new UnknownTaskError(id);
    return task;
  }
}

export class UnknownTaskError extends TaskRefusedError {
  constructor(id: string) {
    super(`there is no task ${id}`);
  }
}

export function scopeOf(folder: string): Scope {
  return folder === MAIN_FOLDER ? null : folder;
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
