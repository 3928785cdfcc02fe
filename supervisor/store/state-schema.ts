/** The shape of `supervisor/state.json`: what a restarted supervisor believes. Tied to the core's types. */
import { z } from 'zod';
import { pageNoticeSchema } from '../../contracts/action.ts';
import { phaseSchema } from '../../contracts/health.ts';
import { causeSchema, incidentEventSchema, tierSchema } from '../../contracts/incident.ts';
import type { State } from '../decide/state.ts';

/** Raised when the meaning of the file changes; another version is set aside. */
export const STATE_VERSION = 1;

const at = z.number();
const kind = <K extends string>(name: K) => z.literal(name);

const processSchema = z.object({
  pid: z.number().int().positive(),
  birth: z.string().nullable(),
  startId: z.string().nullable(),
  since: at,
  heardAt: at,
  progressAt: at,
  beatsOwed: z.boolean(),
  pulse: z
    .object({ phase: phaseSchema, progress: z.number(), loopDelayMs: z.number(), rssBytes: z.number() })
    .nullable(),
  refused: z.string().nullable(),
});

const stoppedBy = z.enum(['operator', 'shutdown', 'nobody']);

const nextSchema = z.discriminatedUnion('kind', [
  z.object({ kind: kind('start'), dueAt: at }),
  z.object({ kind: kind('hold') }),
  z.object({ kind: kind('stop'), by: stoppedBy }),
  z.object({ kind: kind('judge'), seenAt: at }),
]);

const alive = { since: at, process: processSchema };
const check = at.nullable();

const serviceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: kind('down'), since: at, dueAt: at, reason: z.string() }),
  z.object({ kind: kind('spawning'), since: at, orphanUntil: at.nullable() }),
  z.object({ kind: kind('starting'), ...alive, check }),
  z.object({ kind: kind('up'), ...alive, check, goodAt: at }),
  z.object({
    kind: kind('unhealthy'),
    ...alive,
    check,
    goodAt: at,
    failures: z.number(),
    reason: z.string(),
  }),
  z.object({ kind: kind('stopping'), ...alive, reason: z.string(), killAt: at, next: nextSchema }),
  z.object({ kind: kind('draining'), ...alive, bye: z.boolean(), killAt: at }),
  z.object({ kind: kind('stopped'), since: at, by: stoppedBy }),
  z.object({ kind: kind('held'), since: at, process: processSchema.nullable(), check, reason: z.string() }),
]);

const incidentSchema = z.object({
  id: z.string(),
  cause: causeSchema,
  lastCause: causeSchema,
  detail: z.string(),
  faultAt: at,
  seenAt: at,
  faultWall: at,
  restarts: z.number(),
  remedies: z.object({ restart: z.object({ tries: z.number(), helped: z.boolean() }).exactOptional() }),
  tier: tierSchema.nullable(),
  healer: z.enum(['nobody', 'supervisor', 'person']),
  page: z.object({ count: z.number(), nextAt: at }).nullable(),
  acknowledged: z.boolean(),
});

export const stateSchema = z.object({
  service: serviceSchema,
  incident: incidentSchema.nullable(),
  budget: z.array(at),
  restartsTotal: z.number(),
  pending: z
    .object({ incident: z.string(), events: z.array(incidentEventSchema), page: pageNoticeSchema.nullable() })
    .nullable(),
  savedAt: at,
}) satisfies z.ZodType<State>;
