/**
 * Registered chats over the control socket (`run/control.sock`, mode 0600):
 *
 *   GET    /groups            → GroupRecord[]
 *   PUT    /groups            GroupOrder → GroupRecord; 400 with a reason, 409 when the chat belongs to another group
 *   DELETE /groups?jid=<jid>  → {removed}; 404 when it is not registered, 409 for local:main
 *   GET    /chats             → ChatRecord[]: chats we have heard from and chats the platforms name
 */
import * as z from 'zod';
import { containerConfigSchema } from './container-config.ts';

/** What becomes of other bots' messages: dropped, kept as context, or heard like a person's. */
export const BOT_POLICIES = ['ignore', 'context', 'ask'] as const;
export type BotPolicy = (typeof BOT_POLICIES)[number];

export const groupOrderSchema = z.strictObject({
  /** `local:<name>`, Slack `C… D… G…`, Discord `dc:<channelId>`. */
  jid: z
    .string()
    .regex(
      /^(local:[a-z0-9_-]{1,40}|[CDG][A-Z0-9]{2,20}|dc:\d{5,25})$/,
      'is no chat address: local:<name>, C…, D…, G… (Slack) or dc:<channel id> (Discord)',
    ),
  name: z.string().min(1).max(100),
  /** The group; several chats may share one. */
  folder: z.string(),
  triggerPattern: z.string().nullable().default(null),
  requiresTrigger: z.boolean().default(true),
  /** Platform ids of the people who may ask; null = everybody in the chat. */
  senders: z.array(z.string().min(1).max(50)).max(1000).nullable().default(null),
  bots: z.enum(BOT_POLICIES).default('ignore'),
  /** Of the whole group, whichever of its chats is named; absent leaves it as it is. */
  container: containerConfigSchema.optional(),
});
export type GroupOrder = z.infer<typeof groupOrderSchema>;

export const groupRecordSchema = groupOrderSchema.extend({
  /** Wall clock, milliseconds. */
  addedAt: z.number(),
  /** Why the stored configuration can't be used; the group's agents are not started then. */
  containerProblem: z.string().optional(),
});
export type GroupRecord = z.infer<typeof groupRecordSchema>;

export const chatRecordSchema = z.object({
  jid: z.string(),
  name: z.string(),
  isGroup: z.boolean(),
  /** The group it is registered with; null when it is not. */
  folder: z.string().nullable(),
});
export type ChatRecord = z.infer<typeof chatRecordSchema>;
