/**
 * What an agent may ask of the orchestrator: the tools' names and arguments, the same for the runner, which offers
 * them to the model, and for the orchestrator, which checks them again and does the work.
 */
import * as z from 'zod';
import { CONTEXT_MODES, SCHEDULE_TYPES } from './tasks.ts';

const taskId = z.string().min(1).max(100);
const taskPrompt = z.string().min(1).max(20_000);
const timeZone = z.string().min(1).max(60);
const scheduleValue = z.string().min(1).max(200);

import { groupOrderSchema } from './groups.ts';

export const hostToolArgs = {
  send_message: z.object({ text: z.string().min(1).max(100_000) }),
  send_file: z.object({
    /** Below `/workspace/group`, or relative to it. */
    path: z.string().min(1).max(1000),
    caption: z.string().max(2000).default(''),
  }),
  schedule_task: z.object({
    prompt: taskPrompt,
    schedule_type: z.enum(SCHEDULE_TYPES),
    schedule_value: scheduleValue,
    context_mode: z.enum(CONTEXT_MODES).default('isolated'),
    /** An IANA name; the installation's when left out. */
    time_zone: timeZone.optional(),
    /** Where its answers go; only the main group may name another chat than the one it is in. */
    chat: z.string().min(1).max(100).optional(),
  }),
  list_tasks: z.object({}),
  get_task: z.object({ id: taskId }),
  update_task: z.object({
    id: taskId,
    prompt: taskPrompt.optional(),
    schedule_type: z.enum(SCHEDULE_TYPES).optional(),
    schedule_value: scheduleValue.optional(),
    context_mode: z.enum(CONTEXT_MODES).optional(),
    time_zone: timeZone.optional(),
  }),
  pause_task: z.object({ id: taskId }),
  resume_task: z.object({ id: taskId }),
  cancel_task: z.object({ id: taskId }),
  /** Main group only, as the next ones. */
  register_group: z.object({
    jid: groupOrderSchema.shape.jid,
    name: groupOrderSchema.shape.name,
    folder: z.string().min(1).max(40),
    trigger_pattern: z.string().min(1).max(200).nullable().default(null),
    requires_trigger: z.boolean().default(true),
  }),
  refresh_groups: z.object({}),
  delegate: z.object({
    /** A chat of the group that is to do it. */
    chat: z.string().min(1).max(100),
    prompt: taskPrompt,
  }),
  /** Groups that may use Threads only, as the next one. */
  threads_draft: z.object({
    /** Threads takes 500 characters. */
    text: z.string().min(1).max(500),
    reply_to: z
      .string()
      .regex(/^\d{1,30}$/)
      .optional(),
  }),
  threads_publish: z.object({ draft: z.number().int().positive() }),
} as const;

/** Offered only to the agents of groups that may use Threads. */
export const THREADS_TOOLS: ReadonlySet<string> = new Set(['threads_draft', 'threads_publish']);

export type HostToolName = keyof typeof hostToolArgs;
