/**
 * The held connection from the orchestrator to the supervisor: JSON lines over `run/supervisor.sock`.
 * The orchestrator dials, says `hello` once, then beats. The connection's close is the crash signal; missing
 * beats on an open connection are a hang. `bye` before the close says that the end is meant.
 */
import * as z from 'zod';
import { phaseSchema } from './health.ts';

/** One heartbeat line never needs more; a longer one is not ours. */
export const HEARTBEAT_LINE_LIMIT = 16 * 1024;

export const heartbeatFrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    v: z.literal(1),
    pid: z.number().int().positive(),
    startId: z.string().min(1),
    version: z.string(),
    /** Wall clock, milliseconds since the epoch. */
    startedAt: z.number(),
    /** How often `beat` will come, milliseconds. */
    intervalMs: z.number().positive(),
  }),
  z.object({
    type: z.literal('beat'),
    seq: z.number().int().nonnegative(),
    phase: phaseSchema,
    /** Rises whenever start-up or work makes a step; a start whose progress stands still is stuck. */
    progress: z.number().int().nonnegative(),
    /** How late the beat's own timer fired, milliseconds: the event loop was held up that long. */
    loopDelayMs: z.number().nonnegative(),
    rssBytes: z.number().nonnegative(),
  }),
  z.object({
    type: z.literal('bye'),
    /** `operator_stop`: asked to end (SIGTERM/SIGINT). `refused`: will not run, exit code says why. */
    reason: z.enum(['operator_stop', 'refused']),
    detail: z.string(),
  }),
]);
export type HeartbeatFrame = z.infer<typeof heartbeatFrameSchema>;
