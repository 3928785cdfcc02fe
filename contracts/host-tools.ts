/**
 * What an agent may ask of the orchestrator: the tools' names and arguments, the same for the runner, which offers
 * them to the model, and for the orchestrator, which checks them again and does the work.
 */
import { z } from 'zod';
import { groupOrderSchema } from './groups.ts';

export const hostToolArgs = {
  send_message: z.object({ text: z.string().min(1).max(100_000) }),
  send_file: z.object({
    /** Below `/workspace/group`, or relative to it. */
    path: z.string().min(1).max(1000),
    caption: z.string().max(2000).default(''),
  }),
  /** Main group only, as the next one. */
  register_group: z.object({
    jid: groupOrderSchema.shape.jid,
    name: groupOrderSchema.shape.name,
    folder: z.string().min(1).max(40),
    trigger_pattern: z.string().min(1).max(200).nullable().default(null),
    requires_trigger: z.boolean().default(true),
  }),
  refresh_groups: z.object({}),
} as const;

export type HostToolName = keyof typeof hostToolArgs;
