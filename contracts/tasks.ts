/**
 * Scheduled tasks over the control socket (`run/control.sock`, mode 0600):
 *
 *   GET  /tasks          → TaskRecord[]: those that are active or paused
 *   GET  /tasks/system   → SystemJobRecord[]: the installation's own upkeep
 *   GET  /task?id=<id>   → TaskDetail; 404 when there is none
 *   POST /task           TaskOrder → TaskRecord; 404, 409 with a reason
 */
import * as z from 'zod';

export const TASK_STATUSES = ['active', 'paused', 'completed', 'cancelled', 'missed'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const SCHEDULE_TYPES = ['cron', 'interval', 'once'] as const;
export type ScheduleType = (typeof SCHEDULE_TYPES)[number];

/** `group`: in the group's conversation. `isolated`: in a session of its own, begun anew each time. */
export const CONTEXT_MODES = ['group', 'isolated'] as const;
export type ContextMode = (typeof CONTEXT_MODES)[number];

/** `skipped`: the run before it was still going. `missed`: too late to be of use. */
export const RUN_STATUSES = [
  'queued',
  'running',
  'success',
  'failed',
  'stopped',
  'cancelled',
  'skipped',
  'missed',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Times are ISO 8601 in UTC. */
export const taskRecordSchema = z.object({
  id: z.string(),
  folder: z.string(),
  /** Where its answers go. */
  jid: z.string(),
  thread: z.string().nullable(),
  prompt: z.string(),
  type: z.enum(SCHEDULE_TYPES),
  /** A cron expression, milliseconds, or a time. */
  value: z.string(),
  /** Null = the installation's. */
  timeZone: z.string().nullable(),
  context: z.enum(CONTEXT_MODES),
  status: z.enum(TASK_STATUSES),
  /** Null when it does not come by itself: paused, over, or its last run has begun. */
  nextRun: z.string().nullable(),
  lastRun: z.string().nullable(),
  lastResult: z.string().nullable(),
  /** Failed runs in a row. */
  failures: z.number(),
  createdAt: z.string(),
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;

export const runRecordSchema = z.object({
  id: z.number(),
  /** The time on the schedule that it stands for; null when a person asked for it. */
  dueAt: z.string().nullable(),
  runAt: z.string(),
  durationMs: z.number(),
  status: z.enum(RUN_STATUSES),
  result: z.string().nullable(),
  error: z.string().nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

export const taskDetailSchema = z.object({ task: taskRecordSchema, runs: z.array(runRecordSchema) });
export type TaskDetail = z.infer<typeof taskDetailSchema>;

export const TASK_ACTIONS = ['pause', 'resume', 'cancel', 'run'] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];
export const taskOrderSchema = z.strictObject({
  id: z.string().min(1).max(100),
  action: z.enum(TASK_ACTIONS),
});
export type TaskOrder = z.infer<typeof taskOrderSchema>;

export const systemJobSchema = z.object({
  name: z.string(),
  /** A cron expression in the installation's time zone, or in words how often. */
  schedule: z.string(),
  nextRun: z.string().nullable(),
  lastRun: z.string().nullable(),
  /** `ok`, `failed` or `interrupted`; null before its first run. */
  lastResult: z.string().nullable(),
  detail: z.string().nullable(),
});
export type SystemJobRecord = z.infer<typeof systemJobSchema>;
