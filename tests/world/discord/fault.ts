/** How the Discord stand-in can misbehave. */
import * as z from 'zod';
import { EVENT_FAULT_EXAMPLES, eventFaultSchemas } from '../shared/event-fault.ts';
import { REQUEST_FAULT_EXAMPLES, requestFaultSchemas } from '../shared/request-fault.ts';

const forMs = z.number().int().positive().optional();

export const discordFaultSchema = z.discriminatedUnion('kind', [
  /** Back to good behaviour, listening again. */
  z.object({ kind: z.literal('none') }),
  /** REST and gateway are gone; people keep writing. Sessions are lost unless kept. Without `forMs` until `none`. */
  z.object({ kind: z.literal('outage'), keepSessions: z.boolean().default(false), forMs }),
  /** The token is refused everywhere, sockets close with 4004. Without `forMs` until `none`. */
  z.object({ kind: z.literal('auth_revoked'), forMs }),
  /** The open sockets stay open, but nothing passes in either direction. */
  z.object({ kind: z.literal('half_open') }),
  /** The open sockets are cut without a close frame. */
  z.object({ kind: z.literal('drop') }),
  /** Op 7 on all open sockets. */
  z.object({ kind: z.literal('reconnect') }),
  /** Op 9 on all open sockets; the session is gone unless it may be resumed. */
  z.object({ kind: z.literal('invalid_session'), resumable: z.boolean().default(false) }),
  /** All open sockets are closed with this code: 4000, 4007, 4008, 4009, … */
  z.object({ kind: z.literal('close'), code: z.number().int().min(1000).max(4999) }),
  /** No session is known any more: the next RESUME is answered with op 9. */
  z.object({ kind: z.literal('forget_sessions') }),
  /** The next so many sessions that are resumed are closed again at once. */
  z.object({ kind: z.literal('resume_loop'), times: z.number().int().positive() }),
  /** No address of a file given out so far is good any more. */
  z.object({ kind: z.literal('files_expire') }),
  /** The next so many messages carry one time. */
  z.object({ kind: z.literal('equal_timestamps'), times: z.number().int().positive() }),
  ...eventFaultSchemas,
  ...requestFaultSchemas,
]);
export type DiscordFault = z.infer<typeof discordFaultSchema>;

export const DISCORD_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'none' },
  { kind: 'outage', forMs: 30_000 },
  { kind: 'auth_revoked' },
  { kind: 'half_open' },
  { kind: 'drop' },
  { kind: 'reconnect' },
  { kind: 'invalid_session', resumable: false },
  { kind: 'close', code: 4009 },
  { kind: 'forget_sessions' },
  { kind: 'resume_loop', times: 3 },
  { kind: 'files_expire' },
  { kind: 'equal_timestamps', times: 3 },
  ...EVENT_FAULT_EXAMPLES,
  ...REQUEST_FAULT_EXAMPLES,
];
