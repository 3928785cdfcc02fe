/** The shape of `supervisor/state.json`: what a restarted supervisor believes. Tied to the core's types. */
import * as z from 'zod';
import { metricEntrySchema, pageNoticeSchema } from '../../contracts/action.ts';
import { phaseSchema } from '../../contracts/health.ts';
import { causeSchema, incidentEventSchema, tierSchema } from '../../contracts/incident.ts';
import { remedyNameSchema } from '../../contracts/remedy.ts';
import { signalCodeSchema } from '../../contracts/signal.ts';
import type { State } from '../decide/state.ts';

/** Raised when the meaning of the file changes; another version is set aside. */
export const STATE_VERSION = 2;

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
  z.object({ kind: kind('start'), dueAt: at, byHand: z.boolean() }),
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
    onlyParts: z.boolean(),
    reason: z.string(),
  }),
  z.object({ kind: kind('stopping'), ...alive, reason: z.string(), killAt: at, next: nextSchema }),
  z.object({ kind: kind('draining'), ...alive, bye: z.boolean(), killAt: at }),
  z.object({ kind: kind('stopped'), since: at, by: stoppedBy }),
  z.object({
    kind: kind('held'),
    since: at,
    process: processSchema.nullable(),
    check,
    why: z.enum(['spent', 'step', 'paused']),
    reason: z.string(),
  }),
]);

const key = { code: signalCodeSchema, target: z.string().nullable() };
const rungNameSchema = z.union([remedyNameSchema, z.literal('restart')]);

const stepSchema = z.discriminatedUnion('kind', [
  z.object({ kind: kind('none') }),
  z.object({ kind: kind('waiting'), until: at, why: z.string() }),
  z.object({ kind: kind('remedy'), name: remedyNameSchema, begun: z.boolean(), until: at }),
  z.object({
    kind: kind('verify'),
    name: z.union([rungNameSchema, kind('session')]),
    until: at.nullable(),
    bad: z.number().default(0),
  }),
  z.object({ kind: kind('emergency'), until: at, tries: z.boolean().default(false) }),
  z.object({ kind: kind('spent') }),
]);

const rungSchema = z.object({
  tries: z.number(),
  helped: z.boolean(),
  nothingFor: signalCodeSchema.nullable().default(null),
});

const incidentSchema = z.object({
  id: z.string(),
  cause: causeSchema,
  root: z.object(key),
  lastCause: causeSchema,
  detail: z.string(),
  faultAt: at,
  seenAt: at,
  faultWall: at,
  coversService: z.boolean(),
  restarts: z.number(),
  rungs: z.partialRecord(rungNameSchema, rungSchema),
  step: stepSchema,
  emergency: z.enum(['unused', 'active', 'failed', 'unavailable']),
  // Not in the state of older supervisors.
  sessions: z.number().default(0),
  sessionResult: z.string().default(''),
  tier: tierSchema.nullable(),
  healer: z.enum(['nobody', 'supervisor', 'person']),
  page: z.object({ count: z.number(), nextAt: at }).nullable(),
  notices: z.number(),
  flap: z.object({ faults: z.number(), digestAt: at }).nullable(),
  acknowledged: z.boolean(),
  startAsked: z.boolean(),
});

const signalSchema = z.object({
  ...key,
  level: z.enum(['rising', 'visible', 'clearing']),
  bySelf: z.boolean(),
  since: at,
  looks: z.number(),
  detail: z.string(),
});

export const stateSchema = z.object({
  service: serviceSchema,
  incidents: z.array(incidentSchema),
  signals: z.array(signalSchema),
  closed: z.array(z.object({ ...key, at })),
  pause: z.object({ by: z.string(), until: at.nullable() }).nullable(),
  deployWindow: at.nullable(),
  budget: z.array(at),
  sessions: z.array(at),
  restartsTotal: z.number(),
  pending: z.array(
    z.object({
      incident: z.string(),
      events: z.array(incidentEventSchema),
      notices: z.array(pageNoticeSchema),
      record: z.object({ at, entry: metricEntrySchema }).nullable().default(null),
    }),
  ),
  savedAt: at,
}) satisfies z.ZodType<State>;
