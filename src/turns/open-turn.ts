/** Opens a group's next turn: for a task that is due, or for the chat that has waited longest. */
import type { Group } from '../store/groups.ts';
import type { Turn } from '../store/turns.ts';
import type { AttemptDeps } from './attempt.ts';

export type Opened = { group: Group; turn: Turn };

export type OpenDeps = Pick<AttemptDeps, 'store' | 'turnLog' | 'log'> & {
  /** Chats of this group, registered ones only. */
  groups(folder: string): readonly Group[];
  /** As whom the group works for a chat; undefined when it may not (any more). */
  workerFor(folder: string, jid: string): Group | undefined;
};

/** @returns null when nobody waits for an answer */
export async function openMessages(deps: OpenDeps, folder: string): Promise<Opened | null> {
  const group = longestWaiting(deps, deps.groups(folder));
  const turn = group ? await deps.turnLog.openNext(group) : null;
  return group && turn ? { group, turn } : null;
}

/** @returns null when no task is due; one whose chat is gone is cancelled */
export async function openTask(
  { store, turnLog, log, workerFor }: OpenDeps,
  folder: string,
): Promise<Opened | null> {
  for (let run = store.tasks.nextQueued(folder); run; run = store.tasks.nextQueued(folder)) {
    const { id: task, jid } = run.task;
    const group = workerFor(folder, jid);
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

function longestWaiting({ store: { journal } }: OpenDeps, groups: readonly Group[]): Group | null {
  const waiting = groups.flatMap((group) => {
    const since = journal.firstAsking(group.jid, journal.cursor(group.jid));
    return since === null ? [] : [{ group, since }];
  });
  return waiting.sort((a, b) => a.since - b.since)[0]?.group ?? null;
}
