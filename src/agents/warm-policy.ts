/**
 * Which agents are worth their memory without work, and which idle one goes when room is needed. Pure.
 *
 * Invariants: the main group comes first and goes last; an agent that works is never ended for room; nobody waits
 * for room: when every agent works, the next one is started all the same, and turn slots bound how many that are.
 */
import { MAIN_FOLDER } from '../store/groups.ts';

/** An agent as the policy sees it. */
export type AgentRest = {
  folder: string;
  /** Monotonic milliseconds since when it has no turn; null while it works. */
  idleSince: number | null;
};

/** When a group last had a turn, wall clock, milliseconds. */
export type Activity = { folder: string; at: number };

/**
 * What an idle agent takes, bytes. Resident, with pages that agents share counted for each: see `npm run bench -- --only prewarmed`,
 * which prints it (250 MiB for a fresh session); the rest is room for one that has grown.
 */
export const IDLE_AGENT_BYTES = 400 * 1024 ** 2;

/** Agents without work get this share of the machine's memory: the greater part is for agents at work and the rest. */
const MEMORY_SHARE = 1 / 4;

/** No more than this many are started ahead of their first question: each costs seconds of CPU at every start. */
const MOST_PREWARMED = 4;

/** A group that was last active before this is not expected soon, milliseconds: a weekend away is bridged. */
const RECENT_MS = 3 * 24 * 3600_000;

/** How many agents may live, those at work counted, before idle ones have to go; one at least. */
export function capacityOf(memoryBytes: number): number {
  return Math.max(1, Math.floor((memoryBytes * MEMORY_SHARE) / IDLE_AGENT_BYTES));
}

/**
 * The groups whose agents are to be warm, most wanted first: main, then those that were active last.
 * @param folders of all registered groups
 */
export function wantedWarm(options: {
  folders: ReadonlySet<string>;
  activity: readonly Activity[];
  now: number;
  capacity: number;
}): string[] {
  const { folders, activity, now, capacity } = options;
  const recent = activity
    .filter(({ folder, at }) => folder !== MAIN_FOLDER && now - at < RECENT_MS)
    .toSorted((a, b) => b.at - a.at)
    .map(({ folder }) => folder);
  const wanted = [...new Set([MAIN_FOLDER, ...recent])].filter((folder) => folders.has(folder));
  return wanted.slice(0, Math.min(capacity, MOST_PREWARMED));
}

/** The next agent to start ahead; null when all are there, an agent works, or there is no room. */
export function nextToWarm(
  wanted: readonly string[],
  live: readonly AgentRest[],
  capacity: number,
): string | null {
  if (live.length >= capacity || live.some(({ idleSince }) => idleSince === null)) return null;
  return wanted.find((folder) => live.every((agent) => agent.folder !== folder)) ?? null;
}

/** The idle agents that have to go so that one more fits: those that were used longest ago. */
export function evictedForOneMore(live: readonly AgentRest[], capacity: number): string[] {
  const surplus = live.length + 1 - capacity;
  if (surplus <= 0) return [];
  const idle = live.flatMap(({ folder, idleSince }) => (idleSince === null ? [] : [{ folder, idleSince }]));
  const isMain = ({ folder }: { folder: string }) => Number(folder === MAIN_FOLDER);
  return idle
    .toSorted((a, b) => isMain(a) - isMain(b) || a.idleSince - b.idleSince)
    .slice(0, surplus)
    .map(({ folder }) => folder);
}
