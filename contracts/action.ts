/**
 * What the supervisor's core may ask for. The core only names actions; `recovery/` holds exactly one executor for
 * each kind, and a kind without one does not compile. Every action may be carried out twice without harm.
 */
import * as z from 'zod';
import { type Cause, causeSchema, type IncidentEvent, pageKindSchema, tierSchema } from './incident.ts';
import type { RemedyName } from './remedy.ts';

export type MetricLabel = string | number | boolean | null;

/** One line of `logs/metrics.jsonl` without its timestamps. */
export const metricEntrySchema = z.object({
  metric: z.string(),
  result: z.string(),
  /** Seconds. */
  duration: z.number(),
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type MetricEntry = z.infer<typeof metricEntrySchema>;

/** How far each tier is: `active` = at work now. */
export const tierMarksSchema = z.array(
  z.object({ tier: tierSchema, state: z.enum(['failed', 'unavailable', 'ok', 'unused', 'active']) }),
);
export type TierMarks = z.infer<typeof tierMarksSchema>;

/**
 * What a person is told. `page` once an incident, `repage` on schedule, `resolved` only after a page went out;
 * `notice` mentions nobody: recovered without a person, emergency session begun, digest of a flapping fault.
 */
export const pageNoticeSchema = z.object({
  kind: pageKindSchema,
  incident: z.string(),
  /** 1 for the page, then counting: with the incident and the kind the notice's identity. */
  number: z.number(),
  cause: causeSchema,
  detail: z.string(),
  /** What came of its last emergency session; none there was. */
  session: z.string().optional(),
  /** Wall clock, milliseconds since the epoch. */
  faultAt: z.number(),
  at: z.number(),
  tiers: tierMarksSchema,
});
export type PageNotice = z.infer<typeof pageNoticeSchema>;

/** How far an incident is that people have been told of: an edit of its first message, never a new one. */
export type PageProgress = {
  incident: string;
  cause: Cause;
  detail: string;
  /** Wall clock, milliseconds since the epoch. */
  at: number;
  tiers: TierMarks;
};

export type Action =
  /** Makes the core's state durable before anything that follows in the same batch. */
  | { kind: 'save_state'; snapshot: object }
  | { kind: 'start_process' }
  /** Follows the life of a process that is not our child. */
  | { kind: 'watch_process'; pid: number; birth: string | null }
  /** SIGTERM: the process is asked to end. */
  | { kind: 'terminate'; pid: number; birth: string | null }
  /** SIGKILL: works on a stopped process too. */
  | { kind: 'kill'; pid: number; birth: string | null }
  | { kind: 'check_health'; pid: number; startId: string | null }
  | { kind: 'append_incident'; incident: string; events: IncidentEvent[] }
  /** `unlessSince`: a former supervisor may have written it already, then or later (wall clock, milliseconds). */
  | { kind: 'record_metric'; entry: MetricEntry; unlessSince?: number }
  | { kind: 'page'; notice: PageNotice }
  | { kind: 'page_progress'; progress: PageProgress }
  /** Tier 2. The answer comes as `remedy_result`; begun again by the next supervisor when this one dies meanwhile. */
  | { kind: 'run_remedy'; incident: string; remedy: RemedyName; target: string | null }
  /** Tier 3. The answer comes as `emergency_result`; a session that runs already is followed, not doubled. */
  | {
      kind: 'start_emergency';
      incident: string;
      /** Which session of this incident, from 1: only a person asks for a second one. */
      number: number;
      cause: Cause;
      detail: string;
      limitSeconds: number;
    }
  | { kind: 'log'; level: 'info' | 'warn' | 'error'; text: string }
  | { kind: 'exit_supervisor'; code: number };

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
