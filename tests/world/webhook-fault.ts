/** How the webhook receiver can misbehave. */
import * as z from 'zod';

const times = z.number().int().positive().optional();

export const webhookFaultSchema = z.discriminatedUnion('kind', [
  /** Back to good behaviour, listening again. */
  z.object({ kind: z.literal('none'), times }),
  /** Connections are refused until `none`. */
  z.object({ kind: z.literal('refuse'), times }),
  z.object({ kind: z.literal('rate_limit'), retryAfterSeconds: z.number().nonnegative().default(1), times }),
  z.object({ kind: z.literal('status'), status: z.number().int().min(500).max(599).default(503), times }),
  /** Never answers. `taken`: the message was stored all the same, as when only the answer gets lost. */
  z.object({ kind: z.literal('hang'), taken: z.boolean().default(false), times }),
  /** 404, as after somebody deleted the webhook. */
  z.object({ kind: z.literal('unknown_webhook'), times }),
]);
export type WebhookFault = z.infer<typeof webhookFaultSchema>;

export const WEBHOOK_FAULT_EXAMPLES: readonly object[] = [
  { kind: 'none' },
  { kind: 'refuse' },
  { kind: 'rate_limit', retryAfterSeconds: 1, times: 2 },
  { kind: 'status', status: 503, times: 3 },
  { kind: 'hang', taken: false, times: 1 },
  { kind: 'unknown_webhook' },
];
