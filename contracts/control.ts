/**
 * Orders of the supervisor to a living orchestrator, over its control socket (`run/control.sock`, mode 0600: who can
 * open it may give them). Each may be repeated without harm.
 *
 *   POST /remedies/reconnect-channel  {channel}  → 200 RemedyOutcome; 404 when there is no such channel
 *   POST /remedies/stop-agent         {folder?}  → 200 RemedyOutcome, once the agent's process is gone
 */
import * as z from 'zod';

export const CONTROL_PATHS = {
  reconnectChannel: '/remedies/reconnect-channel',
  stopAgent: '/remedies/stop-agent',
} as const;

export const reconnectChannelSchema = z.object({
  /** `slack`, `discord`, … */
  channel: z.string().min(1).max(40),
});

export const stopAgentSchema = z.object({
  /** The group's folder; without it the group that stands still, or works longest. */
  folder: z.string().min(1).max(100).optional(),
});
