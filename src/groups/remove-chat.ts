/**
 * Takes a chat out of the register. What was being worked on for it ends in the same write, so that nothing is said there
 * any more, whatever moment we die at; only then is the agent told.
 */
import type { Store } from '../store/store.ts';
import type { Lanes } from '../turns/lanes.ts';
import type { TurnLog } from '../turns/turn-log.ts';
import type { GroupDirectory } from './directory.ts';

export type RemovalDeps = {
  store: Store;
  directory: GroupDirectory;
  turnLog: Pick<TurnLog, 'applyInWrite'>;
  lanes: Pick<Lanes, 'stopTurn'>;
};

/**
 * @returns removes a chat; resolves to false when it was not registered
 * @throws GroupKeptError for the local main chat
 */
export function createRemoval({ store, directory, turnLog, lanes }: RemovalDeps) {
  return async (jid: string): Promise<boolean> => {
    const folder = directory.find(jid)?.folder;
    let wasRunning = false;
    const removed = await directory.remove(jid, () => {
      const turn = folder === undefined ? null : store.turns.runningIn(folder);
      if (turn?.jid !== jid) return;
      turnLog.applyInWrite(turn, { type: 'chat_removed' });
      wasRunning = true;
    });
    if (folder !== undefined && wasRunning) lanes.stopTurn(folder);
    return removed;
  };
}
