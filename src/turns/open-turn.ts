/** Opens a group's next turn: for a task that is due, or for the chat that has waited longest. */
import type { Group } from '../store/groups.ts';
import type { Turn } from '../store/turns.ts';
import type { AttemptDeps } from './attempt.ts';

export type Opened = { group: Group; turn: Turn };

type Deps = Pick<AttemptDeps, 'store' | 'turnLog' | 'log'>;

/** @returns null when nobody waits for an answer */
export async function openMessages(deps: Deps, groups: readonly Group[]): Promise<Opened | null> {
  const group = longestWaiting(deps, groups);
  const turn = group ? await deps.turnLog.openNext(group) : null;
  return group && turn ? { group, turn } : null;
}

/** @returns null when no task is due; one whose chat is gone is cancelled */
export async function openTask(
  { store, turnLog, log }: Deps,
  folder: string,
  groups: readonly Group[],
): Promise<Opened | null> {
  for (let run = store.tasks.nextQueued(folder); run; run = store.tasks.nextQueued(folder)) {
    const { id: task, jid } = run.task;
    const group = groups.find((candidate) => candidate.jid === jid);
    if (!group) {
      log.warn({ task, group: folder }, 'a task was cancelled: its chat is not registered any more');
      await turnLog.dropRun(run);
      continue;
    }
    const turn = await turnLog.openRun(run);
    if (turn) return { group, turn };
  }
  return null;
}

function longestWaiting({ store: { journal } }: Deps, groups: readonly Group[]): Group | null {
  const waiting = groups.flatMap((group) => {
    const since = journal.firstAsking(group.jid, journal.cursor(group.jid));
    return since === null ? [] : [{ group, since }];
  });
  return waiting.sort((a, b) => a.since - b.since)[0]?.group ?? null;
}
