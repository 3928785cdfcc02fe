/** Incidents as they lie on disk; readable while everything else is dead. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type IncidentEvent,
  type IncidentSummary,
  parseIncident,
  summarize,
} from '../../../contracts/incident.ts';

export type Incident = { summary: IncidentSummary; events: IncidentEvent[] };

/** All incidents of a folder, newest first; a file whose first line is torn is left out. */
export async function readIncidents(folder: string): Promise<Incident[]> {
  const names = await readdir(folder).catch(() => []); // no folder: no incident yet
  const files = names.filter((name) => name.endsWith('.jsonl'));
  const incidents = await Promise.all(files.map((name) => readOne(join(folder, name))));
  return incidents
    .filter((incident) => incident !== null)
    .sort((a, b) => b.summary.faultAt - a.summary.faultAt);
}

async function readOne(path: string): Promise<Incident | null> {
  const text = await readFile(path, 'utf8').catch(() => ''); // removed since the folder was read
  const events = parseIncident(text);
  const summary = summarize(events);
  return summary === null ? null : { summary, events };
}
