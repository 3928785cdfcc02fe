/**
 * The tools with which an agent schedules. Who asks is known from the link: a group sees and changes its own tasks,
 * the main group all. Each gives what is to be done inside a write; what it refuses is told to the agent.
 */
import type * as z from 'zod';
import type { HostToolName, hostToolArgs } from '../../contracts/host-tools.ts';
import type { TaskAction, TaskRecord } from '../../contracts/tasks.ts';
import { MAIN_FOLDER } from '../store/groups.ts';
import { type Place, scopeOf, type TaskDesk, type TaskWish } from './desk.ts';
import { TaskRefusedError } from './schedule.ts';

type TaskToolName = Extract<HostToolName, `${string}_task` | `${string}_tasks` | 'delegate'>;
/** `changes`: another group than the caller's, whose tasks it changes. */
type TaskEffect = (() => unknown) & { changes?: string };
type Args<Name extends TaskToolName> = z.infer<(typeof hostToolArgs)[Name]>;
type TaskTools = { [Name in TaskToolName]: (args: Args<Name>, place: Place) => Promise<TaskEffect> };

export function createTaskTools(desk: TaskDesk): TaskTools {
  const act = (action: TaskAction) => async (args: { id: string }, place: Place) => () =>
    shownOf(desk.act(scopeOf(place.folder), args.id, action));
  return {
    schedule_task: async (args, place) => () => {
      const { prompt, schedule_type: type, schedule_value: value, context_mode: context } = args;
      const wish = { prompt, type, value, context, timeZone: args.time_zone ?? null };
      return shownOf(desk.schedule(wish, placeFor(desk, place, args.chat)));
    },
    list_tasks: async (_args, place) => () => desk.list(scopeOf(place.folder)).map(shownOf),
    get_task:
      async ({ id }, place) =>
      () => {
        const { task, runs } = desk.get(scopeOf(place.folder), id);
        return { ...shownOf(task), runs };
      },
    update_task:
      async ({ id, ...args }, place) =>
      () =>
        shownOf(desk.update(scopeOf(place.folder), id, changeOf(args))),
    pause_task: act('pause'),
    resume_task: act('resume'),
    cancel_task: act('cancel'),
    delegate: async ({ chat, prompt }, place) => {
      if (place.folder !== MAIN_FOLDER) throw new TaskRefusedError('only the main group may hand work over');
      const { folder } = desk.placeOf(chat);
      const effect = () => ({ handed_to: folder, task: desk.handOver(prompt, folder, place).id });
      return Object.assign(effect, { changes: folder });
    },
  };
}

function placeFor(desk: TaskDesk, place: Place, chat: string | undefined): Place {
  if (chat === undefined || chat === place.jid) return place;
  if (place.folder !== MAIN_FOLDER) throw new TaskRefusedError('only the main group may name another chat');
  return desk.placeOf(chat);
}

function changeOf(args: Omit<Args<'update_task'>, 'id'>): Partial<TaskWish> {
  const { prompt, schedule_type: type, schedule_value: value, context_mode: context, time_zone } = args;
  return {
    ...(prompt === undefined ? {} : { prompt }),
    ...(type === undefined ? {} : { type }),
    ...(value === undefined ? {} : { value }),
    ...(context === undefined ? {} : { context }),
    ...(time_zone === undefined ? {} : { timeZone: time_zone }),
  };
}

/** In the words of the arguments. */
function shownOf(task: TaskRecord) {
  return {
    id: task.id,
    chat: task.jid,
    prompt: task.prompt,
    schedule_type: task.type,
    schedule_value: task.value,
    time_zone: task.timeZone,
    context_mode: task.context,
    status: task.status,
    next_run: task.nextRun,
    last_run: task.lastRun,
    last_result: task.lastResult,
  };
}
