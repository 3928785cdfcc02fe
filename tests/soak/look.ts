/** One line on how an installation does. */
import { existsSync, readdirSync } from 'node:fs';
import { rssOf } from '../../bench/child.ts';
import type { Installation, World } from '../e2e/installation.ts';
import type { Arena } from '../e2e/quiz/arena.ts';
import { containerRss, containersOf } from './containers.ts';
import type { Killer } from './killer.ts';

export async function lookAt(arena: Arena, kills: Killer['counts'], elapsedMs: number): Promise<string> {
  const { world, installation, quiz } = arena;
  const { asked, twice, misplaced, disordered } = quiz.judge();
  const open = quiz.open().length;
  const killed = Object.entries(kills).map(([name, count]) => `${name} ${count}`);
  return [
    `${String(Math.round(elapsedMs / 1000)).padStart(6)} s`,
    `asked ${asked}, answered ${asked - open}, open ${open}`,
    `twice ${twice.length}, misplaced ${misplaced.length}, out of order ${disordered}`,
    `killed ${killed.join(', ')}`,
    `incidents ${countIncidents(installation)}, pages ${countPages(world)}`,
    await memory(installation),
  ].join(' | ');
}

async function memory(installation: Installation): Promise<string> {
  const mib = (value: number) => `${Math.round(value)} MiB`;
  const containers = await containersOf(installation);
  const agents = await Promise.all(containers.map(containerRss));
  const supervisor = installation.supervisor?.pid;
  return [
    `RSS supervisor ${supervisor === undefined ? '-' : mib(rssIfThere(supervisor))}`,
    `orchestrator ${mib(rssIfThere(installation.pid()))}`,
    `${agents.length} agents ${mib(agents.reduce((sum, one) => sum + one, 0))}`,
  ].join(', ');
}

export function countIncidents({ paths }: Installation): number {
  return existsSync(paths.incidents) ? readdirSync(paths.incidents).length : 0;
}

/** Edits of a page are none of their own. */
export function countPages(world: World): number {
  return world.webhook.deliveries.filter(({ kind }) => kind === 'message').length;
}

function rssIfThere(pid: number): number {
  try {
    return rssOf(pid);
  } catch {
    return 0; // killed a moment ago
  }
}
