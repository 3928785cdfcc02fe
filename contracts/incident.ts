/**
 * An incident on disk: `supervisor/incidents/<id>.jsonl`, one event a line, appended and synced before the
 * deed it tells of. The file is the truth; the current state is the fold of its lines, a half last line is
 * ignored. One outage is one incident.
 */
import * as z from 'zod';
import { type SignalCode, signalCodeSchema } from './signal.ts';

/** What went wrong, as far as it is known: the signal at the root. Each cause has its ladder of remedies. */
export const causeSchema = signalCodeSchema;
export type Cause = SignalCode;

/** 1 watchdog · 2 health · 3 emergency session · 4 page. */
export const tierSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Tier = z.infer<typeof tierSchema>;

/** `success`: we healed it. `self_healed`: it came back before we acted. `failed`: a person had to. */
export const outcomeSchema = z.enum(['success', 'self_healed', 'failed']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What a person was told: only a page and its repetitions ring. */
export const pageKindSchema = z.enum(['page', 'repage', 'resolved', 'notice']);
export type PageKind = z.infer<typeof pageKindSchema>;

export function rings(kind: PageKind): boolean {
  return kind === 'page' || kind === 'repage';
}

/** Wall clock, milliseconds since the epoch. */
const at = z.number();

export const incidentEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('opened'),
    at,
    id: z.string(),
    cause: causeSchema,
    title: z.string(),
    faultAt: at,
    seenAt: at,
  }),
  /** A fact that was seen: exit code, signal, probe answer. */
  z.object({ type: z.literal('evidence'), at, text: z.string() }),
  z.object({ type: z.literal('decided'), at, tier: tierSchema, action: z.string(), reason: z.string() }),
  z.object({
    type: z.literal('acted'),
    at,
    tier: tierSchema,
    action: z.string(),
    ok: z.boolean(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('verified'), at, ok: z.boolean(), detail: z.string() }),
  z.object({
    type: z.literal('paged'),
    at,
    kind: pageKindSchema.default('page'),
    ok: z.boolean(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('acknowledged'), at, by: z.string() }),
  z.object({
    type: z.literal('closed'),
    at,
    outcome: outcomeSchema,
    tier: tierSchema.nullable(),
    /** Seconds from the fault to its being seen, and to the last good probe that closed it. */
    mttd: z.number(),
    mttr: z.number(),
    detail: z.string(),
  }),
]);
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

/** What lists and pages show of an incident. */
export type IncidentSummary = {
  id: string;
  cause: Cause;
  title: string;
  faultAt: number;
  seenAt: number;
  /** Highest tier that acted. */
  tier: Tier | null;
  state: 'open' | 'closed';
  outcome: Outcome | null;
  closedAt: number | null;
  mttd: number | null;
  mttr: number | null;
  /** Messages that rang; notices do not. */
  pages: number;
  acknowledgedBy: string | null;
};

/** Folds an incident's events, oldest first. Null when the first line is not `opened`. */
export function summarize(events: readonly IncidentEvent[]): IncidentSummary | null {
  const first = events[0];
  if (first?.type !== 'opened') return null;
  const summary: IncidentSummary = {
    id: first.id,
    cause: first.cause,
    title: first.title,
    faultAt: first.faultAt,
    seenAt: first.seenAt,
    tier: null,
    state: 'open',
    outcome: null,
    closedAt: null,
    mttd: null,
    mttr: null,
    pages: 0,
    acknowledgedBy: null,
  };
  for (const event of events.slice(1)) fold(summary, event);
  return summary;
}

function fold(summary: IncidentSummary, event: IncidentEvent): void {
  switch (event.type) {
    case 'acted':
      if (summary.tier === null || event.tier > summary.tier) summary.tier = event.tier;
      return;
    case 'paged':
      if (event.ok && rings(event.kind)) summary.pages += 1;
      return;
    case 'acknowledged':
      summary.acknowledgedBy = event.by;
      return;
    case 'closed':
      summary.state = 'closed';
      summary.outcome = event.outcome;
      summary.closedAt = event.at;
      summary.mttd = event.mttd;
      summary.mttr = event.mttr;
      return;
    case 'opened':
    case 'evidence':
    case 'decided':
    case 'verified':
      return;
  }
}

/** Reads an incident file's text: every whole, valid line; a torn last line is dropped. */
export function parseIncident(text: string): IncidentEvent[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = incidentEventSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return []; // a line torn by a crash while it was written: the deed it announced did not happen yet
    }
  });
}
