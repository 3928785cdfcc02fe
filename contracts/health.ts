/**
 * What the orchestrator says of itself: `GET /livez`, `/startupz`, `/readyz` on the ops endpoint.
 * 200 when the question is answered with yes, 503 with the same body when it is not.
 */
import * as z from 'zod';
import { signalCodeSchema } from './signal.ts';

/** Where the process is in its life. `draining` = asked to stop, finishing running turns. */
export const phaseSchema = z.enum(['starting', 'ready', 'draining']);
export type Phase = z.infer<typeof phaseSchema>;

export const componentSchema = z.object({
  /** `store`, `channel:local`, `sandbox`, `model`, `broker`, … */
  name: z.string(),
  /** `off` = not configured, which is healthy; `degraded` = works with less; `failed` = does not work. */
  state: z.enum(['ok', 'starting', 'degraded', 'failed', 'off']),
  /** What exactly is so, in one stable word for programs (`signed_out`, `on_fallback`, …); the reason is for people. */
  code: z.string().optional(),
  /** One line for a person, with what to do when something is wrong. Never a secret, never a message body. */
  reason: z.string(),
  /** Whether the service is not ready while this component is `starting` or `failed`. */
  required: z.boolean(),
  /** What exactly is wrong, where the component can tell; the supervisor guesses by name and state otherwise. */
  signal: signalCodeSchema.optional(),
});
export type ComponentHealth = z.infer<typeof componentSchema>;

/** What stands still, at worst, whatever the age of the messages. */
export const standstillSchema = z.object({
  /** The group it is about; null when nobody waits and nothing runs. */
  folder: z.string().nullable(),
  /** How long a group has had an unanswered mention and nothing at work on it, milliseconds; null when none has. */
  idleMs: z.number().nullable(),
  /** The attempt at a turn that is furthest in its time, milliseconds; null when none runs. */
  attempt: z.object({ ageMs: z.number(), limitMs: z.number() }).nullable(),
});
export type Standstill = z.infer<typeof standstillSchema>;

export const readinessSchema = z.object({
  status: z.enum(['ok', 'fail']),
  phase: phaseSchema,
  pid: z.number().int(),
  /** Random per process life, so that a restarted process is never taken for its predecessor. */
  startId: z.string(),
  uptimeSeconds: z.number(),
  version: z.string(),
  /** Age of the oldest mention without an answer, milliseconds; null when all are answered. */
  oldestUnansweredMs: z.number().nullable(),
  /** Absent from releases that do not tell. */
  standstill: standstillSchema.optional(),
  groupCount: z.number().int(),
  /** Turns running at this moment. */
  activeTurns: z.number().int(),
  components: z.array(componentSchema),
});
export type Readiness = z.infer<typeof readinessSchema>;
