/**
 * Reads along what the supervisor writes and sends, as the real files and the real pager keep it, and holds it
 * against the invariants of incidents, pages and budgets.
 */
import type { ActionOf, PageNotice } from '../../contracts/action.ts';
import { type IncidentEvent, incidentEventSchema } from '../../contracts/incident.ts';
import type { Violations } from './violations.ts';

type Incident = {
  lines: Set<string>;
  opened: number;
  closed: number;
  /** Terminal records in the metrics. */
  records: number;
  pages: number;
  resolved: number;
  /** Tiers that have really done something. */
  did: Set<number>;
};

const RESTARTS_IN_WINDOW = 5;
/** The budget's window, less what a supervisor's restart may delay a record. */
const WINDOW_MS = 300_000 - 15_000;

type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

export class Ledger {
  #incidents = new Map<string, Incident>();
  #notices = new Set<string>();
  #restarts: number[] = [];
  #rungs = new Map<string, number>();
  pages = 0;

  constructor(
    readonly violations: Violations,
    readonly now: () => number,
  ) {}

  get incidents(): ReadonlyMap<string, Readonly<Incident>> {
    return this.#incidents;
  }

  append(id: string, events: readonly IncidentEvent[]): void {
    const incident = this.#of(id);
    for (const event of events) {
      // As the real file: an event read back from the state file gives the same line again.
      const line = JSON.stringify(incidentEventSchema.parse(event));
      if (incident.lines.has(line)) continue; // an append repeated after a crash
      incident.lines.add(line);
      this.#read(id, incident, event);
    }
  }

  /** As the real file: looked through where a former supervisor may have written it. */
  record({ entry, unlessSince }: ActionOf<'record_metric'>): void {
    if (entry.metric !== 'recovery') return;
    const id = String(entry.labels.incident);
    const incident = this.#of(id);
    if (unlessSince !== undefined && incident.records > 0) return;
    incident.records += 1;
    this.violations.check(incident.records <= 1, 'one terminal record an incident', () => `${id}: record`);
  }

  /** Something was really done for an incident, whatever anybody says of it. */
  did(id: string, tier: number): void {
    this.#of(id).did.add(tier);
  }

  /** @returns whether it is new: the pager's spool drops repeats too */
  send(notice: PageNotice): boolean {
    const key = `${notice.incident} ${notice.kind} ${notice.number}`;
    if (this.#notices.has(key)) return false;
    this.#notices.add(key);
    const incident = this.#of(notice.incident);
    if (notice.kind === 'page') incident.pages += 1;
    if (notice.kind === 'resolved') incident.resolved += 1;
    if (notice.kind === 'page' || notice.kind === 'repage') this.pages += 1;
    const { pages, resolved } = incident;
    this.violations.check(pages <= 1, 'one first page an incident', () => `${key}: page ${pages}`);
    this.violations.check(resolved <= pages, 'resolved only after a page, once', () => key);
    this.violations.check(
      notice.kind !== 'repage' || pages > 0,
      'no second page before the first',
      () => key,
    );
    return true;
  }

  #of(id: string): Incident {
    const known = this.#incidents.get(id);
    if (known) return known;
    const counts = { opened: 0, closed: 0, records: 0, pages: 0, resolved: 0 };
    const fresh: Incident = { lines: new Set(), did: new Set(), ...counts };
    this.#incidents.set(id, fresh);
    return fresh;
  }

  #read(id: string, incident: Incident, event: IncidentEvent): void {
    const late = incident.closed > 0 && event.type !== 'paged' && event.type !== 'closed';
    this.violations.check(!late, 'nothing after the end', () => `${id}: ${event.type}`);
    if (event.type === 'opened') incident.opened += 1;
    if (event.type === 'closed') incident.closed += 1;
    const { opened, closed } = incident;
    this.violations.check(opened === 1, 'opened once, first', () => `${id}: ${event.type}, opened ${opened}`);
    this.violations.check(closed <= 1, 'one terminal record an incident', () => `${id}: ${closed}`);
    if (event.type === 'decided') this.#count(id, event.tier, event.action);
    const hasDone = event.type !== 'acted' || event.tier !== 2 || !event.ok || incident.did.has(2);
    this.violations.check(hasDone, 'credit for deeds only', () => `${id}: ${event.type}`);
    if (event.type === 'closed') this.#judgeCredit(id, incident, event);
  }

  /** Who only looked has healed nothing. */
  #judgeCredit(id: string, { did }: Incident, { outcome, tier }: EventOf<'closed'>): void {
    const isEarned = outcome !== 'success' || tier === null || tier === 4 || did.has(tier);
    this.violations.check(isEarned, 'credit for deeds only', () => `${id}: tier ${tier}`);
  }

  #count(id: string, tier: number, action: string): void {
    if (action === 'restart') this.did(id, tier);
    if (tier === 1 && action === 'restart') {
      this.#restarts = [...this.#restarts.filter((at) => at > this.now() - WINDOW_MS), this.now()];
      const spent = this.#restarts.length;
      this.violations.check(spent <= RESTARTS_IN_WINDOW, 'restart budget', () => `${spent} restarts, ${id}`);
    }
    if (tier !== 2 || action === 'none' || action === 'wait' || action === 'start') return;
    const key = `${id} ${action}`;
    const tries = (this.#rungs.get(key) ?? 0) + 1;
    this.#rungs.set(key, tries);
    this.violations.check(tries <= 2, 'each remedy twice at most', () => `${key}: ${tries}`);
  }
}
