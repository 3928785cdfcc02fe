/** `nanoclaw tasks [list [--system]] | show ID | pause ID | resume ID | cancel ID | run ID`: what is scheduled. */
import * as z from 'zod';
import { EXIT } from '../../../contracts/exit-codes.ts';
import {
  type RunRecord,
  type SystemJobRecord,
  systemJobSchema,
  type TaskAction,
  type TaskRecord,
  taskDetailSchema,
  taskRecordSchema,
} from '../../../contracts/tasks.ts';
import { askSupervisor } from '../api.ts';
import type { Context } from '../context.ts';
import { askOrchestrator } from '../control.ts';
import { formatDuration, formatTable, formatTime } from '../format.ts';

/** Longest part of a prompt or a result in a table, characters. */
const TEXT_SHOWN = 50;

export async function listTasks(context: Context, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const tasks = await askOrchestrator(context, { path: '/tasks' }, z.array(taskRecordSchema));
  if (json) terminal.print(JSON.stringify(tasks, null, 2));
  else if (tasks.length === 0) terminal.print(texts.tasks.none);
  else
    print(
      context,
      texts.tasks.columns,
      tasks.map((task) => rowOf(task, context)),
    );
  return EXIT.ok;
}

export async function listSystemJobs(context: Context, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const jobs = [
    ...(await askOrchestrator(context, { path: '/tasks/system' }, z.array(systemJobSchema))),
    ...(await supervisorJobs(context)),
  ];
  if (json) terminal.print(JSON.stringify(jobs, null, 2));
  else
    print(
      context,
      texts.tasks.jobColumns,
      jobs.map((job) => jobRow(job, context)),
    );
  return EXIT.ok;
}

/** Without a supervisor nobody does its part, which its line says. */
async function supervisorJobs(context: Context): Promise<SystemJobRecord[]> {
  const none = { schedule: '–', nextRun: null, lastRun: null, lastResult: null };
  const detail = context.texts.tasks.noSupervisor;
  const fallback = [{ name: 'supervisor-files', ...none, detail }];
  try {
    const { status, text } = await askSupervisor(context, 'GET', '/api/upkeep');
    return status === 200 ? z.array(systemJobSchema).parse(JSON.parse(text)) : fallback;
  } catch {
    return fallback; // not there, or some other program has its port
  }
}

export async function showTask(context: Context, id: string, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const path = `/task?id=${encodeURIComponent(id)}`;
  const detail = await askOrchestrator(context, { path }, taskDetailSchema);
  if (json) {
    terminal.print(JSON.stringify(detail, null, 2));
    return EXIT.ok;
  }
  const { task, runs } = detail;
  for (const line of formatTable(factsOf(task, context))) terminal.print(line);
  terminal.print('');
  terminal.print(task.prompt);
  if (runs.length === 0) return EXIT.ok;
  terminal.print('');
  print(
    context,
    texts.tasks.runColumns,
    runs.map((run) => runRow(run, context)),
  );
  return EXIT.ok;
}

export async function actOnTask(context: Context, id: string, action: TaskAction): Promise<number> {
  const { texts, terminal } = context;
  const order = { method: 'POST', path: '/task', body: { id, action } } as const;
  const task = await askOrchestrator(context, order, taskRecordSchema);
  terminal.print(texts.tasks.done[action](task.id, timeOf(task.nextRun, context)));
  return EXIT.ok;
}

function print({ terminal }: Context, columns: readonly string[], rows: readonly string[][]): void {
  const head = columns.map((column) => terminal.paint('dim', column));
  for (const line of formatTable([head, ...rows])) terminal.print(line);
}

function rowOf(task: TaskRecord, context: Context): string[] {
  const { id, folder, jid, status, lastRun, prompt } = task;
  const next = status === 'paused' ? context.texts.tasks.statuses.paused : timeOf(task.nextRun, context);
  return [id, folder, jid, scheduleOf(task, context), next, timeOf(lastRun, context), short(prompt)];
}

function jobRow({ name, schedule, nextRun, lastRun, lastResult, detail }: SystemJobRecord, context: Context) {
  const result = [lastResult, detail].filter((part) => part !== null).join(': ');
  return [name, schedule, timeOf(nextRun, context), timeOf(lastRun, context), short(result)];
}

function runRow({ dueAt, runAt, durationMs, status, result, error }: RunRecord, context: Context): string[] {
  const due = dueAt === null ? context.texts.tasks.asked : timeOf(dueAt, context);
  const took = formatDuration(durationMs / 1000);
  return [due, timeOf(runAt, context), took, status, short(error ?? result ?? '')];
}

function factsOf(task: TaskRecord, context: Context): string[][] {
  const { fields, statuses } = context.texts.tasks;
  return [
    [fields.group, task.folder],
    [fields.chat, task.thread === null ? task.jid : `${task.jid} (${task.thread})`],
    [fields.schedule, scheduleOf(task, context)],
    [fields.context, task.context],
    [fields.status, statuses[task.status]],
    [fields.next, timeOf(task.nextRun, context)],
    [fields.failures, String(task.failures)],
    [fields.created, timeOf(task.createdAt, context)],
  ];
}

function scheduleOf({ type, value, timeZone }: TaskRecord, context: Context): string {
  switch (type) {
    case 'cron':
      return timeZone === null ? value : `${value} (${timeZone})`;
    case 'interval':
      return context.texts.tasks.every(formatDuration(Number(value) / 1000));
    case 'once':
      return timeOf(value, context);
  }
}

function timeOf(iso: string | null, { texts }: Context): string {
  return iso === null ? texts.tasks.never : formatTime(Date.parse(iso));
}

function short(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.length <= TEXT_SHOWN ? line : `${line.slice(0, TEXT_SHOWN)}…`;
}
