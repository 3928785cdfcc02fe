/**
 * `supervisor/incidents/<id>.jsonl`: appended and synced; the newest few are kept folded for lists and the page.
 *
 * Invariants: an event is in the file at most once, however often its append is repeated after a crash; what the disk
 * refused is kept, shown, and goes before the next event. The first line is lost on a full disk otherwise, and with it
 * the incident.
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
  /** Lines that are not on disk, by incident. */
  readonly #owed = new Map<string, readonly string[]>();

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
    const lines = [...(this.#owed.get(incident) ?? []), ...written].filter((line) => !known.has(line));
    if (lines.length === 0) return;
    this.#owed.set(incident, lines);
    this.#refold(incident);
    const torn = before !== '' && !before.endsWith('\n') ? '\n' : '';
    appendFile(path, `${torn}${lines.join('\n')}\n`);
    this.#owed.delete(incident);
  }

  /** Newest first. */
  list(): IncidentSummary[] {
    return [...this.#summaries.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, KEPT);
  }

  /** All events of one incident, oldest first; null when there is none of that name. */
  read(incident: string): IncidentEvent[] | null {
    if (!INCIDENT_ID.test(incident)) return null;
    const events = parseIncident(this.#text(incident));
    return events.length === 0 ? null : events;
  }

  #text(incident: string): string {
    const written = readOrEmpty(this.#path(incident));
    const owed = this.#owed.get(incident) ?? [];
    return [written, ...owed.filter((line) => !written.includes(`${line}\n`))].join('\n');
  }

  #path(incident: string): string {
    return join(this.folder, `${incident}.jsonl`);
  }

  #refold(incident: string): void {
    const summary = summarize(parseIncident(this.#text(incident)));
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
