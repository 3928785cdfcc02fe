/**
 * `supervisor/incidents/<id>.jsonl`: appended and synced; the newest few are kept folded for lists and the page.
 *
 * Invariant: an event is in the file at most once, however often its append is repeated after a crash.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type IncidentEvent,
  type IncidentSummary,
  incidentEventSchema,
  parseIncident,
  summarize,
} from '../../contracts/incident.ts';
import type { IncidentLog } from '../ports/records.ts';
import { appendFile } from './durable.ts';

/** What a list shows. Older ones stay on disk and can be asked for by id. */
const KEPT = 50;
export const INCIDENT_ID = /^inc-\d{8}T\d{6}-[0-9a-f]{4}$/;

export class IncidentFiles implements IncidentLog {
  #summaries: Map<string, IncidentSummary>;

  constructor(readonly folder: string) {
    this.#summaries = new Map();
    for (const id of this.#newestIds()) this.#refold(id);
  }

  append(incident: string, events: readonly IncidentEvent[]): void {
    const path = this.#path(incident);
    const before = readOrEmpty(path);
    const known = new Set(before.split('\n'));
    // Through the schema, so that an event read back from the state file gives the same line again.
    const written = events.map((event) => JSON.stringify(incidentEventSchema.parse(event)));
    const lines = written.filter((line) => !known.has(line));
    if (lines.length === 0) return;
    const torn = before !== '' && !before.endsWith('\n') ? '\n' : '';
    appendFile(path, `${torn}${lines.join('\n')}\n`);
    this.#refold(incident);
  }

  /** Newest first. */
  list(): IncidentSummary[] {
    return [...this.#summaries.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, KEPT);
  }

  /** All events of one incident, oldest first; null when there is none of that name. */
  read(incident: string): IncidentEvent[] | null {
    if (!INCIDENT_ID.test(incident)) return null;
    const events = parseIncident(readOrEmpty(this.#path(incident)));
    return events.length === 0 ? null : events;
  }

  #path(incident: string): string {
    return join(this.folder, `${incident}.jsonl`);
  }

  #refold(incident: string): void {
    const summary = summarize(parseIncident(readOrEmpty(this.#path(incident))));
    if (summary) this.#summaries.set(incident, summary);
    if (this.#summaries.size <= KEPT * 2) return;
    this.#summaries = new Map(this.list().map((kept) => [kept.id, kept]));
  }

  #newestIds(): string[] {
    try {
      const names = readdirSync(this.folder).map((name) => name.replace(/\.jsonl$/, ''));
      return names
        .filter((name) => INCIDENT_ID.test(name))
        .sort()
        .slice(-KEPT);
    } catch {
      return []; // no folder yet: no incident yet
    }
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // a new incident has no file yet; any other trouble shows at the append
  }
}
