/** What files alone can say while no supervisor answers. */
import { readFile } from 'node:fs/promises';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import type { Context } from '../context.ts';
import { readIncidents } from '../incidents/files.ts';

export type OfflineView = {
  supervisor: 'unreachable';
  address: string;
  /** From data/host.pid; null when no orchestrator left one. */
  orchestrator: { pid: number; alive: boolean } | null;
  incidents: IncidentSummary[];
};

const SHOWN_INCIDENTS = 3;

export async function lookAtFiles(context: Context, address: string): Promise<OfflineView> {
  const incidents = await readIncidents(context.paths.incidents);
  return {
    supervisor: 'unreachable',
    address,
    orchestrator: await readHostPid(context.paths.hostPid),
    incidents: incidents.slice(0, SHOWN_INCIDENTS).map(({ summary }) => summary),
  };
}

/** A pid may have been given to another program since; it is shown as what it is, a pid in a file. */
async function readHostPid(path: string): Promise<{ pid: number; alive: boolean } | null> {
  const text = await readFile(path, 'utf8').catch(() => ''); // no file: nothing has run here yet
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? { pid, alive: isAlive(pid) } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, under another user
  }
}
