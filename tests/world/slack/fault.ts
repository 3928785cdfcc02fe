/** How the Slack stand-in can misbehave. */
import * as z from 'zod';
import { EVENT_FAULT_EXAMPLES, eventFaultSchemas } from '../shared/event-fault.ts';
import { REQUEST_FAULT_EXAMPLES, requestFaultSchemas } from '../shared/request-fault.ts';

const forMs = z.number().int().positive().optional();

export const slackFaultSchema = z.discriminatedUnion('kind', [
  /** Back to good behaviour, listening again. */
  z.object({ kind: z.literal('none') }),
  /** Web API and sockets are gone; people keep writing, nobody is told. Without `forMs` until `none`. */
  z.object({ kind: z.literal('outage'), forMs }),
  /** Tokens are refused and sockets closed. Without `forMs` until `none`. */
  z.object({ kind: z.literal('auth_revoked'), forMs }),
  /** The open sockets stay open, but nothing passes in either direction. */
  z.object({ kind: z.literal('half_open') }),
  /** The open sockets are cut without a close frame. */
  z.object({ kind: z.literal('drop') }),
  /** Slack's own request to reconnect, on all open sockets. */
  z.object({
    kind: z.literal('disconnect'),
    reason: z.enum(['warning', 'refresh_requested', 'link_disabled']),
  }),
  /** The next so many messages are stamped with one time. */
  z.object({ kind: z.literal('equal_timestamps'), times: z.number().int().positive() }),
  ...eventFaultSchemas,
  ...requestFaultSchemas,
]);
export type SlackFault = z.infer<typeof slackFaultSchema>;

export const SLACK_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'none' },
  { kind: 'outage', forMs: 30_000 },
  { kind: 'auth_revoked' },
  { kind: 'half_open' },
  { kind: 'drop' },
  { kind: 'disconnect', reason: 'refresh_requested' },
  { kind: 'equal_timestamps', times: 3 },
  ...EVENT_FAULT_EXAMPLES,
  ...REQUEST_FAULT_EXAMPLES,
];
